//! `/rooms`, their members, invites and read marks.

use actix_web::http::header::LOCATION;
use actix_web::{HttpResponse, delete, get, patch, post, put, web};
use serde::Deserialize;
use types::{
    AddMembers, CreatedInvite, DirectoryEntry, Invite, InviteId, InvitePreview, Mark, Member, MemberPage, MyRoom,
    NewInvite, NewRoom, Page, Room, RoomId, RoomView, SetCategory, SetRead, SetRole, Unread, UpdateMark, UpdateRoom,
    UserId, limits,
};
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

use super::answers::Problems;
use super::extract::{Json, Path, Query, Visitor};
use super::paging::Paging;
use crate::accounts::{Caller, Limit, limit};
use crate::app::App;
use crate::error::Error;
use crate::rooms::{self, directory, invites, marks, membership, mine, reads, update};

/// The routes of this file.
pub fn configure(cfg: &mut ServiceConfig) {
    cfg.service(create_room)
        .service(list_rooms)
        .service(list_directory)
        .service(find_room)
        .service(update_room)
        .service(set_category)
        .service(delete_room)
        .service(join_room)
        .service(leave_room)
        .service(set_read)
        .service(keep_room)
        .service(count_unread)
        .service(list_members)
        .service(add_members)
        .service(set_role)
        .service(remove_member)
        .service(list_invites)
        .service(create_invite)
        .service(revoke_invite)
        .service(preview_invite)
        .service(accept_invite);
}

/// Makes a room; its maker is its admin.
#[utoipa::path(tag = "rooms", request_body = NewRoom, responses((status = 201, description = "The room", body = Room), Problems), security(("bearer" = [])))]
#[post("/rooms")]
async fn create_room(caller: Caller, app: web::Data<App>, body: Json<NewRoom>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let room = app.finish(async move { rooms::create::create(&work, caller.user_id, body.0).await }).await?;
    Ok(HttpResponse::Created().insert_header((LOCATION, format!("/api/v1/rooms/{}", room.id))).json(room))
}

/// My rooms, each with my place in it and what is unread.
#[utoipa::path(tag = "rooms", params(Paging), responses((status = 200, description = "The rooms", body = Page<MyRoom>), Problems), security(("bearer" = [])))]
#[get("/rooms")]
async fn list_rooms(caller: Caller, app: web::Data<App>, query: Query<Paging>) -> Result<HttpResponse, Error> {
    let after = query.0.cursor.map(RoomId);
    Ok(HttpResponse::Ok().json(mine::list(&app, caller.user_id, after, query.0.limit()).await?))
}

/// Which page of the directory.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DirectoryQuery {
    /// Part of the name.
    query: Option<String>,
    /// Rows, 1 to 100.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<i64>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// The public rooms by name.
#[utoipa::path(tag = "rooms", params(DirectoryQuery), responses((status = 200, description = "The rooms", body = Page<DirectoryEntry>), Problems), security(("bearer" = [])))]
#[get("/rooms/directory")]
async fn list_directory(
    caller: Caller,
    app: web::Data<App>,
    query: Query<DirectoryQuery>,
) -> Result<HttpResponse, Error> {
    let DirectoryQuery { query, limit, cursor } = query.0;
    let limit = limit.unwrap_or(limits::PAGE_DEFAULT);
    let page = directory::list(&app, caller.user_id, query.as_deref(), cursor.as_deref(), limit).await?;
    Ok(HttpResponse::Ok().json(page))
}

/// A room: public, or mine.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), responses((status = 200, description = "The room", body = RoomView), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}")]
async fn find_room(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(rooms::find(&app, caller.user_id, id.0).await?))
}

/// Changes name, topic, kind, or whether it is archived; for its admins.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), request_body = UpdateRoom, responses((status = 200, description = "The room", body = Room), Problems), security(("bearer" = [])))]
#[patch("/rooms/{id}")]
async fn update_room(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<UpdateRoom>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let room = app.finish(async move { update::update(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(room))
}

/// Puts a room into a category, or out of all; for its admins and for who runs the site.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), request_body = SetCategory, responses((status = 200, description = "The room", body = Room), Problems), security(("bearer" = [])))]
#[put("/rooms/{id}/category")]
async fn set_category(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<SetCategory>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let set = async move { update::set_category(&work, caller.user_id, id.0, body.0.category_id).await };
    Ok(HttpResponse::Ok().json(app.finish(set).await?))
}

/// Ends a room; for its admins.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), responses((status = 204, description = "It is gone"), Problems), security(("bearer" = [])))]
#[delete("/rooms/{id}")]
async fn delete_room(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { update::delete(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Joins a public room.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), responses((status = 200, description = "The room", body = RoomView), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/join")]
async fn join_room(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let view = app.finish(async move { membership::join(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Leaves a room.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), responses((status = 204, description = "Left"), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/leave")]
async fn leave_room(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { membership::leave(&work, caller.user_id, id.0).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sets my read mark.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), request_body = SetRead, responses((status = 204, description = "Noted"), Problems), security(("bearer" = [])))]
#[put("/rooms/{id}/read")]
async fn set_read(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<SetRead>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let SetRead { seq, unread } = body.0;
    app.finish(async move { reads::set(&work, caller.user_id, id.0, seq, unread).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// How I keep a room: hidden, quiet, above the others.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), request_body = UpdateMark, responses((status = 200, description = "As it is kept now", body = Mark), Problems), security(("bearer" = [])))]
#[patch("/rooms/{id}/mark")]
async fn keep_room(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<UpdateMark>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let mark = app.finish(async move { marks::keep(&work, caller.user_id, id.0, body.0).await }).await?;
    Ok(HttpResponse::Ok().json(mark))
}

/// What is unread in a room of mine, counted now.
#[utoipa::path(tag = "rooms", params(("id" = RoomId, Path)), responses((status = 200, description = "The counts", body = Unread), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/unread")]
async fn count_unread(caller: Caller, app: web::Data<App>, id: Path<RoomId>) -> Result<HttpResponse, Error> {
    Ok(HttpResponse::Ok().json(mine::unread(&app, caller.user_id, id.0).await?))
}

/// The people in a room.
#[utoipa::path(tag = "members", params(("id" = RoomId, Path), Paging), responses((status = 200, description = "The members", body = MemberPage), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/members")]
async fn list_members(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    query: Query<Paging>,
) -> Result<HttpResponse, Error> {
    let cursor = query.0.cursor.map(UserId);
    Ok(HttpResponse::Ok().json(membership::list(&app, caller.user_id, id.0, cursor, query.0.limit()).await?))
}

/// Adds people: anyone in a public room, moderators in a private one.
#[utoipa::path(tag = "members", params(("id" = RoomId, Path)), request_body = AddMembers, responses((status = 204, description = "They are in"), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/members")]
async fn add_members(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<AddMembers>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    app.finish(async move { membership::add(&work, caller.user_id, id.0, body.0.user_ids).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Gives a role; for admins.
#[utoipa::path(tag = "members", params(("id" = RoomId, Path), ("user_id" = UserId, Path)), request_body = SetRole, responses((status = 200, description = "The member", body = Member), Problems), security(("bearer" = [])))]
#[put("/rooms/{id}/members/{user_id}")]
async fn set_role(
    caller: Caller,
    app: web::Data<App>,
    ids: Path<(RoomId, UserId)>,
    body: Json<SetRole>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let (room_id, user_id) = ids.0;
    let role = body.0.role;
    let set = async move { membership::set_role(&work, caller.user_id, room_id, user_id, role).await };
    Ok(HttpResponse::Ok().json(app.finish(set).await?))
}

/// Removes somebody from a room: a moderator removes members, an admin anyone.
#[utoipa::path(tag = "members", params(("id" = RoomId, Path), ("user_id" = UserId, Path)), responses((status = 204, description = "They are out"), Problems), security(("bearer" = [])))]
#[delete("/rooms/{id}/members/{user_id}")]
async fn remove_member(
    caller: Caller,
    app: web::Data<App>,
    ids: Path<(RoomId, UserId)>,
) -> Result<HttpResponse, Error> {
    let work = app.get_ref().clone();
    let (room_id, user_id) = ids.0;
    app.finish(async move { membership::remove(&work, caller.user_id, room_id, user_id).await }).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The invite links that were not revoked; for moderators.
#[utoipa::path(tag = "invites", params(("id" = RoomId, Path), Paging), responses((status = 200, description = "The links", body = Page<Invite>), Problems), security(("bearer" = [])))]
#[get("/rooms/{id}/invites")]
async fn list_invites(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    query: Query<Paging>,
) -> Result<HttpResponse, Error> {
    let before = query.0.cursor.map(InviteId);
    Ok(HttpResponse::Ok().json(invites::list(&app, caller.user_id, id.0, before, query.0.limit()).await?))
}

/// Makes an invite link; for moderators. Its code is told only here.
#[utoipa::path(tag = "invites", params(("id" = RoomId, Path)), request_body = NewInvite, responses((status = 201, description = "The link", body = CreatedInvite), Problems), security(("bearer" = [])))]
#[post("/rooms/{id}/invites")]
async fn create_invite(
    caller: Caller,
    app: web::Data<App>,
    id: Path<RoomId>,
    body: Json<NewInvite>,
) -> Result<HttpResponse, Error> {
    let invite = invites::create(&app, caller.user_id, id.0, body.0).await?;
    let location = format!("/api/v1/rooms/{}/invites/{}", id.0, invite.id);
    Ok(HttpResponse::Created().insert_header((LOCATION, location)).json(invite))
}

/// Ends an invite link; for moderators.
#[utoipa::path(tag = "invites", params(("id" = RoomId, Path), ("invite_id" = InviteId, Path)), responses((status = 204, description = "It is void"), Problems), security(("bearer" = [])))]
#[delete("/rooms/{id}/invites/{invite_id}")]
async fn revoke_invite(
    caller: Caller,
    app: web::Data<App>,
    ids: Path<(RoomId, InviteId)>,
) -> Result<HttpResponse, Error> {
    let (room_id, invite_id) = ids.0;
    invites::revoke(&app, caller.user_id, room_id, invite_id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// What an invite link leads to; needs no account.
#[utoipa::path(tag = "invites", params(("code" = String, Path)), responses((status = 200, description = "Where it leads", body = InvitePreview), Problems))]
#[get("/invites/{code}")]
async fn preview_invite(visitor: Visitor, app: web::Data<App>, code: Path<String>) -> Result<HttpResponse, Error> {
    limit(&app, Limit::Invites, &visitor.key).await?;
    Ok(HttpResponse::Ok().json(invites::preview(&app, &code.0).await?))
}

/// Takes up an invite. Who is in already spends no use.
#[utoipa::path(tag = "invites", params(("code" = String, Path)), responses((status = 200, description = "The room", body = RoomView), Problems), security(("bearer" = [])))]
#[post("/invites/{code}/accept")]
async fn accept_invite(caller: Caller, app: web::Data<App>, code: Path<String>) -> Result<HttpResponse, Error> {
    limit(&app, Limit::Invites, &caller.user_id.to_string()).await?;
    let work = app.get_ref().clone();
    let view = app.finish(async move { invites::accept(&work, caller.user_id, &code.0).await }).await?;
    Ok(HttpResponse::Ok().json(view))
}
