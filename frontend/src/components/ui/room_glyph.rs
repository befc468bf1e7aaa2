//! The sign before a room's name.

use leptos::prelude::*;

use super::{Glyph, Icon};

/// A lock for a private room, else a hash.
#[component]
pub fn RoomGlyph(
    /// Whether the room is private.
    #[prop(into)]
    private: Signal<bool>,
) -> impl IntoView {
    view! {
        <span class="room-glyph" aria-hidden="true">
            {move || if private.get() { view! { <Icon glyph=Glyph::Lock/> }.into_any() } else { "#".into_any() }}
        </span>
    }
}
