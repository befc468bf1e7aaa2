//! What helps where one writes: names, emoji and commands are completed, marks are put around what is selected.
//!
//! What is on offer is found and shown by `offers`, which comes later than the composer; this part only looks at what is
//! being written and does what the keys say.

pub mod commands;
pub mod doubts;
pub mod errand;
mod marks;
pub mod offers;
pub mod poll;
mod units;
mod wanted;

use std::cell::Cell;

use leptos::{ev, html, prelude::*};
use types::{RoomId, UserId};
use wasm_bindgen::JsCast;
use web_sys::{HtmlDocument, HtmlTextAreaElement};

use self::marks::Change;
pub use self::wanted::{Kind, Wanted};
use crate::parts::use_rest;

/// What is shown before an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A person's picture.
    Person(UserId),
    /// A room's sign; whether it is private.
    Room(bool),
    /// An emoji.
    Emoji(&'static str),
    /// A letter.
    Letter(&'static str),
}

/// What may stand in place of what is being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// What is shown before it.
    pub sign: Sign,
    /// What it is called.
    pub name: String,
    /// What else is said of it.
    pub note: String,
    /// What is written.
    pub text: String,
}

/// A field one writes messages in.
#[derive(Clone, Copy)]
pub struct Writing {
    /// The room.
    pub room: RoomId,
    /// The field.
    pub field: NodeRef<html::Textarea>,
    /// What can be completed at the cursor.
    pub wanted: RwSignal<Option<Wanted>>,
    /// What is on offer for it.
    pub offers: RwSignal<Vec<Offer>>,
    /// Which of that Enter takes.
    pub chosen: RwSignal<usize>,
    number: u32,
}

impl Writing {
    /// Help for a field.
    pub fn new(room: RoomId, field: NodeRef<html::Textarea>) -> Self {
        thread_local! {
            static NUMBER: Cell<u32> = const { Cell::new(0) };
        }
        let number = NUMBER.get().wrapping_add(1);
        NUMBER.set(number);
        let (wanted, offers) = (RwSignal::new(None), RwSignal::new(Vec::new()));
        Self { room, field, wanted, offers, chosen: RwSignal::new(0), number }
    }

    /// The id of the list of offers.
    pub fn list_id(self) -> String {
        format!("offers-{}", self.number)
    }

    /// The id of an offer.
    pub fn option_id(self, index: usize) -> String {
        format!("offer-{}-{index}", self.number)
    }

    /// The id of the list while there is something in it.
    pub fn controls(self) -> Option<String> {
        self.offers.with(|offers| !offers.is_empty()).then(|| self.list_id())
    }

    /// The id of the offer that Enter takes.
    pub fn active(self) -> Option<String> {
        self.offers.with(|offers| !offers.is_empty()).then(|| self.option_id(self.chosen.get()))
    }

    /// Something was written or the cursor moved: looks at what stands there.
    pub fn look(self) {
        let Some((field, start, end)) = self.selection() else { return };
        self.want(if start == end { wanted::wanted(&field.value(), end) } else { None });
    }

    /// The cursor was moved by a key.
    pub fn moved(self, key: &ev::KeyboardEvent) {
        if matches!(key.key().as_str(), "ArrowLeft" | "ArrowRight" | "Home" | "End") {
            self.look();
        }
    }

    /// Nothing is to be completed any more.
    pub fn close(self) {
        self.want(None);
    }

    fn want(self, wanted: Option<Wanted>) {
        // A field that is taken away loses the focus, and says so when nothing of it is left.
        if self.wanted.try_with_untracked(|before| *before != wanted) == Some(true) {
            if wanted.is_none() {
                self.offers.set(Vec::new());
            }
            self.chosen.set(0);
            self.wanted.set(wanted);
        }
    }

    /// A key, before the field sees it; answers whether it was for this.
    pub fn key(self, key: &ev::KeyboardEvent) -> bool {
        let count = self.offers.with_untracked(Vec::len);
        let done = count > 0 && self.choose(key, count) || self.mark_by(key);
        if done {
            key.prevent_default();
            key.stop_propagation();
        }
        done
    }

    fn choose(self, key: &ev::KeyboardEvent, count: usize) -> bool {
        if key.ctrl_key() || key.meta_key() || key.alt_key() {
            return false;
        }
        match key.key().as_str() {
            "ArrowDown" => self.chosen.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => self.chosen.update(|index| *index = (*index + count - 1) % count),
            "Enter" | "Tab" if !key.shift_key() => self.take(self.chosen.get_untracked()),
            "Escape" => self.close(),
            _ => return false,
        }
        true
    }

    fn mark_by(self, key: &ev::KeyboardEvent) -> bool {
        if !(key.ctrl_key() || key.meta_key()) || key.alt_key() {
            return false;
        }
        let Some((field, start, end)) = self.selection() else { return false };
        let text = field.value();
        let mark = match (key.key().as_str(), key.shift_key()) {
            ("b" | "B", false) => "**",
            ("i" | "I", false) => "*",
            ("x" | "X", true) => "~~",
            // Without a selection it jumps to another room.
            ("k" | "K", false) if start != end => {
                change(&field, &marks::link(&text, start, end, ""));
                return true;
            }
            _ => return false,
        };
        change(&field, &marks::wrap(&text, start, end, mark));
        true
    }

    /// Writes an offer in place of what was being written.
    pub fn take(self, index: usize) {
        let offer = self.offers.with_untracked(|offers| offers.get(index).cloned());
        let wanted = self.wanted.get_untracked();
        if let (Some(Offer { text, .. }), Some(Wanted { start, end, .. }), Some(field)) =
            (offer, wanted, self.field.get_untracked())
        {
            let at = start + units::count(&text);
            change(&field, &Change { start, end, text, selected: (at, at) });
            let _ = field.focus();
        }
        self.close();
    }

    /// A link pasted over a selection becomes the selection's link.
    pub fn pasted(self, paste: &ev::Event) {
        let paste = paste.unchecked_ref::<web_sys::ClipboardEvent>();
        let text = paste.clipboard_data().and_then(|data| data.get_data("text/plain").ok());
        let (Some((field, start, end)), Some(text)) = (self.selection(), text) else { return };
        if let Some(link) = marks::pasted_link(&field.value(), start, end, &text) {
            paste.prevent_default();
            change(&field, &link);
        }
    }

    fn selection(self) -> Option<(HtmlTextAreaElement, u32, u32)> {
        let field = self.field.get_untracked()?;
        let (start, end) = (field.selection_start().ok()??, field.selection_end().ok()??);
        Some((field, start, end))
    }
}

/// Changes a field's text as if it had been typed, so that it can be undone.
fn change(field: &HtmlTextAreaElement, change: &Change) {
    let Change { start, end, text, selected } = change;
    let _ = field.focus();
    let _ = field.set_selection_range(*start, *end);
    let typed =
        document().unchecked_ref::<HtmlDocument>().exec_command_with_show_ui_and_value("insertText", false, text);
    if typed != Ok(true) {
        let before = field.value();
        field.set_value(&[units::before(&before, *start), text, units::after(&before, *end)].concat());
        if let Ok(input) = web_sys::Event::new("input") {
            let _ = field.dispatch_event(&input);
        }
    }
    let _ = field.set_selection_range(selected.0, selected.1);
}

/// What is on offer, above the field, once there is something to be completed.
#[component]
pub fn Help(
    /// For which field.
    writing: Writing,
) -> impl IntoView {
    let asks = Memo::new(move |_| writing.wanted.with(Option::is_some));
    move || asks.get().then(|| use_rest().show(|rest| (rest.offers)(writing)))
}
