//! The row of a message and how it becomes its wire type.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use types::{Everyone, Forwarded, Message, MessageId, MessageKind, Poll, RoomId, RoomMention, Seq, UserId};
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
    pub parent_id: Option<Uuid>,
    pub thread_root_id: Option<Uuid>,
    pub in_room: bool,
    pub extra: Option<serde_json::Value>,
    pub reply_count: i64,
    pub last_reply_at: Option<DateTime<Utc>>,
    pub participants: Option<Vec<Uuid>>,
    pub pinned_at: Option<DateTime<Utc>>,
    pub pinned_by: Option<Uuid>,
}

/// What few messages have: the column `extra`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Extra {
    /// Whom it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// Whether it names everyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub everyone: Option<Everyone>,
    /// Which rooms it names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub room_mentions: Vec<RoomMention>,
    /// What it quotes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quoted_id: Option<MessageId>,
    /// What it passes on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// Its kind, unless it is text. The column `kind` is filled from here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<MessageKind>,
    /// What it asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
}

impl Extra {
    /// Of a message as the wire has it.
    pub fn of(message: &Message) -> Extra {
        Extra {
            mentions: message.mentions.clone(),
            everyone: message.everyone,
            room_mentions: message.room_mentions.clone(),
            quoted_id: message.quoted_id,
            forwarded: message.forwarded.clone(),
            kind: Some(message.kind.clone()).filter(|kind| *kind != MessageKind::Text),
            poll: message.poll.clone(),
        }
    }

    /// As [`Extra::column`], for diesel.
    pub fn json(&self) -> Option<serde_json::Value> {
        (*self != Extra::default()).then(|| serde_json::to_value(self).unwrap_or_default())
    }

    /// As the column has it; null for most messages.
    pub fn column(&self) -> Option<String> {
        // What is made of strings and ids can always be written.
        (*self != Extra::default()).then(|| serde_json::to_string(self).unwrap_or_default())
    }
}

impl Draft {
    /// The message it became, as its row says it.
    pub(super) fn stored(&self, seq: Seq, thread_root_id: Option<Uuid>, created_at: DateTime<Utc>) -> Message {
        let extra = self.extra.clone();
        Message {
            mentions: extra.mentions,
            everyone: extra.everyone,
            room_mentions: extra.room_mentions,
            parent_id: self.parent_id,
            thread_root_id: thread_root_id.map(MessageId),
            in_room: self.in_room,
            quoted_id: extra.quoted_id,
            forwarded: extra.forwarded,
            kind: extra.kind.unwrap_or(MessageKind::Text),
            poll: extra.poll,
            ..Message::text(self.id, self.room_id, seq, self.author_id, self.body.clone(), created_at)
        }
    }
}

fn kind(text: &str) -> MessageKind {
    match text {
        "text" => MessageKind::Text,
        "poll" => MessageKind::Poll,
        _ => MessageKind::Unknown,
    }
}

impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Message {
        // Written by this program only; one that can't be read would lose its mentions, never the message.
        let extra = row.extra.and_then(|extra| serde_json::from_value::<Extra>(extra).ok()).unwrap_or_default();
        Message {
            id: MessageId(row.id),
            room_id: RoomId(row.room_id),
            seq: row.seq,
            rev: row.rev,
            kind: kind(&row.kind),
            author_id: UserId(row.author_id),
            body: row.body,
            mentions: extra.mentions,
            everyone: extra.everyone,
            room_mentions: extra.room_mentions,
            parent_id: row.parent_id.map(MessageId),
            thread_root_id: row.thread_root_id.map(MessageId),
            in_room: row.in_room,
            quoted_id: extra.quoted_id,
            forwarded: extra.forwarded,
            poll: extra.poll,
            created_at: row.created_at,
            edited_at: row.edited_at,
            deleted_at: row.deleted_at,
            attachments: Vec::new(),
            reply_count: row.reply_count,
            last_reply_at: row.last_reply_at,
            participants: row.participants.unwrap_or_default().into_iter().map(UserId).collect(),
            pinned_at: row.pinned_at,
            pinned_by: row.pinned_by.map(UserId),
        }
    }
}
