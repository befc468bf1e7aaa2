//! Rooms: making, finding, entering and leaving them; members, roles and invites; read marks.

use reqwest::Method;
use types::{
    AddMembers, CategoryId, Changes, CreatedInvite, DirectoryEntry, Invite, InviteId, InvitePreview, Mark, Member,
    MemberPage, MyRoom, NewInvite, NewRoom, Page, Rev, Room, RoomId, RoomKind, RoomRole, RoomView, Seq, SetCategory,
    SetRead, SetRole, Unread, UpdateMark, UpdateRoom, UserId,
};

use crate::ClientError;
use crate::accounts::changes_query;
use crate::http::{Client, escaped, query};

impl Client {
    /// Makes a room; the maker is its admin.
    pub async fn create_room(&self, name: &str, kind: RoomKind) -> Result<Room, ClientError> {
        self.send("/rooms", &NewRoom { name: name.into(), kind, topic: None }).await
    }

    /// The rooms one is in.
    pub async fn my_rooms(&self) -> Result<Page<MyRoom>, ClientError> {
        self.get("/rooms").await
    }

    /// The public rooms.
    pub async fn directory(&self) -> Result<Page<DirectoryEntry>, ClientError> {
        self.get("/rooms/directory").await
    }

    /// A room, how many are in it and whether one is.
    pub async fn room(&self, id: RoomId) -> Result<RoomView, ClientError> {
        self.get(&format!("/rooms/{id}")).await
    }

    /// Changes a room's name, topic, kind, or whether it is archived.
    pub async fn update_room(&self, id: RoomId, update: &UpdateRoom) -> Result<Room, ClientError> {
        self.call(Method::PATCH, &format!("/rooms/{id}"), Some(update)).await
    }

    /// Puts a room into a category, or out of all.
    pub async fn set_category(&self, id: RoomId, category: Option<CategoryId>) -> Result<Room, ClientError> {
        let body = SetCategory { category_id: category };
        self.call(Method::PUT, &format!("/rooms/{id}/category"), Some(&body)).await
    }

    /// Deletes a room.
    pub async fn delete_room(&self, id: RoomId) -> Result<(), ClientError> {
        self.delete(&format!("/rooms/{id}")).await
    }

    /// Comes into a public room.
    pub async fn join(&self, id: RoomId) -> Result<RoomView, ClientError> {
        self.call::<(), _>(Method::POST, &format!("/rooms/{id}/join"), None).await
    }

    /// Goes out of a room.
    pub async fn leave(&self, id: RoomId) -> Result<(), ClientError> {
        self.call::<(), ()>(Method::POST, &format!("/rooms/{id}/leave"), None).await
    }

    /// Raises one's read mark (`unread` lets it fall).
    pub async fn set_read(&self, id: RoomId, seq: Seq, unread: bool) -> Result<(), ClientError> {
        self.call(Method::PUT, &format!("/rooms/{id}/read"), Some(&SetRead { seq, unread })).await
    }

    /// Says how I keep a room.
    pub async fn keep_room(&self, id: RoomId, update: &UpdateMark) -> Result<Mark, ClientError> {
        self.call(Method::PATCH, &format!("/rooms/{id}/mark"), Some(update)).await
    }

    /// What is unread in a room.
    pub async fn unread(&self, id: RoomId) -> Result<Unread, ClientError> {
        self.get(&format!("/rooms/{id}/unread")).await
    }

    /// A page of a room's members.
    pub async fn members(
        &self,
        id: RoomId,
        after: Option<&str>,
        limit: Option<i64>,
    ) -> Result<MemberPage, ClientError> {
        let limit = limit.map(|limit| limit.to_string());
        let query = query(&[("cursor", after.map(Into::into)), ("limit", limit)]);
        self.get(&format!("/rooms/{id}/members{query}")).await
    }

    /// Adds people to a room.
    pub async fn add_members(&self, id: RoomId, user_ids: &[UserId]) -> Result<(), ClientError> {
        self.send(&format!("/rooms/{id}/members"), &AddMembers { user_ids: user_ids.to_vec() }).await
    }

    /// Gives a member a role.
    pub async fn set_role(&self, id: RoomId, user: UserId, role: RoomRole) -> Result<Member, ClientError> {
        self.call(Method::PUT, &format!("/rooms/{id}/members/{user}"), Some(&SetRole { role })).await
    }

    /// Removes a member.
    pub async fn remove_member(&self, id: RoomId, user: UserId) -> Result<(), ClientError> {
        self.delete(&format!("/rooms/{id}/members/{user}")).await
    }

    /// Makes an invite link.
    pub async fn create_invite(&self, id: RoomId, invite: &NewInvite) -> Result<CreatedInvite, ClientError> {
        self.send(&format!("/rooms/{id}/invites"), invite).await
    }

    /// A room's live invites.
    pub async fn invites(&self, id: RoomId) -> Result<Page<Invite>, ClientError> {
        self.get(&format!("/rooms/{id}/invites")).await
    }

    /// Ends an invite.
    pub async fn revoke_invite(&self, id: RoomId, invite: InviteId) -> Result<(), ClientError> {
        self.delete(&format!("/rooms/{id}/invites/{invite}")).await
    }

    /// What an invite leads to.
    pub async fn invite(&self, code: &str) -> Result<InvitePreview, ClientError> {
        self.get(&format!("/invites/{}", escaped(code))).await
    }

    /// Comes into a room by an invite.
    pub async fn accept_invite(&self, code: &str) -> Result<RoomView, ClientError> {
        self.call::<(), _>(Method::POST, &format!("/invites/{}/accept", escaped(code)), None).await
    }

    /// The changes of a room: at most `limit` rows; go on from the answer's `rev` while there is `more`.
    pub async fn changes(&self, id: RoomId, since: Rev, limit: Option<i64>) -> Result<Changes, ClientError> {
        self.get(&format!("/rooms/{id}/changes{}", changes_query(since, limit))).await
    }
}
