//! Commands that bots offer, and how they are called.

use actix_web::{HttpResponse, get, post, put, web};
use types::{BotCommand, CallCommand, NewNote, Note, Page, RoomCommand, RoomId, SetCommands};
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path};
use crate::accounts::Caller;
use crate::app::App;
use crate::bots::commands;
use crate::error::Error;

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(set_commands).service(list_commands).service(call_command).service(post_note);
}

/// Says which commands I offer, in place of those before; for bots.
#[utoipa::path(tag = "bots", request_body = SetCommands, responses((status = 200, description = "The commands", body = Page<BotCommand>), Problems), security(("bearer" = [])))]
#[put("/me/commands")]
async fn set_commands(caller: Caller, app: web::Data<App>, body: Json<SetCommands>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let page = app.finish(async move { commands::set(&work, caller.user_id, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// The commands of the bots in a room.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), responses((status = 200, description = "At most 100", body = Page<RoomCommand>), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/commands")]
async fn list_commands(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(commands::list(&app, caller.user_id, id.0).await?))
}

/// Calls a bot's command: the bot is told in its own stream, now or when it is back.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path), ("name" = String, Path, description = "Without the slash", example = "weather")), request_body = CallCommand, responses((status = 204, description = "The bot is told"), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/commands/{name}")]
async fn call_command(
    caller: Caller,
    app: web::Data<App>,
    path: Path<(RoomId, String)>,
    body: Json<CallCommand>,
) -> Result<HttpResponse, Error> {
    let (id, name) = path.0;
    let work = app.get_ref().clone();
    app.finish(async move { commands::call(&work, caller.user_id, id, &name, body.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Tells something to one person alone, who called a command of mine in the room within the hour; for bots.
#[utoipa::path(tag = "bots", params(("id" = RoomId, Path)), request_body = NewNote, responses((status = 201, description = "The note", body = Note), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/notes")]
async fn post_note(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewNote>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let note = app.finish(async move { commands::note(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Created().json(note))
}
