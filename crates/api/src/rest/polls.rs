//! Polls and votes.

use actix_web::{HttpResponse, get, post, put, web};
use serde::Deserialize;
use types::{CastVote, Message, MessageId, NewPoll, Rev, RoomId, VotePage, limits};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use super::messages::answer;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::polls::{self, close, vote};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(post_poll).service(cast_vote).service(list_votes).service(close_poll);
}

/// Asks the room something: posts a message of kind `poll`, whose body says the same as text. The same request again, at
/// any time and on any node, answers 200 with the stored message.
#[utoipa::path(tag = "messages", params(("id" = RoomId, Path)), request_body = NewPoll, responses((status = 201, description = "Stored", body = Message), (status = 200, description = "Stored by an earlier request", body = types::PostedAgain), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/polls")]
async fn post_poll(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewPoll>,
) -> Result<HttpResponse, Error> {
    Ok(answer(polls::create(&app, caller.user_id, id.0, body.0).await?))
}

/// Sets what I choose, in place of what I chose before; no options take it back. A closed poll takes no vote.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), request_body = CastVote, responses((status = 204, description = "It counts"), Problems), security(("bearer" = [])))]
#[put("/messages/{id}/votes")]
async fn cast_vote(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    body: Json<CastVote>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { vote::cast(&work, caller.user_id, id.0, &body.0.options).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which votes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct VoteQuery {
    /// Only those that chose this option, by index.
    option: Option<i64>,
    /// `next` of the page before.
    cursor: Option<Rev>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
}

/// What I chose, and who voted, the earliest first; of an anonymous poll only the former.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path), VoteQuery), responses((status = 200, description = "The votes", body = VotePage), Problems), security(("bearer" = [])))]
#[get("/messages/{id}/votes")]
async fn list_votes(
    caller: Caller,
    app: web::Data<App>,
    id: Path<MessageId>,
    query: Query<VoteQuery>,
) -> Result<HttpResponse, Error> {
    let VoteQuery { option, cursor, limit } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    let page = vote::list(&app, caller.user_id, id.0, option, cursor.unwrap_or(0), limit).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// Closes a poll now; for its author and the room's moderators. Doing it again changes nothing.
#[utoipa::path(tag = "messages", params(("id" = MessageId, Path)), responses((status = 200, description = "The message", body = Message), Problems), security(("bearer" = [])))]
#[post("/messages/{id}/close")]
async fn close_poll(caller: Caller, app: web::Data<App>, id: Path<MessageId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let message = app.finish(async move { close::close(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::Ok().json(message))
}
