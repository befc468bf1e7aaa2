//! Messages: posting (through the [`Writer`]), editing, deleting and history.

pub mod change;
pub mod find;
pub mod flow;
pub mod history;
mod lane;
mod newest;
mod row;
mod store;
mod waiting;
pub mod writer;

pub use lane::Lane;
pub use newest::NewestPages;
pub use row::MessageRow;
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
    /// Tells a repeat from another message of the same id.
    pub fingerprint: Vec<u8>,
}

impl Draft {
    /// Checks a request. Without an id one is made.
    pub fn parse(author_id: UserId, room_id: RoomId, new: NewMessage) -> Result<Draft, Error> {
        let mut faults = Faults::default();
        if new.id.is_some_and(|id| id.0.get_version_num() != 7) {
            faults.add("id", "bad_format", "A message's id is a UUID of version 7.");
        }
        if new.parent_id.is_some() {
            faults.add("parent_id", "not_supported", "Threads do not exist yet.");
        }
        if !new.attachments.is_empty() {
            faults.add("attachments", "not_supported", "Files do not exist yet.");
        }
        let body = faults.check(validate::body(&new.body));
        faults.finish()?;
        let id = new.id.unwrap_or_else(|| MessageId(Uuid::now_v7()));
        let mut hash = Sha256::new();
        hash.update(author_id.0.as_bytes());
        hash.update(room_id.0.as_bytes());
        hash.update(body.as_bytes());
        Ok(Draft { id, room_id, author_id, body, fingerprint: hash.finalize().to_vec() })
    }
}
