//! What I write: on screen at once, on the device in its turn, where all tabs of mine see it. `sending` does the rest.

use std::rc::Rc;

use js_sys::Uint8Array;
use leptos::prelude::*;
use sync::Outbox;
use types::{Changes, Message, MessageId, NewMessage, RoomId};

use super::{Live, Wires};
use crate::clock;
use crate::state::Step;

impl Live {
    /// Posts a message: it is on screen before this returns to the browser.
    pub fn post(self, room: RoomId, message: NewMessage) {
        let (id, at) = (new_id(), clock::now());
        if let Some(wires) = self.wires() {
            wires.attention.kept_unread.set(None);
        }
        self.write(move |outbox| outbox.push(room, id, message.clone(), at));
    }

    /// Changes a message of mine.
    pub fn edit(self, room: RoomId, id: MessageId, body: String) {
        let at = clock::now();
        self.write(move |outbox| outbox.edit(room, id, body.clone(), at));
    }

    /// Deletes a message.
    pub fn delete(self, room: RoomId, id: MessageId) {
        let at = clock::now();
        self.write(move |outbox| outbox.remove(room, id, at));
    }

    /// Sends again what was refused of a message.
    pub fn retry(self, id: MessageId) {
        self.write(move |outbox| outbox.retry(id));
    }

    /// Takes back what was refused of a message.
    pub fn discard(self, id: MessageId) {
        self.write(move |outbox| _ = outbox.discard(id));
    }

    /// Takes back what was refused in a room that is mine no more.
    pub fn dismiss(self, room: RoomId) {
        self.write(move |outbox| _ = outbox.take_room(room));
    }

    fn write(self, step: impl Fn(&mut Outbox) + 'static) {
        if let Some(wires) = self.wires() {
            wires.write(step);
        }
    }
}

impl Wires {
    /// Does something to the outbox.
    pub(super) fn write(self: &Rc<Self>, step: impl Fn(&mut Outbox) + 'static) {
        let step: Step = Rc::new(step);
        self.state.outgoing.take(step);
        self.keep_outbox();
    }

    /// Rows that came by the stream confirm as well as an answer does.
    pub(super) fn settled(self: &Rc<Self>, changes: &Changes) {
        self.settle(changes.room_id, &changes.messages);
    }

    /// As [`settled`](Self::settled), for the rows of a page.
    pub(super) fn settle(self: &Rc<Self>, room: RoomId, rows: &[Message]) {
        let mine: Vec<Message> = self.state.outgoing.with_now(|outbox| {
            let pending = outbox.of(room);
            rows.iter().filter(|row| pending.iter().any(|pending| pending.id == row.id)).cloned().collect()
        });
        if !mine.is_empty() {
            self.write(move |outbox| outbox.settle_with(room, &mine));
        }
    }
}

/// A UUIDv7 from the browser's clock and its randomness, which is there over plain http too.
pub fn new_id() -> MessageId {
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
