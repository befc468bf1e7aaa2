//! What was read: by others up to a message, and all of it by me.

use actix_web::{HttpResponse, get, post, web};
use types::{MessageId, ReadPage, UserId};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Path, Query};
use super::paging::Paging;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::me::read_all;
use crate::messages::reads;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_reads).service(read_everything);
}

/// Who of the members has read up to this message; who hides it is left out, and may not ask.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path), Paging), responses((status = 200, description = "The people", body = ReadPage), Problems), security(("bearer" = [])))]
#[get("/messages/{id}/reads")]
async fn list_reads(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    query: Query<Paging>,
) -> Result<HttpResponse, Error> {
    let (after, limit) = (query.0.cursor.map(UserId), query.0.limit());
    Ok(HttpResponse::Ok().json(reads::list(&app, caller.user_id, id.0, after, limit).await?))
}

/// Marks all my rooms and the threads that I follow as read.
#[utoipa::path(tag = "mine", responses((status = 204, description = "Nothing is unread"), Problems), security(("bearer" = [])))]
#[post("/me/read-all")]
async fn read_everything(caller: Caller, app: web::Data<App>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { read_all::read_all(&work, caller.user_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}
