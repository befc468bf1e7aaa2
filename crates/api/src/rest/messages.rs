//! Messages and pages of history.

use actix_web::http::header::{ContentType, LOCATION};
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use types::{
    EditMessage, ErrorCode, Forward, Message, MessageId, MessagePage, MessageVersion, NewMessage, Page, RoomId, Seq,
    limits,
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::messages::history::{self, Place, Scope};
use crate::messages::{Draft, Posted, change, find, forward, names, pin, writer};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(post_message)
        .service(forward_message)
        .service(pin_message)
        .service(unpin_message)
        .service(list_pins)
        .service(list_messages)
        .service(find_message)
        .service(edit_message)
        .service(delete_message)
        .service(list_versions);
}

/// Posts a message. The same request again, at any time and on any node, answers 200 with the stored message; an author
/// who has left the room since gets its id and place only.
#[utoipa::path(tag = "messages", params(("id" = RoomId, Path)), request_body = NewMessage, responses((status = 201, description = "Stored", body = Message), (status = 200, description = "Stored by an earlier request", body = types::PostedAgain), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/messages")]
async fn post_message(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewMessage>,
) -> Result<HttpResponse, Error> {
    let draft = names::resolved(&app, Draft::parse(caller.user_id, id.0, body.0)?).await?;
    let posted = writer::post(&app, draft).await?;
    app.typing.stop(&app, id.0, caller.user_id);
    Ok(answer(posted))
}

/// What became of a post.
pub(super) fn answer(posted: Posted) -> HttpResponse {
    match posted {
        Posted::New(message) => {
            HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/messages/{}", message.id))).json(message)
        }
        Posted::Again(message) => HttpResponse::Ok().json(message),
        Posted::Receipt(receipt) => HttpResponse::Ok().json(receipt),
    }
}

/// Passes a message on to another room of mine. The same request again answers as a repeated post does.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), request_body = Forward, responses((status = 201, description = "Stored", body = Message), (status = 200, description = "Stored by an earlier request", body = types::PostedAgain), Problems), security(("bearer" = [])))]
#[post("/messages/{id}/forward")]
async fn forward_message(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<Forward>,
) -> Result<HttpResponse, Error> {
    let draft = forward::draft(&app, caller.user_id, id.0, body.0).await?;
    let draft = names::resolved(&app, draft).await?;
    Ok(answer(writer::post(&app, draft).await?))
}

/// Pins a message; for the room's moderators, in a direct conversation for both.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 200, description = "The message", body = Message), Problems), security(("bearer" = [])))]
#[put("/messages/{id}/pin")]
async fn pin_message(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let message = app.finish(async move { pin::pin(&work, caller.user_id, id.0, true).await }).await?;
    Ok(HttpResponse::Ok().json(message))
}

/// Takes the pin out.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 200, description = "The message", body = Message), Problems), security(("bearer" = [])))]
#[delete("/messages/{id}/pin")]
async fn unpin_message(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let message = app.finish(async move { pin::pin(&work, caller.user_id, id.0, false).await }).await?;
    Ok(HttpResponse::Ok().json(message))
}

/// The pinned messages of a room, the latest pin first.
#[utoipa::path(tag = "messages", params(("id" = RoomId, Path)), responses((status = 200, description = "All of them", body = MessagePage), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/pins")]
async fn list_pins(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(pin::list(&app, caller.user_id, id.0).await?))
}

/// Which page of history: at most one of the three.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HistoryQuery {
    /// The page that ends before this place.
    before: Option<Seq>,
    /// The page that begins after this place.
    after: Option<Seq>,
    /// The page with this message in its middle.
    around: Option<MessageId>,
    /// Only the answers in the thread of this message.
    thread: Option<MessageId>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// A page of history by place, newest last; without a place the newest. Answers in threads are left out unless they were
/// sent to the room as well; `thread` lists them.
#[utoipa::path(tag = "messages", params(("id" = RoomId, Path), HistoryQuery), responses((status = 200, description = "The page", body = MessagePage), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/messages")]
async fn list_messages(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    query: Query<HistoryQuery>,
) -> Result<HttpResponse, Error> {
    let HistoryQuery { before, after, around, thread, limit } = query.0;
    let place = match (before, after, around) {
        (None, None, None) => Place::Newest,
        (Some(seq), None, None) => Place::Before(seq),
        (None, Some(seq), None) => Place::After(seq),
        (None, None, Some(id)) => Place::Around(id),
        _ => return Err(Error::with(ErrorCode::Malformed, "Use one of before, after and around.")),
    };
    let scope = thread.map_or(Scope::Room, Scope::Thread);
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    let page = history::list(&app, caller.user_id, id.0, scope, place, limit).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::json()).body(page))
}

/// A message.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 200, description = "The message", body = Message), Problems), security(("bearer" = [])))]
#[get("/messages/{id}")]
async fn find_message(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(find::find(&app, caller.user_id, id.0).await?))
}

/// Changes the body; for its author.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), request_body = EditMessage, responses((status = 200, description = "The message", body = Message), Problems), security(("bearer" = [])))]
#[patch("/messages/{id}")]
async fn edit_message(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<EditMessage>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let edit = async move { change::edit(&work, caller.user_id, id.0, &body.0.body).await };
    Ok(HttpResponse::Ok().json(app.finish(edit).await?))
}

/// Leaves a tombstone; for its author and the room's moderators.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 204, description = "It is deleted"), Problems), security(("bearer" = [])))]
#[delete("/messages/{id}")]
async fn delete_message(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { change::delete(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Earlier bodies of a message, oldest first.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 200, description = "The versions", body = Page<MessageVersion>), Problems), security(("bearer" = [])))]
#[get("/messages/{id}/history")]
async fn list_versions(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let items = find::versions(&app, caller.user_id, id.0).await?;
    Ok(HttpResponse::Ok().json(Page { items, next: None }))
}
