//! The quick switcher: type a few letters of a room, Enter goes there; unread rooms come first.

use leptos::{ev, html, prelude::*};
use types::{MyRoom, RoomId, RoomKind};

use super::ui::{RoomGlyph, When};
use crate::dialogs::use_open;
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::letters::lower;
use crate::route::{Route, use_navigator};
use crate::state::use_state;

/// The box over the page; it fills the dialog it stands in.
#[component]
pub fn Switcher() -> impl IntoView {
    let (state, open, navigator) = (use_state(), use_open(), use_navigator());
    let (text, chosen) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let field = NodeRef::<html::Input>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let (Some(dialog), Some(field)) = (dialog.get(), field.get()) else { return };
        if !dialog.open() && dialog.show_modal().is_ok() {
            let _ = field.focus();
        }
    });
    let found = Memo::new(move |_| found(state.rooms.sorted(), &text.get()));
    let go = move |room: RoomId| {
        open.close();
        navigator.go(Route::Room(room));
    };
    let on_key = move |key: ev::KeyboardEvent| {
        let count = found.with(Vec::len).max(1);
        match key.key().as_str() {
            "ArrowDown" => chosen.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => chosen.update(|index| *index = (*index + count - 1) % count),
            "Enter" => {
                if let Some(item) = found.with(|found| found.get(chosen.get()).cloned()) {
                    go(item.room.id);
                }
            }
            _ => return,
        }
        key.prevent_default();
    };
    let active = move || found.with(|found| found.get(chosen.get()).map(|item| option_id(item.room.id)));
    view! {
        <dialog class="switcher" aria-label=t(Text::JumpTo) node_ref=dialog data-testid="switcher"
            on:close=move |_| open.close() on:click=move |click| close_outside(&click, dialog)>
            <input class="switcher-field" type="text" role="combobox" autocomplete="off" spellcheck="false"
                aria-expanded="true" aria-controls="switcher-list" aria-activedescendant=active
                aria-label=t(Text::JumpTo) placeholder=t(Text::JumpTo) node_ref=field on:keydown=on_key
                on:input=move |input| { text.set(event_target_value(&input)); chosen.set(0) }/>
            <ul class="switcher-list" id="switcher-list" role="listbox" aria-label=t(Text::Rooms)>
                {move || found.get().into_iter().enumerate().map(|(index, item)| {
                    let room = item.room.id;
                    view! {
                        <li class="switcher-row" id=option_id(room) role="option" class:unread=item.unread != 0
                            class:on=move || chosen.get() == index
                            aria-selected=move || (chosen.get() == index).to_string() on:click=move |_| go(room)>
                            <RoomGlyph private=item.room.kind == RoomKind::Private/>
                            <span>{item.room.name}</span>
                        </li>
                    }
                }).collect_view()}
            </ul>
            <When so=move || found.with(Vec::is_empty)><p class="side-empty">{t(Text::NothingFound)}</p></When>
        </dialog>
    }
}

fn option_id(room: RoomId) -> String {
    format!("to-{room}")
}

/// A click on the backdrop is a click on the dialog itself.
fn close_outside(click: &ev::MouseEvent, dialog: NodeRef<html::Dialog>) {
    let Some(dialog) = dialog.get_untracked() else { return };
    if click.target().is_some_and(|target| target == *dialog.as_ref()) {
        dialog.close();
    }
}

/// Rooms whose name holds the letters: unread first, then those that begin with them.
fn found(rooms: Vec<MyRoom>, text: &str) -> Vec<MyRoom> {
    let text = lower(text.trim().trim_start_matches('#'));
    let name = |item: &MyRoom| lower(item.room.name.as_deref().unwrap_or_default());
    let mut rooms: Vec<MyRoom> = rooms.into_iter().filter(|item| name(item).contains(&text)).collect();
    rooms.sort_by_cached_key(|item| (item.unread == 0, !name(item).starts_with(&text)));
    rooms
}
