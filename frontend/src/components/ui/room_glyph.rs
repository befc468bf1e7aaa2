//! The sign before a room's name.

use leptos::prelude::*;
use types::RoomKind;

use super::{Glyph, Icon};

/// A lock for a private room, else a hash.
#[component]
pub fn RoomGlyph(
    /// What kind of room.
    #[prop(into)]
    kind: Signal<Option<RoomKind>>,
) -> impl IntoView {
    view! {
        <span class="room-glyph" aria-hidden="true">
            {move || match kind.get() {
                Some(RoomKind::Private) => view! { <Icon glyph=Glyph::Lock/> }.into_any(),
                _ => "#".into_any(),
            }}
        </span>
    }
}
