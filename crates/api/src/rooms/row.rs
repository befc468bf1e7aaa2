//! Rows of rooms, members and events, and how each becomes its wire type.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use types::{CategoryId, Event, EventKind, Member, Room, RoomId, RoomKind, RoomRole, UserId};
use uuid::Uuid;

use crate::db::schema::{events, members, rooms};

/// A row of `rooms`.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Deserialize)]
#[diesel(table_name = rooms)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct RoomRow {
    pub id: Uuid,
    pub kind: String,
    pub name: Option<String>,
    pub topic: String,
    pub archived_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub first_seq: i64,
    pub created_at: DateTime<Utc>,
    pub rev: i64,
    pub user_ids: Option<Vec<Uuid>>,
    pub category_id: Option<Uuid>,
    pub created_by: Uuid,
}

impl From<RoomRow> for Room {
    fn from(row: RoomRow) -> Room {
        Room {
            id: RoomId(row.id),
            kind: kind(&row.kind),
            name: row.name,
            user_ids: row.user_ids.unwrap_or_default().into_iter().map(UserId).collect(),
            topic: row.topic,
            archived_at: row.archived_at,
            deleted_at: row.deleted_at,
            first_seq: row.first_seq,
            category_id: row.category_id.map(CategoryId),
            created_by: UserId(row.created_by),
            created_at: row.created_at,
            rev: row.rev,
        }
    }
}

/// A row of `members`.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Insertable, Deserialize)]
#[diesel(table_name = members)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct MemberRow {
    pub room_id: Uuid,
    pub user_id: Uuid,
    pub role: String,
    pub joined_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
    pub rev: i64,
}

impl From<MemberRow> for Member {
    fn from(row: MemberRow) -> Member {
        Member {
            room_id: RoomId(row.room_id),
            user_id: UserId(row.user_id),
            role: role(&row.role),
            joined_at: row.joined_at,
            left_at: row.left_at,
            rev: row.rev,
        }
    }
}

/// A row of `events`.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Insertable, Deserialize)]
#[diesel(table_name = events)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct EventRow {
    pub room_id: Uuid,
    pub seq: i64,
    pub kind: String,
    pub actor_id: Uuid,
    pub user_id: Option<Uuid>,
    pub text: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl From<EventRow> for Event {
    fn from(row: EventRow) -> Event {
        Event {
            room_id: RoomId(row.room_id),
            seq: row.seq,
            kind: event_kind(&row.kind),
            actor_id: UserId(row.actor_id),
            user_id: row.user_id.map(UserId),
            text: row.text,
            created_at: row.created_at,
        }
    }
}

fn kind(text: &str) -> RoomKind {
    match text {
        "public" => RoomKind::Public,
        "direct" => RoomKind::Direct,
        _ => RoomKind::Private,
    }
}

/// A kind as the table has it.
pub(super) fn kind_text(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Public => "public",
        RoomKind::Private => "private",
        RoomKind::Direct => "direct",
    }
}

/// A role out of the table.
pub(super) fn role(text: &str) -> RoomRole {
    match text {
        "admin" => RoomRole::Admin,
        "moderator" => RoomRole::Moderator,
        _ => RoomRole::Member,
    }
}

/// A role as the table has it.
pub fn role_text(role: RoomRole) -> &'static str {
    match role {
        RoomRole::Admin => "admin",
        RoomRole::Moderator => "moderator",
        RoomRole::Member => "member",
    }
}

fn event_kind(text: &str) -> EventKind {
    match text {
        "created" => EventKind::Created,
        "joined" => EventKind::Joined,
        "left" => EventKind::Left,
        "renamed" => EventKind::Renamed,
        "archived" => EventKind::Archived,
        "unarchived" => EventKind::Unarchived,
        "kind" => EventKind::Kind,
        _ => EventKind::Topic,
    }
}

/// An event's kind as the table has it.
pub(super) fn event_text(kind: EventKind) -> &'static str {
    match kind {
        EventKind::Created => "created",
        EventKind::Joined => "joined",
        EventKind::Left => "left",
        EventKind::Renamed => "renamed",
        EventKind::Topic => "topic",
        EventKind::Archived => "archived",
        EventKind::Unarchived => "unarchived",
        EventKind::Kind => "kind",
        EventKind::Unknown => "unknown",
    }
}
