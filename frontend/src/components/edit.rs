//! Changing a message where it stands: Enter saves, Esc leaves it as it was.

use std::cell::RefCell;

use leptos::{ev, html, prelude::*};
use types::{MessageId, RoomId};

use super::composer::{fits, grow};
use super::writing::{Help, Writing};
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::pages::room::RoomDesk;

thread_local! {
    /// What was changed and is neither saved nor dropped: the row may leave the page, far from what is in view, and come
    /// again.
    static UNSAVED: RefCell<Option<(MessageId, String)>> = const { RefCell::new(None) };
}

/// The field in place of the message's text.
#[component]
pub fn Edit(
    /// The room.
    room: RoomId,
    /// Which.
    id: MessageId,
    /// What it says now.
    body: String,
) -> impl IntoView {
    let (desk, live) = (expect_context::<RoomDesk>(), use_live());
    let field = NodeRef::<html::Textarea>::new();
    let unfit = RwSignal::new(false);
    let before = StoredValue::new(body.clone());
    let unsaved = UNSAVED.take().filter(|(of, _)| *of == id).map(|(_, text)| text);
    let again = unsaved.is_some();
    let first = unsaved.unwrap_or(body);
    effect(move || {
        if let Some(field) = field.get() {
            field.set_value(&first);
            grow(&field);
            if again {
                // The reader came by.
                UNSAVED.set(Some((id, first.clone())));
                return;
            }
            let _ = field.focus();
            let end = first.encode_utf16().count() as u32;
            let _ = field.set_selection_range(end, end);
        }
    });
    let writing = Writing::new(room, field);
    let close = move || {
        UNSAVED.take();
        desk.editing.set(None);
        desk.focus_composer();
    };
    let save = move || {
        let Some(field) = field.get_untracked() else { return };
        let text = field.value();
        if before.with_value(|before| *before == text) {
            return close();
        }
        if !fits(&text) {
            return unfit.set(true);
        }
        live.edit(room, id, text);
        close();
    };
    let changed = move || {
        if let Some(field) = field.get_untracked() {
            grow(&field);
            UNSAVED.set(Some((id, field.value())));
        }
        writing.look();
    };
    let on_key = move |key: ev::KeyboardEvent| {
        if key.is_composing() || writing.key(&key) {
            return;
        }
        match key.key().as_str() {
            "Enter" if !key.shift_key() => {
                key.prevent_default();
                save();
            }
            "Escape" => {
                key.stop_propagation();
                close();
            }
            _ => {}
        }
    };
    view! {
        <div class="edit">
            <Help writing/>
            <textarea class="edit-field" rows="1" data-testid="edit-field" aria-label=t(Text::EditMessage)
                node_ref=field aria-autocomplete="list" aria-controls=move || writing.controls()
                aria-activedescendant=move || writing.active() on:keydown=on_key on:input=move |_| changed()
                on:keyup=move |key| writing.moved(&key) on:click=move |_| writing.look() on:blur=move |_| writing.close()
                on:paste=move |paste| writing.pasted(paste.as_ref())>
            </textarea>
            <div class="edit-bar">
                <span class="hint">{move || if unfit.get() { t(Text::EditUnfit) } else { t(Text::EditHint) }}</span>
                <button type="button" class="quiet-button" on:click=move |_| close()>{t(Text::Cancel)}</button>
                <button type="button" class="main-button" on:click=move |_| save()>{t(Text::Save)}</button>
            </div>
        </div>
    }
}
