//! Rooms, their members, their invites.

use types::{
    AddMembers, Changes, CreatedInvite, DirectoryEntry, Invite, InviteId, Member, MemberPage, MyRoom, NewInvite,
    NewRoom, Page, Rev, Room, RoomId, RoomRole, RoomView, SetRole, Unread, UpdateRoom, UserId,
};

use super::request::{Answer, Method, call, escape, json, query, tell};

/// My rooms and where I stand in them, a page from `cursor`.
pub fn list_rooms(cursor: Option<String>) -> Answer<Page<MyRoom>> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms{page}"), None)
}

/// What is unread in a room of mine, counted now.
pub fn unread(id: RoomId) -> Answer<Unread> {
    call(Method::Get, &format!("/rooms/{id}/unread"), None)
}

/// The public rooms, a page from `cursor`.
pub fn directory(cursor: Option<String>) -> Answer<Page<DirectoryEntry>> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms/directory{page}"), None)
}

/// Makes a room.
pub fn create_room(room: &NewRoom) -> Answer<Room> {
    call(Method::Post, "/rooms", json(room))
}

/// Changes a room.
pub fn update_room(id: RoomId, change: &UpdateRoom) -> Answer<Room> {
    call(Method::Patch, &format!("/rooms/{id}"), json(change))
}

/// Deletes a room.
pub fn delete_room(id: RoomId) -> Answer<()> {
    tell(Method::Delete, &format!("/rooms/{id}"), None)
}

/// Comes into a public room.
pub fn join_room(id: RoomId) -> Answer<RoomView> {
    call(Method::Post, &format!("/rooms/{id}/join"), None)
}

/// Goes out of a room.
pub fn leave_room(id: RoomId) -> Answer<()> {
    tell(Method::Post, &format!("/rooms/{id}/leave"), None)
}

/// The members, a page from `cursor`.
pub fn list_members(id: RoomId, cursor: Option<String>) -> Answer<MemberPage> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/rooms/{id}/members{page}"), None)
}

/// Adds people.
pub fn add_members(id: RoomId, user_ids: Vec<UserId>) -> Answer<()> {
    tell(Method::Post, &format!("/rooms/{id}/members"), json(&AddMembers { user_ids }))
}

/// Gives a member a role.
pub fn set_role(id: RoomId, user: UserId, role: RoomRole) -> Answer<Member> {
    call(Method::Put, &format!("/rooms/{id}/members/{user}"), json(&SetRole { role }))
}

/// Takes a member out.
pub fn remove_member(id: RoomId, user: UserId) -> Answer<()> {
    tell(Method::Delete, &format!("/rooms/{id}/members/{user}"), None)
}

/// The invites of a room.
pub fn list_invites(id: RoomId) -> Answer<Page<Invite>> {
    call(Method::Get, &format!("/rooms/{id}/invites?limit=100"), None)
}

/// Makes an invite; the only time its code is told.
pub fn create_invite(id: RoomId, invite: &NewInvite) -> Answer<CreatedInvite> {
    call(Method::Post, &format!("/rooms/{id}/invites"), json(invite))
}

/// Ends an invite.
pub fn revoke_invite(id: RoomId, invite: InviteId) -> Answer<()> {
    tell(Method::Delete, &format!("/rooms/{id}/invites/{invite}"), None)
}

/// Comes into a room by an invite.
pub fn accept_invite(code: &str) -> Answer<RoomView> {
    call(Method::Post, &format!("/invites/{}/accept", escape(code)), None)
}

/// The rows of a room touched since a revision.
pub fn changes(id: RoomId, since: Rev) -> Answer<Changes> {
    call(Method::Get, &format!("/rooms/{id}/changes?since={since}"), None)
}
