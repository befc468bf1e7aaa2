//! A question before something that is not easily undone, in the place where it was asked for.

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::effect::effect;
use crate::i18n::{Key as Text, t};

/// The question with its two answers; the focus goes to the first and afterwards back.
#[component]
pub fn Ask(
    /// What is asked.
    question: String,
    /// What the deed is called.
    yes: Text,
    /// Whether the question stands.
    asked: RwSignal<bool>,
    /// Does it.
    act: Box<dyn Fn()>,
) -> impl IntoView {
    let before = StoredValue::new_local(document().active_element());
    let button = NodeRef::<html::Button>::new();
    effect(move || {
        if let Some(button) = button.get() {
            let _ = button.focus();
        }
    });
    on_cleanup(move || {
        let element = before.try_get_value().flatten().filter(|element| element.is_connected());
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
    let label = question.clone();
    view! {
        <div class="ask" role="alertdialog" aria-label=label
            on:keydown=move |key| if key.key() == "Escape" { key.stop_propagation(); key.prevent_default(); asked.set(false) }>
            <p>{question}</p>
            <button type="button" class="danger-button" data-testid="ask-yes" node_ref=button
                on:click=move |_| { asked.set(false); act() }>{t(yes)}</button>
            <button type="button" class="quiet-button" on:click=move |_| asked.set(false)>{t(Text::Cancel)}</button>
        </div>
    }
}
