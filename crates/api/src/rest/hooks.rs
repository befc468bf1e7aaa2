//! A room's webhooks, seen to by its moderators.

use actix_web::{HttpResponse, delete, get, post, web};
use types::{
    CreatedIncomingHook, CreatedOutgoingHook, Delivery, HookId, IncomingHook, NewIncomingHook, NewOutgoingHook,
    OutgoingHook, Page, RoomId,
};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path};
use crate::accounts::Caller;
use crate::app::App;
use crate::bots::{incoming, outgoing};
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(create_incoming_hook)
        .service(list_incoming_hooks)
        .service(remove_incoming_hook)
        .service(create_outgoing_hook)
        .service(list_outgoing_hooks)
        .service(remove_outgoing_hook)
        .service(enable_outgoing_hook)
        .service(list_deliveries);
}

/// Makes an address that posts to the room whatever is sent to it in Slack's shape; for its moderators. The address is
/// in this answer and nowhere else.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), request_body = NewIncomingHook, responses((status = 201, description = "The webhook, with its address", body = CreatedIncomingHook), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/hooks/incoming")]
async fn create_incoming_hook(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewIncomingHook>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let made = app.finish(async move { incoming::create(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Created().json(made))
}

/// The incoming webhooks of a room; for its moderators.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), responses((status = 200, description = "The webhooks", body = Page<IncomingHook>), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/hooks/incoming")]
async fn list_incoming_hooks(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(incoming::list(&app, caller.user_id, id.0).await?))
}

/// Removes an incoming webhook: its address posts no more.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path), ("hook_id" = HookId, Path)), responses((status = 204, description = "It is gone"), Problems), security(("bearer" = [])))]
#[delete("/rooms/{id}/hooks/incoming/{hook_id}")]
async fn remove_incoming_hook(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(RoomId, HookId)>,
) -> Result<HttpResponse, Error> {
    let (id, hook_id) = path.0;
    let work = app.get_ref().clone();
    app.finish(async move { incoming::remove(&work, caller.user_id, id, hook_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Makes an address be told what happens in the room; for its moderators. What bots write sets off none. The key that
/// deliveries are signed with is in this answer and nowhere else.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), request_body = NewOutgoingHook, responses((status = 201, description = "The webhook, with its key", body = CreatedOutgoingHook), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/hooks/outgoing")]
async fn create_outgoing_hook(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewOutgoingHook>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let made = app.finish(async move { outgoing::create(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Created().json(made))
}

/// The outgoing webhooks of a room; for its moderators.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), responses((status = 200, description = "The webhooks", body = Page<OutgoingHook>), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/hooks/outgoing")]
async fn list_outgoing_hooks(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(outgoing::list(&app, caller.user_id, id.0).await?))
}

/// Removes an outgoing webhook; what was not delivered yet never is.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path), ("hook_id" = HookId, Path)), responses((status = 204, description = "It is gone"), Problems), security(("bearer" = [])))]
#[delete("/rooms/{id}/hooks/outgoing/{hook_id}")]
async fn remove_outgoing_hook(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(RoomId, HookId)>,
) -> Result<HttpResponse, Error> {
    let (id, hook_id) = path.0;
    let work = app.get_ref().clone();
    app.finish(async move { outgoing::remove(&work, caller.user_id, id, hook_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Switches an outgoing webhook on again that was switched off because too much failed. It is told what happens from now
/// on.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path), ("hook_id" = HookId, Path)), responses((status = 200, description = "The webhook", body = OutgoingHook), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/hooks/outgoing/{hook_id}/enable")]
async fn enable_outgoing_hook(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(RoomId, HookId)>,
) -> Result<HttpResponse, Error> {
    let (id, hook_id) = path.0;
    let work = app.get_ref().clone();
    let hook = app.finish(async move { outgoing::enable(&work, caller.user_id, id, hook_id).await }).await?;
    Ok(HttpResponse::Ok().json(hook))
}

/// What became of the last events of an outgoing webhook, the latest first.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path), ("hook_id" = HookId, Path)), responses((status = 200, description = "At most 50", body = Page<Delivery>), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/hooks/outgoing/{hook_id}/deliveries")]
async fn list_deliveries(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(RoomId, HookId)>,
) -> Result<HttpResponse, Error> {
    let (id, hook_id) = path.0;
    Ok(HttpResponse::Ok().json(outgoing::deliveries(&app, caller.user_id, id, hook_id).await?))
}
