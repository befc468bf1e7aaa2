//! Reactions to messages.

use actix_web::{HttpResponse, delete, get, put, web};
use serde::Deserialize;
use types::{MessageId, ReactionPage, Rev, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::reactions;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_reactions).service(react).service(take_back);
}

/// Which reactions.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ReactionQuery {
    /// Only those with this emoji.
    emoji: Option<String>,
    /// `next` of the page before.
    cursor: Option<Rev>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// Who reacted to a message, in the order in which they did.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path), ReactionQuery), responses((status = 200, description = "The reactions", body = ReactionPage), Problems), security(("bearer" = [])))]
#[get("/messages/{id}/reactions")]
async fn list_reactions(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    query: Query<ReactionQuery>,
) -> Result<HttpResponse, Error> {
    let ReactionQuery { emoji, cursor, limit } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    let page = reactions::list(&app, caller.user_id, id.0, emoji, cursor.unwrap_or(0), limit).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Reacts to a message with an emoji; a message has at most 20 different ones.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path), ("emoji" = String, Path, description = "The emoji itself", example = "👍")), responses((status = 204, description = "It stands"), Problems), security(("bearer" = [])))]
#[put("/messages/{id}/reactions/{emoji}")]
async fn react(caller: Caller, app: web::Data<App>, path: Path<(MessageId, String)>) -> Result<HttpResponse, Error> {
    set(caller, app, path, true).await
}

/// Takes a reaction back.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path), ("emoji" = String, Path, description = "The emoji itself", example = "👍")), responses((status = 204, description = "It is gone"), Problems), security(("bearer" = [])))]
#[delete("/messages/{id}/reactions/{emoji}")]
async fn take_back(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(MessageId, String)>,
) -> Result<HttpResponse, Error> {
    set(caller, app, path, false).await
}

async fn set(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(MessageId, String)>,
    standing: bool,
) -> Result<HttpResponse, Error> {
    let (id, emoji) = path.0;
    let work = app.get_ref().clone();
    app.finish(async move { reactions::set(&work, caller.user_id, id, &emoji, standing).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
