//! What bots told me alone, above where I write, until I put it away.

use leptos::prelude::*;
use types::{Note, RoomId};

use super::body::Body;
use super::ui::{Avatar, BotBadge, Glyph, Icon, When};
use crate::i18n::{Key as Text, t};
use crate::parts::use_rest;
use crate::state::use_state;

/// The notes of a room, the earliest first.
#[component]
pub fn Notes(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let any = Memo::new(move |_| state.notes.with(|notes| notes.iter().any(|note| note.room_id == room)));
    view! {
        <div class="notes" role="log" aria-live="polite" aria-label=t(Text::Notes)>
            <When so=move || any.get()>{move || use_rest().get().map(|rest| (rest.notes)(room))}</When>
        </div>
    }
}

/// Each of them.
pub fn notes_of(room: RoomId) -> AnyView {
    let notes = use_state().notes;
    let here = Memo::new(move |_| {
        notes.with(|notes| notes.iter().filter(|note| note.room_id == room).cloned().collect::<Vec<Note>>())
    });
    (move || here.get().into_iter().map(|note| view! { <OneNote note/> }).collect_view()).into_any()
}

#[component]
fn OneNote(note: Note) -> impl IntoView {
    let state = use_state();
    let (id, bot) = (note.id, note.bot_id);
    let person = state.people.person(bot);
    view! {
        <div class="note" data-testid="note">
            <Avatar user=bot/>
            <div class="note-main">
                <p class="note-head"><b>{move || person.name()}</b><BotBadge user=bot/><small>{t(Text::NoteOnly)}</small></p>
                <Body text=note.body/>
            </div>
            <button type="button" class="icon-button" data-testid="dismiss-note" aria-label=t(Text::Dismiss) title=t(Text::Dismiss)
                on:click=move |_| state.notes.update(|notes| notes.retain(|note| note.id != id))><Icon glyph=Glyph::Close/></button>
        </div>
    }
}
