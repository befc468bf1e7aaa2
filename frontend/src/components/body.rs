//! A message's text: the tree of its Markdown as nodes. No HTML is ever made from text.

mod chips;
pub mod code;
mod nodes;
pub mod paint;
mod shape;

use std::cell::RefCell;

use leptos::{ev, prelude::*, task::spawn_local};
use sync::Sorted;
use types::UserId;
use wasm_bindgen::JsCast;
use web_sys::{DocumentFragment, Element};

use self::chips::{Chips, actor};
use self::nodes::{Maker, reveal};
use self::shape::Shape;
use super::ui::{When, copied};
use crate::i18n::{Key as Text, t};
use crate::letters;
use crate::state::{Names, use_state};

/// The text of a message.
#[component]
pub fn Body(
    /// The text.
    text: String,
    /// Whom and what it names.
    #[prop(optional)]
    names: Names,
    /// Who wrote it.
    #[prop(optional)]
    author: Option<UserId>,
) -> impl IntoView {
    let state = use_state();
    let opened = Opened::of(&text);
    let shape = Shape::of(&text);
    let names_me = state.me.get_untracked().is_some_and(|me| names.call(me, author));
    let nodes = document().create_document_fragment();
    let act = author.filter(|_| shape.act);
    let everyone_is_me = names_me && names.everyone.is_some();
    let maker = Maker { chips: Chips { state, names, everyone_is_me }, revealed: opened.has(SPOILERS) };
    maker.fill(&nodes, &shape.document);
    if let (Some(author), Some(first)) = (act, nodes.first_element_child()) {
        let name = nodes::element("span", "");
        actor(&name, state.people.person(author));
        // Before the first words; there are some, since an act says what is done.
        let _ = first.insert_before(&name, first.first_child().as_ref());
    }
    let folded = RwSignal::new(shape.long && !opened.has(FOLD));
    let unfold = move || {
        if folded.get_untracked() {
            folded.set(false);
            opened.add(FOLD);
        }
    };
    let long = shape.long;
    view! {
        <div class="body" class:act=shape.act class:large=shape.large class:names-me=names_me class:folded=move || folded.get()
            dir="auto" on:click=move |click| clicked(&click, opened) on:focusin=move |_| unfold() use:fill=nodes></div>
        {long.then(|| view! {
            <When so=move || folded.get()>
                <button type="button" class="unfold" data-testid="unfold" aria-expanded="false" on:click=move |_| unfold()>
                    {t(Text::ShowMore)}
                </button>
            </When>
        })}
    }
}

/// Puts the nodes into the body's element, in place of those of an earlier text.
fn fill(element: Element, nodes: DocumentFragment) {
    element.set_text_content(None);
    nodes::put(&element, &nodes);
}

/// A click in a body: on what is hidden, or on the button that copies code.
fn clicked(click: &ev::MouseEvent, opened: Opened) {
    let Some(target) = click.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    if let Ok(Some(spoiler)) = target.closest(".spoiler") {
        let inert = matches!(spoiler.query_selector("[inert]"), Ok(Some(_)));
        // What is shown is hidden again by its button only: a click there may be on a link.
        if inert || target.tag_name() == "BUTTON" {
            click.prevent_default();
            click.stop_propagation();
            reveal(&spoiler, inert);
            opened.add(SPOILERS);
        }
    } else if let Ok(Some(button)) = target.closest(".copy-code")
        && let Ok(Some(frame)) = button.closest(".code")
        && let Ok(Some(code)) = frame.query_selector("code")
    {
        let text = code.text_content().unwrap_or_default();
        spawn_local(async move {
            let said = if copied(&text).await { Text::Copied } else { Text::CopyFailedHere };
            button.set_text_content(Some(t(said)));
        });
    }
}

/// Of a long message: all of it.
const FOLD: u8 = 0;
/// What is hidden in it.
const SPOILERS: u8 = 1;

/// What the reader has opened of a message, by its text: a row that is made anew, because somebody reacted to it, stays
/// as it was.
#[derive(Clone, Copy)]
struct Opened(u64);

thread_local! {
    static OPENED: RefCell<Sorted<(u64, u8), ()>> = const { RefCell::new(Sorted::new()) };
}

impl Opened {
    fn of(text: &str) -> Self {
        Self(letters::mark(text))
    }

    fn has(self, part: u8) -> bool {
        OPENED.with_borrow(|opened| opened.contains_key(&(self.0, part)))
    }

    fn add(self, part: u8) {
        OPENED.with_borrow_mut(|opened| _ = opened.insert((self.0, part), ()));
    }
}
