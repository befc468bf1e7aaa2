//! A dialog over the page: the browser's own, so that focus stays in it and Esc closes it; focus goes back after.
//! Whatever lies under an open one takes no focus, so it is closed before that.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::{Glyph, Icon};
use crate::dialogs::{Open, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, t};

/// A dialog with a title; it closes through the `Open` signal.
#[component]
pub fn Modal(
    /// What it is for.
    #[prop(into)]
    title: Signal<String>,
    /// Names it for tests and style.
    name: &'static str,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let open = use_open();
    let dialog = NodeRef::<html::Dialog>::new();
    let before = StoredValue::new_local(document().active_element());
    let shown = StoredValue::new_local(None::<web_sys::HtmlDialogElement>);
    effect(move || {
        if let Some(dialog) = dialog.get()
            && !dialog.open()
        {
            // A browser that can't is left with a dialog that is simply shown.
            let _ = dialog.show_modal();
            shown.set_value(Some(dialog));
        }
    });
    on_cleanup(move || {
        if let Some(dialog) = shown.try_get_value().flatten() {
            dialog.close();
        }
        let before =
            before.try_get_value().flatten().filter(|element| element.is_connected() && element.tag_name() != "BODY");
        let element = before.or_else(|| document().query_selector(".log").ok().flatten());
        if let Some(element) = element.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
    let outside = move |click: ev::MouseEvent| {
        let on_itself =
            dialog.get_untracked().is_some_and(|dialog| click.target().is_some_and(|at| at == *dialog.as_ref()));
        if on_itself {
            open.close();
        }
    };
    view! {
        <dialog class=format!("modal {name}") aria-labelledby="modal-title" node_ref=dialog data-testid=name
            on:close=move |closed| closes(&closed, open) on:mousedown=outside>
            <div class="modal-card">
                <header class="modal-header">
                    <h2 id="modal-title">{title}</h2>
                    <button type="button" class="icon-button" data-testid="close-dialog" aria-label=t(Text::Close)
                        on:click=move |_| open.close()><Icon glyph=Glyph::Close/></button>
                </header>
                <div class="modal-body">{children()}</div>
            </div>
        </dialog>
    }
}

/// A dialog that gave its place to another closes too, and hears of it when the other stands, perhaps as the same element
/// opened again: then there is nothing to do.
fn closes(event: &ev::Event, open: Open) {
    let dialog = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlDialogElement>().ok());
    if dialog.is_some_and(|dialog| dialog.is_connected() && !dialog.open()) {
        open.close();
    }
}
