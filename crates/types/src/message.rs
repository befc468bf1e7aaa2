//! Messages and pages of history.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Event, MessageId, Poll, ReactionCount, Rev, RoomId, Seq, User, UserId, Vote};

/// What a message is. A client that does not know a kind shows the body, which is its fallback text.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// Written by a person.
    Text,
    /// Asks the room something: `poll` says what.
    Poll,
    /// A kind this version does not know.
    #[serde(other)]
    Unknown,
}

/// A message: a row of the room's stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// The id its sender chose.
    pub id: MessageId,
    /// The room.
    pub room_id: RoomId,
    /// Its place in the room.
    pub seq: Seq,
    /// Revision of its latest change; equal to `seq` until it is changed.
    pub rev: Rev,
    /// What it is.
    pub kind: MessageKind,
    /// Who wrote it.
    pub author_id: UserId,
    /// Markdown source, never rewritten; empty once deleted.
    pub body: String,
    /// People named in it with `@username`, and with `@here` those who were online.
    pub mentions: Vec<UserId>,
    /// Whether it names everyone in the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub everyone: Option<Everyone>,
    /// Rooms named in it with `#name`, as their names were then.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub room_mentions: Vec<RoomMention>,
    /// The message this answers in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// The first message of its thread. Threads are one level: an answer to an answer is in the same thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thread_root_id: Option<MessageId>,
    /// Whether it shows in the room's history: not for an answer in a thread, unless its author wanted both.
    pub in_room: bool,
    /// The message of the same room that it quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_id: Option<MessageId>,
    /// The message that it passes on from elsewhere, as that was then; `body` is what was said to it, or empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
    /// What it asks, if it is a poll.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// When the server took it.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// When its body was last changed.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<DateTime<Utc>>,
    /// When it was deleted: this row is then a tombstone.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<DateTime<Utc>>,
    /// Files; empty until files exist.
    pub attachments: Vec<String>,
    /// Replies in its thread.
    pub reply_count: i64,
    /// When the newest reply came.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub last_reply_at: Option<DateTime<Utc>>,
    /// Who replied in its thread, the latest first, at most [`limits::PARTICIPANTS_SHOWN`](crate::limits::PARTICIPANTS_SHOWN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub participants: Vec<UserId>,
    /// When it was pinned.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub pinned_at: Option<DateTime<Utc>>,
    /// Who pinned it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pinned_by: Option<UserId>,
}

impl Message {
    /// Text as it is right after it was posted to a room: nothing answers it, and it names nobody.
    pub fn text(
        id: MessageId,
        room_id: RoomId,
        seq: Seq,
        author_id: UserId,
        body: String,
        created_at: DateTime<Utc>,
    ) -> Message {
        Message {
            id,
            room_id,
            seq,
            rev: seq,
            kind: MessageKind::Text,
            author_id,
            body,
            mentions: Vec::new(),
            everyone: None,
            room_mentions: Vec::new(),
            parent_id: None,
            thread_root_id: None,
            in_room: true,
            quoted_id: None,
            forwarded: None,
            poll: None,
            created_at,
            edited_at: None,
            deleted_at: None,
            attachments: Vec::new(),
            reply_count: 0,
            last_reply_at: None,
            participants: Vec::new(),
            pinned_at: None,
            pinned_by: None,
        }
    }

    /// Whether it names `user_id`; `@all` names everyone but its author.
    pub fn names(&self, user_id: UserId) -> bool {
        let all = self.everyone == Some(Everyone::All) && self.author_id != user_id;
        self.deleted_at.is_none() && (all || self.mentions.contains(&user_id))
    }

    /// Whether it is an answer in a thread.
    pub fn is_reply(&self) -> bool {
        self.thread_root_id.is_some()
    }
}

/// Who is named by a word for many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Everyone {
    /// `@here`: those who were online; `mentions` lists them.
    Here,
    /// `@all`: everyone in the room.
    All,
    /// A word this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// A room named in a message. The name is the one that stands in the body; the room may have another by now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RoomMention {
    /// As it stands in the body, without `#`.
    pub name: String,
    /// The room.
    pub room_id: RoomId,
}

/// A message passed on: a copy of what it was when it was forwarded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forwarded {
    /// The message; only members of its room can open it.
    pub message_id: MessageId,
    /// Its room.
    pub room_id: RoomId,
    /// Who wrote it.
    pub author_id: UserId,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub created_at: DateTime<Utc>,
    /// What it said.
    pub body: String,
}

/// `POST /rooms/{id}/messages` and the socket's `post`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewMessage {
    /// UUIDv7 chosen by the sender; sending the same again is harmless for ever. The server makes one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Markdown source.
    pub body: String,
    /// Answers this message of the room in its thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// An answer in a thread is shown in the room as well.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_room: bool,
    /// Quotes this message of the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted_id: Option<MessageId>,
    /// Refused until files exist.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// `POST /messages/{id}/forward`: the message goes to another room of mine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Forward {
    /// UUIDv7 of the new message, as in [`NewMessage`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// Where to.
    pub room_id: RoomId,
    /// What is said to it; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub body: String,
}

/// `PATCH /messages/{id}`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EditMessage {
    /// The new Markdown source.
    pub body: String,
}

/// The stored answer to a repeated post whose author has since left the room: only what the author already knew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PostedReceipt {
    /// The id.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
}

/// Answer to a post that was stored by an earlier request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "it lives as long as an answer takes, and almost always holds a message")]
pub enum PostedAgain {
    /// The message as it is now.
    Message(Message),
    /// What an author who has left the room is told.
    Receipt(PostedReceipt),
}

/// Written out, since the derived schema says `oneOf` and a message has all that a receipt has.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for PostedAgain {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        use utoipa::openapi::{Ref, schema::AnyOfBuilder};
        AnyOfBuilder::new()
            .item(Ref::from_schema_name("Message"))
            .item(Ref::from_schema_name("PostedReceipt"))
            .description(Some(
                "Answer to a post that was stored by an earlier request: the message as it is now, or, to an author \
                 who has left the room since, its receipt.",
            ))
            .into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for PostedAgain {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::Schema>)>) {
        for (name, schema) in [
            (Message::name(), <Message as utoipa::PartialSchema>::schema()),
            (PostedReceipt::name(), <PostedReceipt as utoipa::PartialSchema>::schema()),
        ] {
            schemas.push((name.into_owned(), schema));
        }
        Message::schemas(schemas);
        PostedReceipt::schemas(schemas);
    }
}

/// `GET /rooms/{id}/messages`: ordered by `seq`, newest last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessagePage {
    /// The messages.
    pub items: Vec<Message>,
    /// System lines between (and, on the newest page, after) `items`.
    pub events: Vec<Event>,
    /// Reactions to `items`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<ReactionCount>,
    /// Of each poll among `items` the newest votes, at most [`limits::VOTES_SHOWN`](crate::limits::VOTES_SHOWN).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// The authors of `items` and the people of `events`.
    pub users: Vec<User>,
    /// `after=` of the following (newer) page; absent at the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Seq>,
    /// `before=` of the preceding (older) page; absent at the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Seq>,
    /// The room's head at this read.
    pub rev: Rev,
}

/// An earlier body of a message, oldest first in `GET /messages/{id}/history`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MessageVersion {
    /// The revision it had.
    pub rev: Rev,
    /// What it said.
    pub body: String,
    /// Since when it said so.
    #[serde(deserialize_with = "crate::time::moment")]
    pub written_at: DateTime<Utc>,
}
