//! The timeline is one stop of the Tab key: it leads to the row one was at, the arrows lead from row to row, Tab goes on
//! to what may be done with that row and then out. What other rows hold is no stop, or nobody would get through.

use leptos::{ev, html, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, HtmlElement, KeyboardEvent};

/// What can hold the focus in a row.
const STOPS: &str = "a[href], button:not(:disabled), textarea, input, summary";
const ROW: &str = "[data-message-id]";

/// Where the focus is in a scrolled list of rows.
#[derive(Clone, Copy)]
pub(super) struct Roving {
    log: NodeRef<html::Div>,
    /// An empty element after the last row: from there Tab leaves the list.
    pub(super) end: NodeRef<html::Span>,
    /// The row one was at.
    row: StoredValue<Option<Element>, LocalStorage>,
    /// Whether the last thing done was pressing Tab: only then is the focus led.
    tabs: StoredValue<bool>,
    /// Whether the focus is in the list, also when what held it has gone.
    inside: StoredValue<bool>,
}

impl Roving {
    pub(super) fn new(log: NodeRef<html::Div>) -> Self {
        let roving = Self {
            log,
            end: NodeRef::new(),
            row: StoredValue::new_local(None),
            tabs: StoredValue::new(false),
            inside: StoredValue::new(false),
        };
        let key = window_event_listener(ev::keydown, move |key| roving.tabs.set_value(key.key() == "Tab"));
        let pointer = window_event_listener(ev::pointerdown, move |press| {
            roving.tabs.set_value(false);
            if !roving.holds(press.target()) {
                roving.inside.set_value(false);
            }
        });
        on_cleanup(move || {
            key.remove();
            pointer.remove();
        });
        roving
    }

    /// Something in the list got the focus.
    pub(super) fn came(self, event: &ev::FocusEvent) {
        let entered = !self.holds(event.related_target());
        self.inside.set_value(true);
        let there = element(event.target());
        let row = there.as_ref().and_then(|there| there.closest(ROW).ok().flatten());
        if entered && self.tabs.get_value() {
            self.tabs.set_value(false);
            if let Some(wanted) =
                self.current().filter(|wanted| row.as_ref() != Some(wanted) || there.as_ref() != row.as_ref())
            {
                // Not within this event: it would come again within itself.
                spawn_local(async move { self.go_to(&wanted) });
                return;
            }
        }
        if row.is_some() {
            self.row.set_value(row);
        }
    }

    /// The focus left for another element.
    pub(super) fn went(self, event: &ev::FocusEvent) {
        if event.related_target().is_some() && !self.holds(event.related_target()) {
            self.inside.set_value(false);
        }
    }

    /// A key in the list.
    pub(super) fn pressed(self, key: &KeyboardEvent) {
        if key.ctrl_key() || key.alt_key() || key.meta_key() || key.default_prevented() {
            return;
        }
        let Some(at) = element(key.target()) else { return };
        let row = at.closest(ROW).ok().flatten();
        let on_row = row.as_ref() == Some(&at);
        let on_list = self.log.get_untracked().is_some_and(|log| *AsRef::<Element>::as_ref(&*log) == at);
        match key.key().as_str() {
            "Tab" => self.tab(key, &at, row),
            "ArrowUp" | "ArrowDown" if on_row || on_list => {
                let next = match row {
                    Some(row) => step(&row, key.key() == "ArrowDown"),
                    None => self.current(),
                };
                if let Some(next) = next {
                    key.prevent_default();
                    self.go_to(&next);
                    self.show(&next);
                }
            }
            _ => {}
        }
    }

    /// Out of the list: the browser goes on from where the focus is put first.
    fn tab(self, key: &KeyboardEvent, at: &Element, row: Option<Element>) {
        let Some(row) = row else { return };
        let stops = stops(&row);
        let on_row = row == *at;
        if key.shift_key() {
            if on_row {
                self.focus(self.log.get_untracked().map(|log| (*log).clone().unchecked_into()));
            } else if stops.first() == Some(at) {
                key.prevent_default();
                self.go_to(&row);
            }
        } else if stops.last().is_none_or(|last| last == at) {
            self.focus(self.end.get_untracked().map(|end| (*end).clone().unchecked_into()));
        }
    }

    /// If what held the focus has gone from the list, the row it was in has it, or the list.
    pub(super) fn keep(self) {
        let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
        if !lost || self.inside.try_get_value() != Some(true) {
            return;
        }
        match self.row.get_value().filter(|row| row.is_connected()) {
            Some(row) => self.go_to(&row),
            None => self.go_to_list(),
        }
    }

    /// The list itself has the focus.
    pub(super) fn go_to_list(self) {
        self.focus(self.log.get_untracked().map(|log| (*log).clone().unchecked_into()));
    }

    fn go_to(self, row: &Element) {
        // Setting an attribute of this name can't fail.
        let _ = row.set_attribute("tabindex", "-1");
        self.row.set_value(Some(row.clone()));
        self.focus(row.dyn_ref::<HtmlElement>().cloned());
    }

    /// Gives the focus without scrolling: no page of history is asked for by it.
    fn focus(self, element: Option<HtmlElement>) {
        self.tabs.set_value(false);
        let options = FocusOptions::new();
        options.set_prevent_scroll(true);
        if let Some(element) = element {
            let _ = element.focus_with_options(&options);
        }
    }

    /// Scrolls just so far that a row is in view.
    fn show(self, row: &Element) {
        let Some(log) = self.log.get_untracked() else { return };
        let (row, view) = (row.get_bounding_client_rect(), log.get_bounding_client_rect());
        let above = (view.top() + 8.0 - row.top()).max(0.0);
        let below = (row.bottom() + 8.0 - view.bottom()).max(0.0);
        if above > 0.0 || below > 0.0 {
            log.set_scroll_top(log.scroll_top() + (if above > 0.0 { -above } else { below }) as i32);
        }
    }

    /// The row one was at, else the last one in view.
    fn current(self) -> Option<Element> {
        if let Some(row) = self.row.get_value().filter(|row| row.is_connected()) {
            return Some(row);
        }
        let log = self.log.get_untracked()?;
        let rows = log.query_selector_all(ROW).ok()?;
        let edge = log.get_bounding_client_rect().bottom();
        (0..rows.length())
            .rev()
            .filter_map(|index| element(rows.item(index)))
            .find(|row| row.get_bounding_client_rect().bottom() <= edge + 1.0)
    }

    fn holds(self, target: Option<impl JsCast>) -> bool {
        let node = target.and_then(|target| target.dyn_into::<web_sys::Node>().ok());
        node.is_some_and(|node| self.log.get_untracked().is_some_and(|log| log.contains(Some(&node))))
    }
}

fn element(target: Option<impl JsCast>) -> Option<Element> {
    target.and_then(|target| target.dyn_into().ok())
}

/// The row after this one, or before it.
fn step(row: &Element, down: bool) -> Option<Element> {
    let next = |row: &Element| if down { row.next_element_sibling() } else { row.previous_element_sibling() };
    let mut there = next(row);
    while let Some(row) = there.as_ref().filter(|row| !row.has_attribute("data-message-id")) {
        there = next(row);
    }
    there
}

/// What can hold the focus in a row and is drawn.
fn stops(row: &Element) -> Vec<Element> {
    let Ok(found) = row.query_selector_all(STOPS) else { return Vec::new() };
    let drawn = |element: &Element| element.get_bounding_client_rect().width() > 0.0;
    (0..found.length()).filter_map(|index| element(found.item(index))).filter(drawn).collect()
}
