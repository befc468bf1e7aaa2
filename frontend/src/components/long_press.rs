//! A finger that rests on a message or on a room of the list opens its menu, where the browser does not tell of that as a right click.

use std::time::Duration;

use leptos::{ev, leptos_dom::helpers::TimeoutHandle, prelude::*};
use wasm_bindgen::JsCast;

/// So long a finger rests; browsers that tell of it do so sooner.
const RESTS: Duration = Duration::from_millis(650);
/// A finger that moves further than this scrolls, in pixels.
const SLACK: i32 = 10;

/// A finger that is down: where, and what happens if it stays.
type Down = StoredValue<Option<(i32, i32, TimeoutHandle)>, LocalStorage>;

/// Listens while the signed-in page is there.
pub fn listen() {
    let down: Down = StoredValue::new_local(None);
    let begin = window_event_listener(ev::pointerdown, move |press| {
        lift(down);
        let target = press.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(row) = target.filter(|_| press.pointer_type() == "touch").and_then(|target| row_of(&target)) else {
            return;
        };
        let open = move || {
            let more = row.query_selector("[data-testid=more], [data-testid=room-menu]").ok().flatten();
            if let Some(more) = more.and_then(|more| more.dyn_into::<web_sys::HtmlElement>().ok()) {
                more.click();
            }
        };
        if let Ok(rests) = set_timeout_with_handle(open, RESTS) {
            down.set_value(Some((press.client_x(), press.client_y(), rests)));
        }
    });
    let moved = window_event_listener(ev::pointermove, move |press| {
        let far = |(x, y, _): &(i32, i32, TimeoutHandle)| {
            (press.client_x() - x).abs() > SLACK || (press.client_y() - y).abs() > SLACK
        };
        if down.with_value(|down| down.as_ref().is_some_and(far)) {
            lift(down);
        }
    });
    let up = window_event_listener(ev::pointerup, move |_| lift(down));
    let scrolls = window_event_listener(ev::pointercancel, move |_| lift(down));
    let told = window_event_listener(ev::contextmenu, move |_| lift(down));
    on_cleanup(move || {
        [begin, moved, up, scrolls, told].into_iter().for_each(|listener| listener.remove());
    });
}

fn lift(down: Down) {
    if let Some((.., rests)) = down.try_update_value(Option::take).flatten() {
        rests.clear();
    }
}

/// The message or room a finger is on, unless it is on something in it that has a meaning of its own.
fn row_of(target: &web_sys::Element) -> Option<web_sys::Element> {
    if let Some(item) = target.closest(".room-item").ok().flatten() {
        return Some(item);
    }
    let control = target.closest("a, button, textarea, input").ok().flatten();
    target.closest(".message").ok().flatten().filter(|_| control.is_none())
}
