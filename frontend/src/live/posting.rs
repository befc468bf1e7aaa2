//! What I write: on screen at once, sent in order, one under way per room, until it is confirmed or refused for good.

use std::rc::Rc;
use std::time::Duration;

use js_sys::Uint8Array;
use leptos::prelude::*;
use types::socket::ClientFrame;
use types::{Changes, ErrorCode, Message, MessageId, NewMessage, RoomId};

use super::{Live, Wires};
use crate::{clock, pause};

/// Attempts after which a fault of the server is shown to the writer.
const MOST_ATTEMPTS: u32 = 5;

impl Live {
    /// Posts a message: it is on screen before this returns to the browser.
    pub fn post(self, room: RoomId, body: String) {
        let Some(wires) = self.wires() else { return };
        let message = NewMessage { id: None, body, parent_id: None, attachments: Vec::new() };
        let _ = wires.state.outgoing.change(|outbox| outbox.push(room, new_id(), message, clock::now()));
        wires.post_next(room);
    }

    /// Sends a refused message again.
    pub fn retry(self, room: RoomId, id: MessageId) {
        let Some(wires) = self.wires() else { return };
        let _ = wires.state.outgoing.change(|outbox| outbox.retry(id));
        wires.post_next(room);
    }

    /// Takes a refused message back.
    pub fn discard(self, id: MessageId) {
        if let Some(wires) = self.wires() {
            let _ = wires.state.outgoing.change(|outbox| outbox.delete(id));
        }
    }
}

impl Wires {
    pub(super) fn post_all(self: &Rc<Self>) {
        let rooms: Vec<RoomId> = self.state.outgoing.with_now(|outbox| outbox.rooms().collect());
        rooms.into_iter().for_each(|room| self.post_next(room));
    }

    pub(super) fn post_next(self: &Rc<Self>, room_id: RoomId) {
        if !self.connects() || self.state.connection.get_untracked() != crate::state::Connection::InSync {
            return;
        }
        let Some(message) = self.state.outgoing.change(|outbox| outbox.next_to_send(room_id)).flatten() else { return };
        let reference = message.id.map(|id| id.to_string()).unwrap_or_default();
        if !self.say(&ClientFrame::Post { reference, room_id, message }) {
            let _ = self.state.outgoing.change(sync::Outbox::lost);
        }
    }

    /// Rows that came by the stream confirm as well as an answer does.
    pub(super) fn settle(self: &Rc<Self>, changes: &Changes) {
        if self.state.outgoing.with_now(|outbox| !outbox.of(changes.room_id).is_empty()) {
            let _ = self.state.outgoing.change(|outbox| outbox.settle(changes));
            self.post_next(changes.room_id);
        }
    }

    pub(super) fn post_answered(self: &Rc<Self>, reference: &str, message: Option<Message>) {
        let Ok(id) = reference.parse::<MessageId>() else { return };
        let room = message.as_ref().map(|message| message.room_id).or_else(|| self.room_of_pending(id));
        if let Some(message) = &message {
            self.state.history.room(message.room_id).rows.update(|rows| rows.add_message(message));
        }
        let _ = self.state.outgoing.change(|outbox| outbox.confirmed(id));
        if let Some(room) = room {
            self.post_next(room);
        }
    }

    pub(super) fn post_refused(self: &Rc<Self>, reference: Option<&str>, code: ErrorCode, after_ms: Option<u64>) {
        let Some(id) = reference.and_then(|reference| reference.parse::<MessageId>().ok()) else { return };
        let Some(room) = self.room_of_pending(id) else { return };
        let attempts = self.attempts(room, id);
        let again = match code {
            ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::Stopping => true,
            ErrorCode::TokenExpired => true,
            ErrorCode::Internal => attempts < MOST_ATTEMPTS,
            _ => false,
        };
        let _ = self.state.outgoing.change(|outbox| outbox.failed(id, code, again));
        if !again {
            return self.post_next(room);
        }
        let pause = after_ms.map_or_else(|| pause::after(attempts), Duration::from_millis);
        let wires = Rc::clone(self);
        set_timeout(move || wires.post_next(room), pause);
    }

    fn room_of_pending(&self, id: MessageId) -> Option<RoomId> {
        let holds = |outbox: &sync::Outbox, room: RoomId| outbox.of(room).iter().any(|pending| pending.id == id);
        self.state.outgoing.with_now(|outbox| outbox.rooms().find(|room| holds(outbox, *room)))
    }

    fn attempts(&self, room: RoomId, id: MessageId) -> u32 {
        self.state.outgoing.with_now(|outbox| {
            outbox.of(room).iter().find(|pending| pending.id == id).map_or(0, |pending| pending.attempts)
        })
    }
}

/// A UUIDv7 from the browser's clock and its randomness, which is there over plain http too.
fn new_id() -> MessageId {
    let random = Uint8Array::new_with_length(10);
    if let Ok(crypto) = window().crypto() {
        // Ten bytes are far below the quota, the only thing this call can fail by.
        let _ = crypto.get_random_values_with_array_buffer_view(&random);
    }
    let mut bytes = [0_u8; 10];
    random.copy_to(&mut bytes);
    let millis = js_sys::Date::now() as u64;
    MessageId(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}
