//! What is done with a message besides writing it: pinned, passed on, made unread again.

use leptos::prelude::*;
use types::{Forward, MessageId, MessagePage, RoomId, Seq};

use super::Live;
use super::writing::new_id;
use crate::api::{self, Failure};

impl Live {
    /// Pins a message, or takes the pin away; the row tells of it too.
    pub async fn pin(self, id: MessageId, pinned: bool) -> Result<(), Failure> {
        let message = api::pin(id, pinned).await?;
        if let Some(wires) = self.wires() {
            wires.state.history.room(message.room_id).rows.update(|rows| rows.add_message(&message));
        }
        Ok(())
    }

    /// The pinned messages of a room; they are held then, wherever they lie.
    pub async fn pins(self, room: RoomId) -> Result<MessagePage, Failure> {
        let page = api::pins(room).await?;
        if let Some(wires) = self.wires() {
            wires.state.people.add(&page.users);
            let rows = wires.state.history.room(room).rows;
            rows.update(|rows| page.items.iter().for_each(|message| rows.add_message(message)));
        }
        Ok(page)
    }

    /// Passes a message on to a room of mine, with some words or none.
    pub async fn forward(self, id: MessageId, room_id: RoomId, body: String) -> Result<(), Failure> {
        api::forward(id, &Forward { id: Some(new_id()), room_id, body }).await.map(drop)
    }

    /// From this message on all is unread to me again, and stays so while I am here.
    pub async fn mark_unread(self, room: RoomId, seq: Seq) -> Result<(), Failure> {
        let Some(wires) = self.wires() else { return Ok(()) };
        let mark = seq - 1;
        wires.attention.keep_unread(room);
        api::mark_unread(room, mark).await?;
        if let Some(me) = wires.me() {
            let opened = wires.state.history.room(room);
            let (unread, named) = opened
                .rows
                .with_untracked(|rows| (sync::unread(rows, me, mark).unwrap_or(1), sync::named(rows, me, mark)));
            wires.state.rooms.unread_from(room, mark, unread, named);
            opened.mark.set(Some(mark));
        }
        Ok(())
    }
}
