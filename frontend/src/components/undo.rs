//! Taking back what was just written, as long as it is held: the text comes back to where it was written.

use leptos::prelude::*;
use sync::{Outbox, Pending, PendingState};
use types::{MessageId, RoomId};

use super::composer::grow;
use super::ui::When;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::use_state;

/// The way back, while there is one.
#[component]
pub fn Undo(
    /// The room.
    room: RoomId,
    /// What was written.
    id: MessageId,
) -> impl IntoView {
    let (state, live, desk) = (use_state(), use_live(), expect_context::<RoomDesk>());
    let shown = move || state.outgoing.with(|outbox| held(outbox, room, id).is_some());
    let undo = move |_| {
        let Some(body) =
            state.outgoing.with_now(|outbox| held(outbox, room, id).and_then(Pending::body).map(str::to_owned))
        else {
            return;
        };
        live.delete(room, id);
        let Some(field) = desk.composer.get_untracked() else { return };
        let rest = field.value();
        let text = if rest.trim().is_empty() { body } else { [&body, "\n", &rest].concat() };
        field.set_value(&text);
        grow(&field);
        live.draft((room, desk.place.root()), &text);
        let _ = field.focus();
    };
    view! {
        <When so=shown>
            <p class="undo">
                <button type="button" class="link-button" data-testid="undo" on:click=undo>{t(Text::UndoSend)}</button>
            </p>
        </When>
    }
}

/// A post that the server can't have yet.
fn held(outbox: &Outbox, room: RoomId, id: MessageId) -> Option<&Pending> {
    let mut pending = outbox.of(room).iter();
    pending.find(|pending| {
        pending.id == id && pending.is_post() && !pending.tried && pending.state == PendingState::Waiting
    })
}
