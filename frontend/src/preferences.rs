//! What a person chose for this browser: colours, and whether Enter sends. Kept in its storage.

use leptos::prelude::*;
use wasm_bindgen::JsValue;

const THEME: &str = "confab.theme";
const ENTER: &str = "confab.enter-sends";

/// The theme chosen: `system`, `light` or `dark`.
pub fn theme() -> String {
    read(THEME).filter(|theme| theme == "light" || theme == "dark").unwrap_or_else(|| "system".into())
}

/// Chooses a theme; `theme.js`, which painted the page first, applies it.
pub fn choose_theme(theme: &str) {
    write(THEME, (theme != "system").then_some(theme));
    if let Ok(event) = web_sys::Event::new("confab-theme") {
        // Nobody listens where the page was started without its shell.
        let _ = window().dispatch_event(&event);
    }
}

/// Whether Enter sends (the rule) or makes a new line.
pub fn enter_sends() -> bool {
    read(ENTER).is_none()
}

/// Chooses what Enter does.
pub fn choose_enter_sends(sends: bool) {
    write(ENTER, (!sends).then_some("no"));
}

fn read(name: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(name).ok().flatten()
}

fn write(name: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A storage that is full or forbidden costs the choice at the next start, nothing else.
        let _: Result<(), JsValue> = match value {
            Some(value) => storage.set_item(name, value),
            None => storage.remove_item(name),
        };
    }
}
