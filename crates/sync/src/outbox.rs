//! What was written and is not confirmed yet, in order, one post in flight per room.
//!
//! It can be kept through a reload (serde); after a lost connection or a reload call [`Outbox::lost`], and everything
//! that was under way is sent again: the ids make that harmless.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use types::{Changes, ErrorCode, Message, MessageId, NewMessage, RoomId, Time};

/// Where a pending message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PendingState {
    /// To be sent when its turn comes.
    Waiting,
    /// Sent, not yet answered.
    Sent,
    /// Refused for good with this code; its writer may retry or delete it.
    Failed(ErrorCode),
}

/// A message that is not confirmed yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Its id: that of the stored message, and the key of its line.
    pub id: MessageId,
    /// What is sent.
    pub message: NewMessage,
    /// When it was written, by the writer's clock.
    pub written_at: Time,
    /// Where it stands.
    pub state: PendingState,
    /// How often it was sent and refused for a while: for the pause before the next attempt.
    pub attempts: u32,
}

/// The pending messages of every room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outbox {
    rooms: BTreeMap<RoomId, Vec<Pending>>,
}

impl Outbox {
    /// Adds a message at the end of its room's queue, under the id given.
    pub fn push(&mut self, room: RoomId, id: MessageId, message: NewMessage, written_at: Time) {
        let message = NewMessage { id: Some(id), ..message };
        let pending = Pending { id, message, written_at, state: PendingState::Waiting, attempts: 0 };
        self.rooms.entry(room).or_default().push(pending);
    }

    /// The next message of a room to send, now marked as sent; none while one is under way.
    pub fn next_to_send(&mut self, room: RoomId) -> Option<NewMessage> {
        let queue = self.rooms.get_mut(&room)?;
        if queue.iter().any(|pending| pending.state == PendingState::Sent) {
            return None;
        }
        let next = queue.iter_mut().find(|pending| pending.state == PendingState::Waiting)?;
        next.state = PendingState::Sent;
        Some(next.message.clone())
    }

    /// The message was stored. Answers whether it was pending.
    pub fn confirmed(&mut self, id: MessageId) -> bool {
        self.take(|pending| pending.id == id).is_some()
    }

    /// Rows that came by the stream confirm as well as an answer does.
    pub fn settle(&mut self, changes: &Changes) {
        self.settle_with(changes.room_id, &changes.messages);
    }

    /// As [`settle`](Self::settle), for the rows of a page.
    pub fn settle_with(&mut self, room: RoomId, messages: &[Message]) {
        if let Some(queue) = self.rooms.get_mut(&room) {
            queue.retain(|pending| !messages.iter().any(|message| message.id == pending.id));
            self.rooms.retain(|_, queue| !queue.is_empty());
        }
    }

    /// The message was refused. `retryable`: it keeps its turn and is sent again; otherwise it waits for its writer and
    /// the later ones go on.
    pub fn failed(&mut self, id: MessageId, code: ErrorCode, retryable: bool) {
        if let Some(pending) = self.find(id) {
            pending.attempts = pending.attempts.saturating_add(1);
            pending.state = if retryable { PendingState::Waiting } else { PendingState::Failed(code) };
        }
    }

    /// The writer wants a refused message sent again.
    pub fn retry(&mut self, id: MessageId) {
        if let Some(pending) = self.find(id)
            && matches!(pending.state, PendingState::Failed(_))
        {
            pending.state = PendingState::Waiting;
            pending.attempts = 0;
        }
    }

    /// The writer no longer wants it sent. One under way may be stored already and can't be taken back here.
    pub fn delete(&mut self, id: MessageId) -> Option<Pending> {
        self.take(|pending| pending.id == id && pending.state != PendingState::Sent)
    }

    /// The connection was lost: what was under way is sent again.
    pub fn lost(&mut self) {
        for pending in self.rooms.values_mut().flatten() {
            if pending.state == PendingState::Sent {
                pending.state = PendingState::Waiting;
            }
        }
    }

    /// Takes everything pending in a room out and hands it back.
    pub fn take_room(&mut self, room: RoomId) -> Vec<Pending> {
        self.rooms.remove(&room).unwrap_or_default()
    }

    /// The room takes nothing more from its writer: what was pending waits for them, refused with this code, so that no
    /// text is lost.
    pub fn refuse(&mut self, room: RoomId, code: ErrorCode) {
        self.rooms.entry(room).or_default().iter_mut().for_each(|pending| pending.state = PendingState::Failed(code));
        self.rooms.retain(|_, queue| !queue.is_empty());
    }

    /// The pending messages of a room, in order.
    pub fn of(&self, room: RoomId) -> &[Pending] {
        self.rooms.get(&room).map_or(&[], Vec::as_slice)
    }

    /// Rooms with something pending.
    pub fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.keys().copied()
    }

    fn find(&mut self, id: MessageId) -> Option<&mut Pending> {
        self.rooms.values_mut().flatten().find(|pending| pending.id == id)
    }

    fn take(&mut self, matches: impl Fn(&Pending) -> bool) -> Option<Pending> {
        let queue = self.rooms.values_mut().find(|queue| queue.iter().any(&matches))?;
        let index = queue.iter().position(&matches)?;
        let taken = queue.remove(index);
        self.rooms.retain(|_, queue| !queue.is_empty());
        Some(taken)
    }
}
