//! Rooms, their members, their invites.

use types::{
    AddMembers, Changes, CreatedInvite, DirectoryEntry, Invite, InviteId, Member, MemberPage, MyRoom, NewInvite,
    NewRoom, Page, Rev, Room, RoomId, RoomRole, RoomView, SetRole, UpdateRoom, UserId,
};

use super::request::{Failure, Method, call, escape, json, query, tell};

/// My rooms and where I stand in them, a page from `cursor`.
pub async fn list_rooms(cursor: Option<String>) -> Result<Page<MyRoom>, Failure> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms{page}"), None).await
}

/// The public rooms, a page from `cursor`.
pub async fn directory(cursor: Option<String>) -> Result<Page<DirectoryEntry>, Failure> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms/directory{page}"), None).await
}

/// Makes a room.
pub async fn create_room(room: &NewRoom) -> Result<Room, Failure> {
    call(Method::Post, "/rooms", json(room)).await
}

/// Changes a room.
pub async fn update_room(id: RoomId, change: &UpdateRoom) -> Result<Room, Failure> {
    call(Method::Patch, &format!("/rooms/{id}"), json(change)).await
}

/// Deletes a room.
pub async fn delete_room(id: RoomId) -> Result<(), Failure> {
    tell(Method::Delete, &format!("/rooms/{id}"), None).await
}

/// Comes into a public room.
pub async fn join_room(id: RoomId) -> Result<RoomView, Failure> {
    call(Method::Post, &format!("/rooms/{id}/join"), None).await
}

/// Goes out of a room.
pub async fn leave_room(id: RoomId) -> Result<(), Failure> {
    tell(Method::Post, &format!("/rooms/{id}/leave"), None).await
}

/// The members, a page from `cursor`.
pub async fn list_members(id: RoomId, cursor: Option<String>) -> Result<MemberPage, Failure> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms/{id}/members{page}"), None).await
}

/// Adds people.
pub async fn add_members(id: RoomId, user_ids: Vec<UserId>) -> Result<(), Failure> {
    tell(Method::Post, &format!("/rooms/{id}/members"), json(&AddMembers { user_ids })).await
}

/// Gives a member a role.
pub async fn set_role(id: RoomId, user: UserId, role: RoomRole) -> Result<Member, Failure> {
    call(Method::Put, &format!("/rooms/{id}/members/{user}"), json(&SetRole { role })).await
}

/// Takes a member out.
pub async fn remove_member(id: RoomId, user: UserId) -> Result<(), Failure> {
    tell(Method::Delete, &format!("/rooms/{id}/members/{user}"), None).await
}

/// The invites of a room.
pub async fn list_invites(id: RoomId) -> Result<Page<Invite>, Failure> {
    call(Method::Get, &format!("/rooms/{id}/invites?limit=100"), None).await
}

/// Makes an invite; the only time its code is told.
pub async fn create_invite(id: RoomId, invite: &NewInvite) -> Result<CreatedInvite, Failure> {
    call(Method::Post, &format!("/rooms/{id}/invites"), json(invite)).await
}

/// Ends an invite.
pub async fn revoke_invite(id: RoomId, invite: InviteId) -> Result<(), Failure> {
    tell(Method::Delete, &format!("/rooms/{id}/invites/{invite}"), None).await
}

/// Comes into a room by an invite.
pub async fn accept_invite(code: &str) -> Result<RoomView, Failure> {
    call(Method::Post, &format!("/invites/{}/accept", escape(code)), None).await
}

/// The rows of a room touched since a revision.
pub async fn changes(id: RoomId, since: Rev) -> Result<Changes, Failure> {
    call(Method::Get, &format!("/rooms/{id}/changes?since={since}"), None).await
}
