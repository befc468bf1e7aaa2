//! Messages: posting (through the [`Writer`]), editing, deleting and history.

pub mod change;
mod explain;
pub mod find;
pub mod flow;
pub mod forward;
pub mod history;
mod lane;
pub mod names;
mod newest;
pub mod pin;
mod plain;
pub mod reads;
mod row;
mod statements;
mod store;
mod waiting;
pub mod writer;

pub use lane::Lane;
pub use names::Usernames;
pub use newest::NewestPages;
pub use row::{Extra, MessageRow};
pub use writer::{Posted, Writer};

use sha2::{Digest, Sha256};
use types::validate::{self, Faults};
use types::{MessageId, NewMessage, RoomId, UserId};
use uuid::Uuid;

use crate::error::Error;

/// A message that may be posted: parsed, validated, with the fingerprint of the request.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id.
    pub id: MessageId,
    /// Where.
    pub room_id: RoomId,
    /// By whom.
    pub author_id: UserId,
    /// The body as it is kept.
    pub body: String,
    /// What it answers in a thread.
    pub parent_id: Option<MessageId>,
    /// Whether it shows in the room's history.
    pub in_room: bool,
    /// What few messages have.
    pub extra: Extra,
    /// Tells a repeat from another message of the same id.
    pub fingerprint: Vec<u8>,
}

impl Draft {
    /// Whether it only says something: it answers, quotes, passes on and names nothing.
    pub fn is_plain(&self) -> bool {
        self.parent_id.is_none() && self.extra == Extra::default()
    }

    /// Checks a request. Without an id one is made.
    pub fn parse(author_id: UserId, room_id: RoomId, new: NewMessage) -> Result<Draft, Error> {
        let mut faults = Faults::default();
        check_id(&mut faults, new.id);
        if !new.attachments.is_empty() {
            faults.add("attachments", "not_supported", "Files do not exist yet.");
        }
        if new.in_room && new.parent_id.is_none() {
            faults.add("in_room", "not_supported", "Only an answer in a thread has to be told that.");
        }
        let body = faults.check(validate::body(&new.body));
        faults.finish()?;
        let extra = Extra { quoted_id: new.quoted_id, ..Extra::default() };
        let in_room = new.in_room || new.parent_id.is_none();
        Ok(Draft::new(author_id, room_id, new.id, body, new.parent_id, in_room, extra))
    }

    pub(crate) fn new(
        author_id: UserId,
        room_id: RoomId,
        id: Option<MessageId>,
        body: String,
        parent_id: Option<MessageId>,
        in_room: bool,
        extra: Extra,
    ) -> Draft {
        let id = id.unwrap_or_else(|| MessageId(Uuid::now_v7()));
        let mut hash = Sha256::new();
        hash.update(author_id.0.as_bytes());
        hash.update(room_id.0.as_bytes());
        hash.update(body.as_bytes());
        // What a plain message lacks is told apart by a byte that no text holds.
        let passed_on = extra.forwarded.as_ref().map(|forwarded| forwarded.message_id);
        for (kind, other) in [(1_u8, parent_id), (2, extra.quoted_id), (3, passed_on)] {
            if let Some(other) = other {
                hash.update([0, kind]);
                hash.update(other.0.as_bytes());
            }
        }
        if in_room && parent_id.is_some() {
            hash.update([0, 4]);
        }
        if let Some(poll) = &extra.poll {
            hash.update([0, 5]);
            // What is made of texts and times can always be written, and is written in one order.
            hash.update(serde_json::to_vec(poll).unwrap_or_default());
        }
        let fingerprint = hash.finalize().to_vec();
        Draft { id, room_id, author_id, body, parent_id, in_room, extra, fingerprint }
    }
}

pub(crate) fn check_id(faults: &mut Faults, id: Option<MessageId>) {
    if id.is_some_and(|id| id.0.get_version_num() != 7) {
        faults.add("id", "bad_format", "A message's id is a UUID of version 7.");
    }
}
