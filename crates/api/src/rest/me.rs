//! `/me`: the caller's own account and sessions.

use actix_web::{HttpResponse, delete, get, patch, post, web};
use types::{ChangePassword, Me, Page, Session, SessionId, UpdateMe};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path};
use crate::accounts::{self, Caller};
use crate::app::App;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(find_me).service(update_me).service(change_password).service(list_sessions).service(end_session);
}

/// My account.
#[utoipa::path(tag = "accounts", responses((status = 200, description = "My account", body = Me), Problems), security(("bearer" = [])))]
#[get("/me")]
async fn find_me(caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(accounts::me(&app, &caller).await?))
}

/// Changes my public fields; absent ones stay.
#[utoipa::path(tag = "accounts", request_body = UpdateMe, responses((status = 200, description = "My account", body = Me), Problems), security(("bearer" = [])))]
#[patch("/me")]
async fn update_me(caller: Caller, app: web::Data<App>, body: Json<UpdateMe>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(accounts::update_me(&app, &caller, body.0).await?))
}

/// Changes my password and ends my other sessions.
#[utoipa::path(tag = "accounts", request_body = ChangePassword, responses((status = 204, description = "Changed"), Problems), security(("bearer" = [])))]
#[post("/me/password")]
async fn change_password(
    caller: Caller,
    app: web::Data<App>,
    body: Json<ChangePassword>,
) -> Result<HttpResponse, Error> {
    accounts::change_password(&app, &caller, body.0).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// My signed-in devices, the last used first.
#[utoipa::path(tag = "accounts", responses((status = 200, description = "The sessions", body = Page<Session>), Problems), security(("bearer" = [])))]
#[get("/me/sessions")]
async fn list_sessions(caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    let items = accounts::list_sessions(&app, &caller).await?;
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}

/// Ends one of my sessions; its sockets are closed at once.
#[utoipa::path(tag = "accounts", params(("id" = SessionId, Path)), responses((status = 204, description = "Ended"), Problems), security(("bearer" = [])))]
#[delete("/me/sessions/{id}")]
async fn end_session(caller: Caller, app: web::Data<App>, id: Path<SessionId>) -> Result<HttpResponse, Error> {
    accounts::end_session(&app, &caller, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
