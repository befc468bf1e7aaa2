//! The keys of the page, wherever the focus is.

use std::cell::Cell;

use leptos::{ev, prelude::*, task::spawn_local};
use types::RoomId;
use wasm_bindgen::JsCast;

use crate::dialogs::{Dialog, Open};
use crate::i18n::{Key as Text, failure, t};
use crate::live::{Live, use_live};
use crate::pages::room::{Panel, RoomDesk};
use crate::route::{Navigator, Route, View};
use crate::state::{State, is_news};

/// Listens for the page's keys while the signed-in page is there.
pub fn listen(state: State, desk: RoomDesk, open: Open, navigator: Navigator) {
    let (live, leads) = (use_live(), Cell::new(false));
    let listener = window_event_listener(ev::keydown, move |key| {
        if key.default_prevented() || key.is_composing() {
            return;
        }
        let led = leads.replace(key.key() == "g" && plain(&key) && open.0.with_untracked(Option::is_none));
        if let Some(view) = goes_to(&key).filter(|_| led) {
            key.prevent_default();
            return navigator.go(Route::View(view));
        }
        if key.key() == "Escape" && key.shift_key() && open.0.with_untracked(Option::is_none) {
            key.prevent_default();
            return read_all(live, desk);
        }
        if pressed(&key, state, desk, open, navigator) {
            key.prevent_default();
        }
    });
    on_cleanup(move || listener.remove());
}

/// Whether a key is one letter that no field takes.
fn plain(key: &ev::KeyboardEvent) -> bool {
    !(key.ctrl_key() || key.meta_key() || key.alt_key() || writes(key))
}

/// Where a letter leads behind a g.
fn goes_to(key: &ev::KeyboardEvent) -> Option<View> {
    match key.key().as_str() {
        _ if !plain(key) => None,
        "c" => Some(View::CatchUp),
        "t" => Some(View::Threads),
        "s" => Some(View::Saved),
        "l" => Some(View::Later),
        _ => None,
    }
}

/// Everything is read; there is no way back, so it is said.
fn read_all(live: Live, desk: RoomDesk) {
    spawn_local(async move {
        match live.read_all().await {
            Ok(()) => desk.tell(t(Text::AllRead)),
            Err(why) => desk.tell(failure(&why)),
        }
    });
}

/// Does what a key is for; answers whether it was for anything.
fn pressed(key: &ev::KeyboardEvent, state: State, desk: RoomDesk, open: Open, navigator: Navigator) -> bool {
    let command = key.ctrl_key() || key.meta_key();
    let nothing_open = open.0.with_untracked(Option::is_none);
    match key.key().as_str() {
        "k" | "K" if command && !key.shift_key() => open.show(Dialog::Switcher),
        "." if command => desk.toggle(Panel::Details),
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
    let wanted =
        |room: &RoomId| !unread || Some(*room) == here || state.rooms.get_now(*room).is_some_and(|item| is_news(&item));
    let parts = untrack(|| state.parts(here));
    let rooms: Vec<RoomId> = parts.into_iter().flat_map(|part| part.rooms).filter(wanted).collect();
    let count = rooms.len() as isize;
    let at = rooms.iter().position(|room| Some(*room) == here).map_or(-1, |index| index as isize);
    let next = if count == 0 { None } else { rooms.get((at + by).rem_euclid(count) as usize) };
    if let Some(next) = next {
        navigator.go(Route::Room(*next));
    }
}
