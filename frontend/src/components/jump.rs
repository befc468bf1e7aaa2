//! Going to a message: its page is loaded if it is not here, it is put in view, and lit for a moment.

use leptos::prelude::*;
use leptos::task::spawn_local;
use types::{MessageId, RoomId};

use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::pages::room::{Panel, Place, RoomDesk};
use crate::state::{Connection, State, use_state};

/// The row is made in the frame after its message came; so many frames are waited for it.
const FRAMES: u32 = 30;

/// Goes to a message of a room: an answer that does not show in the room stands in its thread.
pub(super) fn go_to(desk: RoomDesk, state: State, room: RoomId, id: MessageId) {
    let thread = state
        .history
        .room(room)
        .rows
        .with_untracked(|rows| rows.message(id).filter(|message| !message.in_room)?.thread_root_id);
    match thread {
        Some(root) if desk.place == Place::Thread(root) => desk.light(id),
        Some(root) => {
            desk.open_panel(room, Panel::Thread(root));
            desk.light(id);
        }
        None => desk.go_to(room, id),
    }
}

/// Follows the wish to go to a message of this room; `show` puts its row in view and answers whether there is one.
pub(super) fn follow(room: RoomId, show: impl Fn(MessageId) -> bool + Copy + 'static) {
    let (state, desk, live) = (use_state(), expect_context::<RoomDesk>(), use_live());
    let rows = state.history.room(room).rows;
    let asked = StoredValue::new(None);
    effect(move || {
        let Some(id) = desk.target.get() else { return asked.set_value(None) };
        let here = rows.with(|rows| {
            let window = rows.window();
            rows.message(id)
                .is_some_and(|message| message.in_room && window.is_some_and(|window| window.contains(message.seq)))
        });
        if here {
            appear(desk, id, show, FRAMES);
        } else if state.connection.get() == Connection::InSync && asked.get_value() != Some(id) {
            // Before that, what the connection brings would take the place of what was asked for.
            asked.set_value(Some(id));
            spawn_local(async move {
                if live.load_around(room, id).await.is_err() && desk.target.try_get_untracked().flatten() == Some(id) {
                    desk.target.set(None);
                    desk.tell(t(Text::MessageGone));
                }
            });
        }
    });
}

fn appear(desk: RoomDesk, id: MessageId, show: impl Fn(MessageId) -> bool + Copy + 'static, frames: u32) {
    request_animation_frame(move || {
        if desk.target.try_get_untracked().flatten() != Some(id) {
            return;
        }
        if show(id) {
            desk.light(id);
        } else if frames > 0 {
            appear(desk, id, show, frames - 1);
        }
    });
}
