//! Polls: a kind of message. What is asked stands in the message and never changes; votes are rows of the room's stream
//! of their own, so that one does not touch the message.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{MessageId, Rev, Seq, User, UserId};

/// What a poll asks. The message's body says the same as text, for whoever does not know polls.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Poll {
    /// The question.
    pub question: String,
    /// What may be chosen, by index.
    pub options: Vec<String>,
    /// Whether more than one may be chosen.
    pub multiple: bool,
    /// Whether it is told to nobody who chose what.
    pub anonymous: bool,
    /// When it closes by itself. From then on no vote is taken, whether or not `closed_at` says so yet.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<DateTime<Utc>>,
    /// When it was closed.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<DateTime<Utc>>,
}

impl Poll {
    /// Whether votes are taken no more.
    pub fn is_closed(&self, now: DateTime<Utc>) -> bool {
        self.closed_at.is_some() || self.closes_at.is_some_and(|at| at <= now)
    }
}

/// `POST /rooms/{id}/polls`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewPoll {
    /// UUIDv7 of the message, as in [`NewMessage`](crate::NewMessage).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// The question.
    pub question: String,
    /// What may be chosen: 2 to 12 different texts.
    pub options: Vec<String>,
    /// Whether more than one may be chosen.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub multiple: bool,
    /// Whether it is told to nobody who chose what.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub anonymous: bool,
    /// When it closes by itself, within a year from now.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub closes_at: Option<DateTime<Utc>>,
}

/// Somebody's vote. Changing it, or taking it back, keeps the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Vote {
    /// The poll's message.
    pub message_id: MessageId,
    /// The message's place in the room.
    pub seq: Seq,
    /// Who voted; absent where the poll is anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// What they chose, by index; none once it was taken back, and none where the poll is anonymous.
    pub options: Vec<i64>,
    /// How many had chosen each option right after this vote: of all votes of a poll, the one with the highest `rev`
    /// tells the numbers.
    pub counts: Vec<i64>,
    /// How many people had voted right after it.
    pub voters: i64,
    /// Revision in the room's stream.
    pub rev: Rev,
}

/// `PUT /messages/{id}/votes`: my choice; none takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CastVote {
    /// By index, in any order.
    pub options: Vec<i64>,
}

/// `GET /messages/{id}/votes`: my own choice, and a page of who voted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VotePage {
    /// What I chose, told to nobody else where the poll is anonymous.
    pub mine: Vec<i64>,
    /// The votes that stand, the earliest first; none where the poll is anonymous.
    pub items: Vec<Vote>,
    /// The people of `items`.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
