//! An act of a writer that is not confirmed yet: what it is, and where it stands.

use serde::{Deserialize, Serialize};
use types::{ErrorCode, MessageId, NewMessage, Time};

/// What is to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Act {
    /// Post this message.
    Post(NewMessage),
    /// Change a message's body to this.
    Edit(String),
    /// Delete a message.
    Delete,
}

/// Where a pending act stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PendingState {
    /// To be sent when its turn comes.
    Waiting,
    /// Sent, not yet answered.
    Sent,
    /// Refused for good with this code; its writer may retry or discard it.
    Failed(ErrorCode),
}

/// An act that is not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The message it is about: for a post the id of the stored message to come, and the key of its line.
    pub id: MessageId,
    /// What is sent.
    pub act: Act,
    /// When it was written, by the writer's clock.
    pub written_at: Time,
    /// Where it stands.
    pub state: PendingState,
    /// How often it was sent and refused for a while: for the pause before the next attempt.
    pub attempts: u32,
    /// Whether the server may have it: a post that it may have is never changed, since its id stands for its first text.
    pub tried: bool,
}

impl Pending {
    /// Waits for its turn.
    pub(crate) fn new(id: MessageId, act: Act, written_at: Time) -> Self {
        Self { id, act, written_at, state: PendingState::Waiting, attempts: 0, tried: false }
    }

    /// The text it brings; none for a deletion.
    pub fn body(&self) -> Option<&str> {
        match &self.act {
            Act::Post(message) => Some(&message.body),
            Act::Edit(body) => Some(body),
            Act::Delete => None,
        }
    }

    /// Whether it posts its message.
    pub fn is_post(&self) -> bool {
        matches!(self.act, Act::Post(_))
    }

    /// Whether another text may take the place of its own.
    pub(crate) fn is_open(&self) -> bool {
        self.state != PendingState::Sent && !(self.is_post() && self.tried)
    }

    /// Waits for its turn again.
    pub(crate) fn wait(&mut self) {
        self.state = PendingState::Waiting;
        self.attempts = 0;
    }

    /// Whether this is what is under way for a message.
    pub(crate) fn is_sent(&self, id: MessageId) -> bool {
        self.id == id && self.state == PendingState::Sent
    }
}
