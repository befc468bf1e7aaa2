//! Holds the reader's place: whatever is added, loaded or resized, no row in view moves; at the end it stays the end.
//!
//! The browser's own scroll anchoring is off, since it gives up at the top and near moving rows. Instead one row in view
//! is remembered with its place in the content; when that place shifts, the scroll position shifts with it, before
//! anything is painted. The place is measured in the content, so what the reader scrolls meanwhile is not lost.

mod field;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Element, MutationObserver, MutationObserverInit, ResizeObserver};

use self::field::Field;

/// This near to the end counts as the end, in pixels.
const NEAR: f64 = 4.0;
/// Where the "New" line stands when the room opens at it, in pixels from the top.
const NEW_LINE_AT: f64 = 72.0;

/// Where the reader is being put.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Aim {
    /// Nowhere: the place they have is held.
    Held,
    /// The first unread row, or the end: again and again until it is known what is new.
    Unread,
    /// The end of the room, which is still to be loaded.
    End,
}

/// A scrolled list whose rows are the children of `content`; those with `data-seq` or `data-message-id` can be held.
pub(super) struct Hold {
    field: Field,
    anchor: RefCell<Option<(Element, f64)>>,
    /// Whether the end is held instead of a row.
    at_end: Cell<bool>,
    /// Says whether the content's end is the end of the room.
    ends: Box<dyn Fn() -> bool>,
    aim: Cell<Aim>,
    placed: Cell<bool>,
    last_top: Cell<f64>,
    /// What rounding took from the last correction: added to the next, so that many do not drift.
    carry: Cell<f64>,
    /// How far it was scrolled when rows above were let go, until things are put back after that.
    cut_at: Cell<Option<f64>>,
    settled: Box<dyn Fn(&Hold)>,
    observers: RefCell<Option<Observers>>,
}

struct Observers {
    mutations: MutationObserver,
    sizes: ResizeObserver,
    _on_change: Closure<dyn FnMut()>,
}

impl Hold {
    /// Begins to hold; `ends` says whether the content's end is the end of the room, `settled` is told after every
    /// change and every scroll.
    pub(super) fn start(
        scroller: Element,
        content: Element,
        ends: Box<dyn Fn() -> bool>,
        settled: Box<dyn Fn(&Hold)>,
    ) -> Rc<Self> {
        let hold = Rc::new(Self {
            field: Field { scroller, content },
            anchor: RefCell::new(None),
            at_end: Cell::new(false),
            ends,
            aim: Cell::new(Aim::Unread),
            placed: Cell::new(false),
            last_top: Cell::new(0.0),
            carry: Cell::new(0.0),
            cut_at: Cell::new(None),
            settled,
            observers: RefCell::new(None),
        });
        hold.observe();
        hold
    }

    fn observe(self: &Rc<Self>) {
        let this = Rc::downgrade(self);
        let on_change = Closure::<dyn FnMut()>::new(move || {
            if let Some(hold) = this.upgrade() {
                hold.settle();
            }
        });
        let callback: &js_sys::Function = on_change.as_ref().unchecked_ref();
        let (Ok(mutations), Ok(sizes)) = (MutationObserver::new(callback), ResizeObserver::new(callback)) else {
            return;
        };
        let what = MutationObserverInit::new();
        what.set_child_list(true);
        what.set_subtree(true);
        what.set_character_data(true);
        // Only a target of another document could be refused.
        let _ = mutations.observe_with_options(&self.field.content, &what);
        sizes.observe(&self.field.content);
        sizes.observe(&self.field.scroller);
        *self.observers.borrow_mut() = Some(Observers { mutations, sizes, _on_change: on_change });
    }

    /// Ends.
    pub(super) fn stop(&self) {
        if let Some(observers) = self.observers.borrow_mut().take() {
            observers.mutations.disconnect();
            observers.sizes.disconnect();
        }
    }

    /// Whether the room's end is in view.
    pub(super) fn sees_end(&self) -> bool {
        self.placed.get() && (self.ends)() && self.below() <= NEAR
    }

    /// How much lies above what is in view, in pixels.
    pub(super) fn room_above(&self) -> f64 {
        self.field.top()
    }

    /// How much lies below what is in view, in pixels.
    pub(super) fn below(&self) -> f64 {
        self.field.below()
    }

    /// Whether the first rows have been placed.
    pub(super) fn placed(&self) -> bool {
        self.placed.get()
    }

    /// Goes to the end, as soon as that is loaded, and stays there.
    pub(super) fn go_to_end(&self) {
        self.aim.set(Aim::End);
        self.last_top.set(self.field.top());
        self.settle();
    }

    /// Goes to the first unread row, or the end, until [`arrive`](Self::arrive); whoever reads further up stays there.
    pub(super) fn lead_in(&self) {
        if self.at_end.get() && self.aim.get() == Aim::Held {
            self.aim.set(Aim::Unread);
        }
        self.settle();
    }

    /// What is new is on the page: the reader is where they were to be put.
    pub(super) fn arrive(&self) {
        self.settle();
        self.rest();
    }

    /// The reader stays where they were put, if they were.
    pub(super) fn rest(&self) {
        if self.aim.get() == Aim::Unread && self.placed.get() {
            self.aim.set(Aim::Held);
        }
    }

    /// Whether the reader is still being put somewhere.
    pub(super) fn leads(&self) -> bool {
        self.aim.get() != Aim::Held
    }

    /// Whether the reader is on the way to the end of the room.
    pub(super) fn wants_end(&self) -> bool {
        self.aim.get() == Aim::End
    }

    /// The place of the last message of which something is in view.
    pub(super) fn last_in_view(&self) -> Option<i64> {
        self.field.seq_before(self.field.first_below())
    }

    /// From which place to which rows are to be kept, so many beside those in view on either side; none if there are
    /// hardly more.
    pub(super) fn far_rows(&self, beside: u32) -> Option<(Option<i64>, Option<i64>)> {
        let (first, below, count) = (self.field.first_in_view(), self.field.first_below(), self.field.count());
        let many = beside + beside / 5;
        let from = (first > many).then(|| self.field.seq_from(first - beside)).flatten();
        self.cut_at.set(from.map(|_| self.field.top()));
        let to = (count > below + many).then(|| self.field.seq_before(below + beside)).flatten();
        (from.is_some() || to.is_some()).then_some((from, to))
    }

    /// Whether the reader is above where they were when things were last put in place.
    fn went_up(&self) -> bool {
        self.field.top() < self.last_top.get() - 0.5
    }

    /// Puts a row a third down the view, and holds it there.
    pub(super) fn show(&self, row: &Element) {
        self.placed.set(true);
        self.aim.set(Aim::Held);
        self.at_end.set(false);
        let view = f64::from(self.field.scroller.client_height());
        self.field.set_top(self.field.place_of(row) - view / 3.0);
        self.last_top.set(self.field.top());
        self.remember();
        self.settle();
    }

    /// The reader scrolled.
    pub(super) fn scrolled(&self) {
        let top = self.field.top();
        let went_up = self.went_up();
        let moved = (top - self.last_top.get()).abs() > 0.5;
        if moved && self.placed.get() && self.below() > NEAR {
            // They found their own place; at the very end it may be that only the content became shorter.
            self.aim.set(Aim::Held);
        }
        if self.below() <= NEAR && (self.ends)() {
            self.at_end.set(true);
        } else if went_up {
            self.at_end.set(false);
        }
        if moved {
            self.carry.set(0.0);
        }
        self.settle();
    }

    /// Puts things back where they were.
    pub(super) fn settle(&self) {
        let cut_at = self.cut_at.take();
        // The reader may have gone up a moment ago, and the browser not have told of it yet.
        if self.at_end.get() && self.went_up() && self.below() > NEAR {
            self.at_end.set(false);
        }
        match self.aim.get() {
            Aim::Unread => self.place(),
            Aim::End if (self.ends)() => {
                self.aim.set(Aim::Held);
                self.placed.set(true);
                self.stay_at_end();
            }
            Aim::Held if self.at_end.get() && (self.ends)() => self.stay_at_end(),
            Aim::End | Aim::Held => self.correct(cut_at),
        }
        self.last_top.set(self.field.top());
        self.remember();
        (self.settled)(self);
    }

    fn stay_at_end(&self) {
        self.at_end.set(true);
        self.field.scroller.set_scroll_top(self.field.scroller.scroll_height());
    }

    /// The rows are there: the room opens at the first unread one, or at its end.
    fn place(&self) {
        if self.field.content.query_selector("[data-message-id],[data-seq]").ok().flatten().is_none() {
            return;
        }
        self.placed.set(true);
        match self.field.content.query_selector("[data-testid=new-line]").ok().flatten() {
            Some(new) => {
                self.field.set_top(self.field.place_of(&new) - NEW_LINE_AT);
                self.at_end.set((self.ends)() && self.below() <= NEAR);
            }
            None => self.stay_at_end(),
        }
    }

    fn correct(&self, cut_at: Option<f64>) {
        let Some((row, place)) = self.anchor.borrow().clone() else { return };
        if !row.is_connected() {
            return;
        }
        let shift = self.field.place_of(&row) - place;
        if shift.abs() < 0.01 {
            return;
        }
        // Where more was cut off above than lies below, the browser has already moved it up to the new end.
        let moved_up = cut_at.filter(|before| self.below() <= NEAR && *before > self.field.top());
        let wanted = moved_up.unwrap_or_else(|| self.field.top()) + shift + self.carry.get();
        self.field.set_top(wanted);
        let missed = wanted - self.field.top();
        self.carry.set(if missed.abs() < 1.0 { missed } else { 0.0 });
    }

    /// Remembers the first row in view.
    fn remember(&self) {
        let held = self.field.held_from(self.field.first_in_view());
        let anchor = held.map(|row| {
            let place = self.field.place_of(&row);
            (row, place)
        });
        self.anchor.replace(anchor);
    }
}
