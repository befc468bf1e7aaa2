//! Reactions to messages: rows of the room's stream of their own, so that one does not touch the message.

use serde::{Deserialize, Serialize};

use crate::{MessageId, Rev, Seq, User, UserId};

/// Somebody's reaction to a message with one emoji. Taking it back keeps the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Reaction {
    /// The message.
    pub message_id: MessageId,
    /// The message's place in the room.
    pub seq: Seq,
    /// The emoji itself, fully qualified.
    pub emoji: String,
    /// Who reacted.
    pub user_id: UserId,
    /// Whether it was taken back.
    pub removed: bool,
    /// How many people had this emoji on this message right after this change: of all rows of one emoji, the one with
    /// the highest `rev` tells the number.
    pub count: i64,
    /// Revision in the room's stream.
    pub rev: Rev,
}

/// The reactions to a message with one emoji, as a page of history tells them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReactionCount {
    /// The message.
    pub message_id: MessageId,
    /// The emoji itself.
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// The first of them, at most [`limits::REACTION_IDS`](crate::limits::REACTION_IDS), in the order in which they reacted.
    pub user_ids: Vec<UserId>,
    /// Revision of the first of them: emoji stand on a message in this order.
    pub first_rev: Rev,
}

/// `GET /messages/{id}/reactions?emoji=`: a page of who reacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReactionPage {
    /// In the order in which they reacted.
    pub items: Vec<Reaction>,
    /// The people of `items`.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
