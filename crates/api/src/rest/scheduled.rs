//! Messages to be sent later.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, patch, post, web};
use types::{Message, NewScheduled, Page, RoomId, Scheduled, ScheduledId, UpdateScheduled};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query};
use super::paging::TimePaging;
use crate::accounts::Caller;
use crate::app::App;
use crate::error::Error;
use crate::scheduled::{self, Planned, change};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(schedule_message)
        .service(list_scheduled)
        .service(update_scheduled)
        .service(cancel_scheduled)
        .service(send_scheduled);
}

/// Takes a message to be sent later. The same id again answers 200 with the first, as it is now.
#[utoipa::path(tag = "mine", params(("id" = RoomId, Path)), request_body = NewScheduled, responses((status = 201, description = "It waits", body = Scheduled), (status = 200, description = "Taken by an earlier request", body = Scheduled), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/scheduled")]
async fn schedule_message(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewScheduled>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    Ok(match app.finish(async move { scheduled::create(&work, caller.user_id, id.0, body.0).await }).await? {
        Planned::New(row) => {
            HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/me/scheduled/{}", row.id))).json(row)
        }
        Planned::Again(row) => HttpResponse::Ok().json(row),
    })
}

/// My messages that wait and those that could not be sent, the next first.
#[utoipa::path(tag = "mine", params(TimePaging), responses((status = 200, description = "The messages", body = Page<Scheduled>), Problems), security(("bearer" = [])))]
#[get("/me/scheduled")]
async fn list_scheduled(caller: Caller, app: web::Data<App>, query: Query<TimePaging>) -> Result<HttpResponse, Error> {
    let limit = query.0.limit();
    Ok(HttpResponse::Ok().json(scheduled::list(&app, caller.user_id, query.0.cursor, limit).await?))
}

/// Changes the text or the time; what could not be sent waits again once it has a new time.
#[utoipa::path(tag = "mine", params(("id" = ScheduledId, Path)), request_body = UpdateScheduled, responses((status = 200, description = "As it is now", body = Scheduled), Problems), security(("bearer" = [])))]
#[patch("/me/scheduled/{id}")]
async fn update_scheduled(
    caller: Caller,
    app: web::Data<App>,
    id: Path<ScheduledId>,
    body: Json<UpdateScheduled>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let update = async move { change::update(&work, caller.user_id, id.0, body.0).await };
    Ok(HttpResponse::Ok().json(app.finish(update).await?))
}

/// Takes it back.
#[utoipa::path(tag = "mine", params(("id" = ScheduledId, Path)), responses((status = 204, description = "Taken back"), Problems), security(("bearer" = [])))]
#[delete("/me/scheduled/{id}")]
async fn cancel_scheduled(caller: Caller, app: web::Data<App>, id: Path<ScheduledId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { change::cancel(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sends it now; answers as a post does. A refusal leaves it as it was.
#[utoipa::path(tag = "mine", params(("id" = ScheduledId, Path)), responses((status = 201, description = "Sent", body = Message), (status = 200, description = "Sent before", body = types::PostedAgain), Problems), security(("bearer" = [])))]
#[post("/me/scheduled/{id}/send")]
async fn send_scheduled(caller: Caller, app: web::Data<App>, id: Path<ScheduledId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let send = async move { change::send(&work, caller.user_id, id.0).await };
    Ok(super::messages::answer(app.finish(send).await?))
}
