//! The keys of the page, wherever the focus is.

use leptos::{ev, prelude::*};
use types::RoomId;
use wasm_bindgen::JsCast;

use crate::dialogs::{Dialog, Open};
use crate::pages::room::{Panel, RoomDesk};
use crate::route::{Navigator, Route};
use crate::state::State;

/// Listens for the page's keys while the signed-in page is there.
pub fn listen(state: State, desk: RoomDesk, open: Open, navigator: Navigator) {
    let listener = window_event_listener(ev::keydown, move |key| {
        if key.default_prevented() || key.is_composing() {
            return;
        }
        if pressed(&key, state, desk, open, navigator) {
            key.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Does what a key is for; answers whether it was for anything.
fn pressed(key: &ev::KeyboardEvent, state: State, desk: RoomDesk, open: Open, navigator: Navigator) -> bool {
    let command = key.ctrl_key() || key.meta_key();
    let nothing_open = open.0.with_untracked(Option::is_none);
    match key.key().as_str() {
        "k" | "K" if command && !key.shift_key() => open.show(Dialog::Switcher),
        "." if command => desk.toggle(Panel::Members),
        "/" if command => open.show(Dialog::Shortcuts),
        "/" if !key.alt_key() && !writes(key) && nothing_open => desk.search(None),
        "f" | "F" if command && key.shift_key() && nothing_open => desk.search(None),
        "?" if !command && !key.alt_key() && !writes(key) && nothing_open => open.show(Dialog::Shortcuts),
        "Escape" if nothing_open => desk.escape(),
        "ArrowUp" if key.alt_key() && !command => step(state, navigator, -1, key.shift_key()),
        "ArrowDown" if key.alt_key() && !command => step(state, navigator, 1, key.shift_key()),
        _ => return false,
    }
    true
}

/// Whether the key goes into a field.
fn writes(key: &ev::KeyboardEvent) -> bool {
    let target = key.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    target.is_some_and(|element| matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// To the next or the previous room, or unread room, going round at the ends.
fn step(state: State, navigator: Navigator, by: isize, unread: bool) {
    let here = navigator.room_now();
    let rooms: Vec<RoomId> = untrack(|| state.rooms.sorted())
        .into_iter()
        .filter(|item| !unread || item.unread > 0 || Some(item.room.id) == here)
        .map(|item| item.room.id)
        .collect();
    let count = rooms.len() as isize;
    let at = rooms.iter().position(|room| Some(*room) == here).map_or(-1, |index| index as isize);
    let next = if count == 0 { None } else { rooms.get((at + by).rem_euclid(count) as usize) };
    if let Some(next) = next {
        navigator.go(Route::Room(*next));
    }
}
