//! Threads that I follow, and how I keep them. What is written in them is among the messages.

use actix_web::{HttpResponse, get, put, web};
use serde::Deserialize;
use types::{MessageId, SetFollowing, SetRead, ThreadMark, ThreadPage, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use crate::accounts::Caller;
use crate::app::App;
use crate::db::Cursor;
use crate::error::Error;
use crate::threads::{self, marks};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(list_threads).service(thread_mark).service(follow_thread).service(read_thread);
}

/// Which threads.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ThreadQuery {
    /// Only those with something unread.
    #[serde(default)]
    unread: bool,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// The threads that I follow, the latest reply first: those I wrote in, began or was named in, unless I said otherwise.
#[utoipa::path(tag = "threads", params(ThreadQuery), responses((status = 200, description = "The threads", body = ThreadPage), Problems), security(("bearer" = [])))]
#[get("/threads")]
async fn list_threads(caller: Caller, app: web::Data<App>, query: Query<ThreadQuery>) -> Result<HttpResponse, Error> {
    let ThreadQuery { unread, cursor, limit } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    Ok(HttpResponse::Ok().json(threads::list(&app, caller.user_id, unread, cursor, limit).await?))
}

/// How I keep a thread, named by its first message: whether I follow it, and up to where I have read it.
#[utoipa::path(tag = "threads", params(("id" = MessageId, Path)), responses((status = 200, description = "As it is kept, `following` told in any case", body = ThreadMark), Problems), security(("bearer" = [])))]
#[get("/threads/{id}/mark")]
async fn thread_mark(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(marks::find(&app, caller.user_id, id.0).await?))
}

/// Follows a thread, named by its first message, or follows it no longer.
#[utoipa::path(tag = "threads", params(("id" = MessageId, Path)), request_body = SetFollowing, responses((status = 200, description = "As it is kept now", body = ThreadMark), Problems), security(("bearer" = [])))]
#[put("/threads/{id}/following")]
async fn follow_thread(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<SetFollowing>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let follow = async move { marks::follow(&work, caller.user_id, id.0, body.0.following).await };
    Ok(HttpResponse::Ok().json(app.finish(follow).await?))
}

/// Sets my read mark in a thread, named by its first message.
#[utoipa::path(tag = "threads", params(("id" = MessageId, Path)), request_body = SetRead, responses((status = 200, description = "As it is kept now", body = ThreadMark), Problems), security(("bearer" = [])))]
#[put("/threads/{id}/read")]
async fn read_thread(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<SetRead>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let read = async move { marks::read(&work, caller.user_id, id.0, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(read).await?))
}
