//! What somebody I have blocked said: folded until it is asked for.

use leptos::prelude::*;

use crate::i18n::{Key as Text, t};

/// In place of what was said.
#[component]
pub fn Folded(
    /// Whether it is shown all the same.
    shown: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <p class="folded-line" data-testid="folded">
            {t(Text::BlockedSaid)}" "
            <button type="button" class="link-button" on:click=move |_| shown.set(true)>{t(Text::Show)}</button>
        </p>
    }
}
