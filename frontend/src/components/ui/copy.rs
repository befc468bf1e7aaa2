//! The clipboard, where the page may write to it.

use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

/// Copies a text; false where the browser keeps the clipboard closed (plain http), so that it is copied by hand.
pub async fn copied(text: &str) -> bool {
    if !window().is_secure_context() {
        return false;
    }
    JsFuture::from(window().navigator().clipboard().write_text(text)).await.is_ok()
}
