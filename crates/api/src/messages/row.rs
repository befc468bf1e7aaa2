//! The row of a message and how it becomes its wire type.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use types::{Message, MessageId, MessageKind, RoomId, Seq, UserId};
use uuid::Uuid;

use super::Draft;
use crate::db::schema::messages;

/// A row of `messages`, without its fingerprint.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Deserialize)]
#[diesel(table_name = messages)]
#[expect(missing_docs, reason = "the migration describes the columns")]
pub struct MessageRow {
    pub id: Uuid,
    pub room_id: Uuid,
    pub seq: i64,
    pub rev: i64,
    pub kind: String,
    pub author_id: Uuid,
    pub body: String,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Draft {
    /// The message it became, as its row says it.
    pub(super) fn stored(&self, seq: Seq, created_at: DateTime<Utc>) -> Message {
        let Draft { id, room_id, author_id, body, .. } = self;
        MessageRow {
            id: id.0,
            room_id: room_id.0,
            seq,
            rev: seq,
            kind: "text".into(),
            author_id: author_id.0,
            body: body.clone(),
            created_at,
            edited_at: None,
            deleted_at: None,
        }
        .into()
    }
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Message {
        Message {
            id: MessageId(row.id),
            room_id: RoomId(row.room_id),
            seq: row.seq,
            rev: row.rev,
            kind: if row.kind == "text" { MessageKind::Text } else { MessageKind::Unknown },
            author_id: UserId(row.author_id),
            body: row.body,
            mentions: Vec::new(),
            parent_id: None,
            thread_root_id: None,
            in_room: true,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            attachments: Vec::new(),
            reply_count: 0,
            last_reply_at: None,
        }
    }
}
