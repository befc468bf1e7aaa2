//! Turns that the tabs of a browser take: Web Locks, where there are any. Over plain http on a LAN there are none.

use js_sys::{Function, Promise, Reflect};
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};

/// Runs `work` when it is this tab's turn, which lasts until the promise it gives is settled. Gives a promise of the
/// end; none where there are no locks.
pub fn take_turn(name: &str, work: impl FnOnce() -> Promise + 'static) -> Option<Promise> {
    let manager = Reflect::get(&window().navigator(), &JsValue::from_str("locks")).ok()?;
    let request: Function = Reflect::get(&manager, &JsValue::from_str("request")).ok()?.dyn_into().ok()?;
    let asked = request.call2(&manager, &JsValue::from_str(name), &Closure::once_into_js(work)).ok()?;
    asked.dyn_into().ok()
}
