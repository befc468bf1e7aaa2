//! What stands where there is nothing, nothing yet, or something that failed.

use leptos::prelude::*;

use crate::i18n::{Key as Text, t};

/// Nothing here, and what to do about it.
#[component]
pub fn EmptyState(
    /// What it says.
    text: Text,
) -> impl IntoView {
    view! { <p class="empty">{t(text)}</p> }
}

/// Rows on their way.
#[component]
pub fn Skeleton(
    /// How many.
    #[prop(default = 3)]
    rows: usize,
) -> impl IntoView {
    view! {
        <div class="skeleton" role="status" aria-label=t(Text::Loading)>
            {(0..rows).map(|_| view! { <span class="skeleton-row"></span> }).collect_view()}
        </div>
    }
}

/// Rows that did not come, and a way to try again.
#[component]
pub fn Failed(
    /// Tries again.
    retry: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <div class="empty" role="alert">
            <p>{t(Text::LoadFailed)}</p>
            <button type="button" class="quiet-button" on:click=move |_| retry()>{t(Text::TryAgain)}</button>
        </div>
    }
}
