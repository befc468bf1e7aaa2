//! Drafts: what I have begun to write.

use actix_web::{HttpResponse, get, put, web};
use serde::Deserialize;
use types::{Draft, MessageId, Page, Rev, RoomId, SetDraft, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::drafts;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_drafts).service(set_room_draft).service(set_thread_draft);
}

/// Which drafts.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DraftQuery {
    /// `next` of the page before.
    cursor: Option<Rev>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// What I have begun to write, the latest first.
#[utoipa::path(tag = "mine", params(DraftQuery), responses((status = 200, description = "The drafts", body = Page<Draft>), Problems), security(("bearer" = [])))]
#[get("/me/drafts")]
async fn list_drafts(caller: Caller, app: web::Data<App>, query: Query<DraftQuery>) -> Result<HttpResponse, Error> {
    let DraftQuery { cursor, limit } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    Ok(HttpResponse::Ok().json(drafts::list(&app, caller.user_id, cursor, limit).await?))
}

/// Keeps what I have begun to write in a room; an empty body clears it.
#[utoipa::path(tag = "mine", params(("id" = RoomId, Path)), request_body = SetDraft, responses((status = 200, description = "As it is kept now", body = Draft), Problems), security(("bearer" = [])))]
#[put("/rooms/{id}/draft")]
async fn set_room_draft(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<SetDraft>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let draft = app.finish(async move { drafts::set_in_room(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(draft))
}

/// Keeps what I have begun to write in a thread, named by its first message; an empty body clears it.
#[utoipa::path(tag = "mine", params(("id" = MessageId, Path)), request_body = SetDraft, responses((status = 200, description = "As it is kept now", body = Draft), Problems), security(("bearer" = [])))]
#[put("/threads/{id}/draft")]
async fn set_thread_draft(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<SetDraft>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let draft = app.finish(async move { drafts::set_in_thread(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(draft))
}
