//! `/auth`: registering, signing in and out, turning refresh tokens.

use actix_web::http::header::LOCATION;
use actix_web::{HttpRequest, HttpResponse, post, web};
use types::{ErrorCode, Refresh, Register, SignIn, SignedIn};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::cookie;
use super::extract::{Json, Optional, Visitor};
use crate::accounts::{self, Caller};
use crate::app::App;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(register).service(sign_in).service(refresh).service(sign_out);
}

/// Makes an account and signs it in. The first account is the owner's; the others need an invite unless registration is
/// open. The web app (header `X-Confab-Client: web`) gets the refresh token as a cookie.
#[utoipa::path(tag = "accounts", request_body = Register, responses((status = 201, description = "Signed in", body = SignedIn), Problems))]
#[post("/auth/register")]
async fn register(
    request: HttpRequest,
    visitor: Visitor,
    app: web::Data<App>,
    body: Json<Register>,
) -> Result<HttpResponse, Error> {
    let web = cookie::is_web_app(&request, &app.config)?;
    let signed_in = accounts::register(&app, body.0, visitor.device).await?;
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, format!("/api/v1/users/{}", signed_in.user.id)));
    Ok(cookie::hand_over(answer, signed_in, web, &app.config))
}

/// Signs in by username or e-mail address.
#[utoipa::path(tag = "accounts", request_body = SignIn, responses((status = 200, description = "Signed in", body = SignedIn), Problems))]
#[post("/auth/sign-in")]
async fn sign_in(
    request: HttpRequest,
    visitor: Visitor,
    app: web::Data<App>,
    body: Json<SignIn>,
) -> Result<HttpResponse, Error> {
    let web = cookie::is_web_app(&request, &app.config)?;
    let signed_in = accounts::sign_in(&app, body.0, visitor.device).await?;
    Ok(cookie::hand_over(HttpResponse::Ok(), signed_in, web, &app.config))
}

/// Turns the refresh token (of the body, or the web app's cookie) into a new one and an access token. The old one stays
/// good until the new one is first used; after that its use ends the session.
#[utoipa::path(tag = "accounts", request_body = Refresh, responses((status = 200, description = "Signed in", body = SignedIn), Problems))]
#[post("/auth/refresh")]
async fn refresh(
    request: HttpRequest,
    visitor: Visitor,
    app: web::Data<App>,
    body: Optional<Refresh>,
) -> Result<HttpResponse, Error> {
    let web = cookie::is_web_app(&request, &app.config)?;
    let given = body.0.refresh_token.filter(|token| !token.is_empty());
    let token = given.or_else(|| cookie::read(&request, web)).ok_or_else(|| Error::new(ErrorCode::NotSignedIn))?;
    let signed_in = accounts::refresh(&app, &token, visitor.device).await?;
    Ok(cookie::hand_over(HttpResponse::Ok(), signed_in, web, &app.config))
}

/// Ends the session of the access token, or of the web app's cookie.
#[utoipa::path(tag = "accounts", responses((status = 204, description = "Signed out"), Problems), security(("bearer" = [])))]
#[post("/auth/sign-out")]
async fn sign_out(
    request: HttpRequest,
    _visitor: Visitor,
    app: web::Data<App>,
    caller: Result<Caller, Error>,
) -> Result<HttpResponse, Error> {
    let web = cookie::is_web_app(&request, &app.config)?;
    match (caller, cookie::read(&request, web)) {
        (Ok(caller), _) => accounts::sign_out(&app, &caller).await?,
        // The access token may have run out meanwhile: the cookie signs out as well.
        (Err(_), Some(token)) => accounts::sign_out_by_token(&app, &token).await?,
        (Err(error), None) => return Err(error),
    }
    let mut answer = HttpResponse::NoContent();
    if web {
        answer.cookie(cookie::cleared(&app.config));
    }
    Ok(answer.finish())
}
