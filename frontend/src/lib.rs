//! The web app of Confab: a page in WASM that holds what the server tells and shows it.
//!
//! Read in this order: `app` (what stands where), `state` (what is held), `live` (how it arrives and what is said),
//! `socket` and `api` (the two ways to the server), `pages` and `components` (what is seen).

pub mod api;
pub mod app;
pub mod clock;
pub mod components;
pub mod dialogs;
pub mod effect;
pub mod emoji;
pub mod i18n;
pub mod kept;
pub mod letters;
pub mod live;
pub mod locks;
pub mod pages;
pub mod parts;
pub mod pause;
pub mod preferences;
pub mod route;
pub mod session;
pub mod socket;
pub mod state;

/// Starts the page, in the language of whoever looks at it.
pub fn start() {
    // Not Leptos's own, which is there only once something is mounted.
    wasm_bindgen_futures::spawn_local(async {
        i18n::load().await;
        leptos::mount::mount_to_body(app::App);
    });
}
