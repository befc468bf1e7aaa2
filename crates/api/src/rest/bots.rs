//! Bots and their tokens.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, post, web};
use serde::Deserialize;
use types::{Bot, BotToken, CreatedBotToken, NewBot, NewBotToken, Page, SessionId, UserId, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::bots::{self, tokens};
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(create_bot)
        .service(list_bots)
        .service(remove_bot)
        .service(create_bot_token)
        .service(list_bot_tokens)
        .service(revoke_bot_token);
}

/// Makes a bot: an account for a program. It is in no room until somebody adds it, or its program joins one.
#[utoipa::path(tag = "bots", request_body = NewBot, responses((status = 201, description = "The bot", body = Bot), Problems), security(("bearer" = [])))]
#[post("/bots")]
async fn create_bot(caller: Caller, app: web::Data<App>, body: Json<NewBot>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let bot = app.finish(async move { bots::create(&work, caller.user_id, body.0).await }).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/users/{}", bot.user.id))).json(bot))
}

/// Which bots.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct BotQuery {
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// My bots; for who runs the site, all bots.
#[utoipa::path(tag = "bots", params(BotQuery), responses((status = 200, description = "The bots", body = Page<Bot>), Problems), security(("bearer" = [])))]
#[get("/bots")]
async fn list_bots(caller: Caller, app: web::Data<App>, query: Query<BotQuery>) -> Result<HttpResponse, Error> {
    let BotQuery { cursor, limit } = query.0;
    let page = bots::list(&app, caller.user_id, cursor, limit.unwrap_or(limits::PAGE_DEFAULT)).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Removes a bot of mine: its tokens end and it leaves its rooms. What it wrote stays.
#[utoipa::path(tag = "bots", params(("id" = UserId, Path)), responses((status = 204, description = "It is gone"), Problems), security(("bearer" = [])))]
#[delete("/bots/{id}")]
async fn remove_bot(caller: Caller, app: web::Data<App>, id: Path<UserId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { bots::remove(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes a token for a bot of mine. Its secret is in this answer and nowhere else.
#[utoipa::path(tag = "bots", params(("id" = UserId, Path)), request_body = NewBotToken, responses((status = 201, description = "The token, with its secret", body = CreatedBotToken), Problems), security(("bearer" = [])))]
#[post("/bots/{id}/tokens")]
async fn create_bot_token(
    caller: Caller,
    app: web::Data<App>,
    id: Path<UserId>,
    body: Json<NewBotToken>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let made = app.finish(async move { tokens::create(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Created().json(made))
}

/// The tokens of a bot of mine.
#[utoipa::path(tag = "bots", params(("id" = UserId, Path)), responses((status = 200, description = "The tokens", body = Page<BotToken>), Problems), security(("bearer" = [])))]
#[get("/bots/{id}/tokens")]
async fn list_bot_tokens(caller: Caller, app: web::Data<App>, id: Path<UserId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(tokens::list(&app, caller.user_id, id.0).await?))
}

/// Ends a token: it is refused from now on, and its sockets are closed.
#[utoipa::path(tag = "bots", params(("id" = UserId, Path), ("token_id" = SessionId, Path)), responses((status = 204, description = "It has ended"), Problems), security(("bearer" = [])))]
#[delete("/bots/{id}/tokens/{token_id}")]
async fn revoke_bot_token(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(UserId, SessionId)>,
) -> Result<HttpResponse, Error> {
    let (id, token_id) = path.0;
    let work = app.get_ref().clone();
    app.finish(async move { tokens::revoke(&work, caller.user_id, id, token_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
