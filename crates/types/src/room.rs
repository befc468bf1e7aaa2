//! Rooms, their members, invites and system events.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CategoryId, InviteId, Rev, RoomId, Seq, SiteRole, User, UserId};

/// Who may find a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// In the directory; anyone signed in may join.
    Public,
    /// Seen by its members only.
    Private,
    /// Between named people.
    Direct,
}

/// What a member may do in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomRole {
    /// Reads and writes.
    Member,
    /// Also deletes others' messages, removes members and makes invites.
    Moderator,
    /// Also changes, archives and deletes the room and gives roles.
    Admin,
}

impl RoomRole {
    /// What a member with this role may do in a room of `kind`: who runs the site runs its public rooms too, once in
    /// them. [`MyRoom::role`] is this; [`Member::role`] is the role as it was given.
    pub fn effective(self, site: SiteRole, kind: RoomKind) -> RoomRole {
        if site >= SiteRole::Admin && kind == RoomKind::Public { RoomRole::Admin } else { self }
    }
}

/// A room: a row of its own stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Room {
    /// The id.
    pub id: RoomId,
    /// Who may find it.
    pub kind: RoomKind,
    /// Unique by casefold among live rooms; absent for directs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Of a direct, the people between whom it is, for ever.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub user_ids: Vec<UserId>,
    /// What it is about.
    pub topic: String,
    /// Set while the room is read-only.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<DateTime<Utc>>,
    /// Set once the room is gone.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Messages below this place are no longer kept.
    pub first_seq: Seq,
    /// The category it stands in; one that is no more counts as none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category_id: Option<CategoryId>,
    /// Who made it; in a direct conversation, who opened it.
    pub created_by: UserId,
    /// When it was made.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// Revision in the room's stream.
    pub rev: Rev,
}

/// `GET /rooms/{id}`: the room, how many are in it, and whether the asker is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomView {
    /// The room.
    #[serde(flatten)]
    pub room: Room,
    /// People in it now.
    pub member_count: i64,
    /// Whether the asker is a member.
    pub joined: bool,
}

/// A row of `GET /rooms` and of the socket's `rooms` frame: a room of mine and where I stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyRoom {
    /// The room.
    pub room: Room,
    /// My role in it.
    pub role: RoomRole,
    /// Head of the room's stream.
    pub rev: Rev,
    /// Place of its newest message.
    pub last_seq: Seq,
    /// When that was written; absent as long as there is none.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub last_at: Option<DateTime<Utc>>,
    /// Up to where I have read.
    pub read_seq: Seq,
    /// Messages of others above my mark, counted up to 100.
    pub unread: i64,
    /// Messages above my mark that name me.
    pub mentions: i64,
    /// Not in my list as long as `last_seq` is no higher; 0 = shown.
    #[serde(default)]
    pub hidden_seq: Seq,
    /// Nothing of it is unread to me, unless it names me.
    #[serde(default)]
    pub muted: bool,
    /// It stands above the others.
    #[serde(default)]
    pub favourite: bool,
}

/// Someone's place in a room: a row of the room's stream. Leaving keeps the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The room.
    pub room_id: RoomId,
    /// The person.
    pub user_id: UserId,
    /// What they may do.
    pub role: RoomRole,
    /// When they last came in.
    #[serde(deserialize_with = "crate::time::moment")]
    pub joined_at: DateTime<Utc>,
    /// Set while they are out.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub left_at: Option<DateTime<Utc>>,
    /// Revision in the room's stream.
    pub rev: Rev,
}

/// `GET /rooms/{id}/members`: a page of members with the people they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberPage {
    /// The members, in the order of their ids, which is that of their accounts.
    pub items: Vec<Member>,
    /// The people of `items`.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What happened to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The room was made by `actor_id`.
    Created,
    /// `user_id` came in; added by `actor_id` if that is another.
    Joined,
    /// `user_id` went out; removed by `actor_id` if that is another.
    Left,
    /// The room's name became `text`.
    Renamed,
    /// The topic became `text`.
    Topic,
    /// The room became read-only.
    Archived,
    /// The room can be written in again.
    Unarchived,
    /// Became public or private: `text` is the kind.
    Kind,
    /// A kind this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// A system line of the timeline: a row of the room's stream that never changes and is never unread.
/// Its place `seq` is its revision, so it stands between the messages where it happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Event {
    /// The room.
    pub room_id: RoomId,
    /// Place and revision in the room.
    pub seq: Seq,
    /// What happened.
    pub kind: EventKind,
    /// Who did it.
    pub actor_id: UserId,
    /// To whom, where it concerns a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The new name, topic or kind, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
}

/// `POST /rooms`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewRoom {
    /// The name.
    pub name: String,
    /// `public` or `private`.
    pub kind: RoomKind,
    /// What it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
}

/// `PATCH /rooms/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateRoom {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// `public` or `private`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<RoomKind>,
    /// Read-only or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// `PUT /rooms/{id}/category`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SetCategory {
    /// The category it is to stand in; null = none.
    #[serde(default)]
    pub category_id: Option<CategoryId>,
}

/// `POST /rooms/{id}/members`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddMembers {
    /// Whom to add, at most 100.
    pub user_ids: Vec<UserId>,
}

/// `PUT /rooms/{id}/members/{user_id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetRole {
    /// The new role.
    pub role: RoomRole,
}

/// `PUT /rooms/{id}/read`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetRead {
    /// Read up to this place. A lower one than the mark is ignored unless `unread` is set.
    pub seq: Seq,
    /// Allows the mark to fall: "mark unread from here".
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unread: bool,
}

/// `POST /rooms/{id}/invites`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewInvite {
    /// How often it may be used; absent = without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<i32>,
    /// Its life in seconds; absent = seven days.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<i64>,
}

/// Answer to `POST /rooms/{id}/invites`: the only time the code is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedInvite {
    /// The id, for revoking.
    pub id: InviteId,
    /// The secret part of the link `/invite/{code}`.
    pub code: String,
    /// When it ends.
    #[serde(deserialize_with = "crate::time::moment")]
    pub expires_at: DateTime<Utc>,
    /// How often it may be used; absent = without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<i32>,
}

/// A row of `GET /rooms/{id}/invites`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invite {
    /// The id.
    pub id: InviteId,
    /// Who made it.
    pub created_by: UserId,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// When it ends.
    #[serde(deserialize_with = "crate::time::moment")]
    pub expires_at: DateTime<Utc>,
    /// How often it may be used; absent = without end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_uses: Option<i32>,
    /// How often it was used.
    pub uses: i32,
}

/// `GET /invites/{code}`: what the invited sees before an account exists. Knowing the code is the right to see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InvitePreview {
    /// The room's name.
    pub room_name: String,
    /// The display name of who invites.
    pub invited_by: String,
    /// People in the room now.
    pub member_count: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_runs_the_site_is_admin_of_its_public_rooms_and_of_no_other() {
        for site in [SiteRole::Admin, SiteRole::Owner] {
            assert_eq!(RoomRole::Member.effective(site, RoomKind::Public), RoomRole::Admin);
            assert_eq!(RoomRole::Member.effective(site, RoomKind::Private), RoomRole::Member);
            assert_eq!(RoomRole::Moderator.effective(site, RoomKind::Direct), RoomRole::Moderator);
        }
        for role in [RoomRole::Member, RoomRole::Moderator, RoomRole::Admin] {
            assert_eq!(role.effective(SiteRole::Member, RoomKind::Public), role);
        }
    }
}
