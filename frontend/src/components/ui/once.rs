//! A text that is shown once, to be copied: an invite's link, a token, a webhook's address.

use leptos::{html, prelude::*, task::spawn_local};

use super::copied;
use crate::i18n::{Key as Text, t};

/// The text in a field; where the clipboard is closed (plain http) it is selected for copying by hand.
#[component]
pub fn Once(
    /// What it is.
    label: Text,
    /// The text.
    text: String,
    /// That it is not shown again.
    hint: Text,
    /// Names the field and, with `copy-` before it, the button for tests.
    test: &'static str,
) -> impl IntoView {
    let field = NodeRef::<html::Input>::new();
    let said = RwSignal::new(None::<Text>);
    let shown = text.clone();
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
        let text = text.clone();
        spawn_local(async move {
            let answer = if copied(&text).await { Text::Copied } else { Text::CopyFailed };
            let _ = said.try_set(Some(answer));
        });
    };
    view! {
        <div class="link">
            <span class="input-row">
                <input class="input" readonly=true aria-label=t(label) value=shown node_ref=field data-testid=test
                    on:focus=move |_| if let Some(field) = field.get_untracked() { field.select() }/>
                <button type="button" class="edge-button" data-testid=format!("copy-{test}") on:click=copy>{t(Text::Copy)}</button>
            </span>
            <p class="help" role="status">{move || t(said.get().unwrap_or(hint))}</p>
        </div>
    }
}
