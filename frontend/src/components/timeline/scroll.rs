//! What the reader sees of the rows: it decides what is loaded, what is let go, and what counts as seen.

use std::rc::Rc;
use std::time::Duration;

use leptos::{ev, html, prelude::*};
use sync::RoomState;
use types::{MessageId, RoomId, Seq};

use super::rows::Rows;
use crate::components::hold::Hold;
use crate::components::roving::Roving;
use crate::effect::effect;
use crate::live::{Live, use_live};
use crate::pages::room::RoomDesk;
use crate::state::{Opened, Stage, State, use_state};

/// Pages are asked for this long before the reader gets there, in pixels.
const AHEAD: f64 = 1_200.0;
/// So many rows are kept above and below what is in view, of which the least are twice as high as what lies ahead.
const BESIDE: u32 = 100;

/// The scrolled elements and what the reader sees of them.
#[derive(Clone, Copy)]
pub(super) struct Scroll {
    room: RoomId,
    rows: Rows,
    state: State,
    live: Live,
    desk: RoomDesk,
    pub(super) scroller: NodeRef<html::Div>,
    pub(super) content: NodeRef<html::Div>,
    hold: StoredValue<Option<Rc<Hold>>, LocalStorage>,
    pub(super) roving: Roving,
    pub(super) far: RwSignal<bool>,
    /// The place of the last message in view.
    pub(super) lowest: RwSignal<Option<Seq>>,
}

impl Scroll {
    pub(super) fn new(room: RoomId, rows: Rows) -> Self {
        let scroller = NodeRef::new();
        let view = Self {
            room,
            rows,
            state: use_state(),
            live: use_live(),
            desk: expect_context(),
            scroller,
            roving: Roving::new(scroller),
            content: NodeRef::new(),
            hold: StoredValue::new_local(None),
            far: RwSignal::new(false),
            lowest: RwSignal::new(None),
        };
        let opened = view.state.history.room(room);
        effect(move || {
            let (Some(scroller), Some(content)) = (view.scroller.get(), view.content.get()) else { return };
            if view.hold.with_value(Option::is_some) {
                return;
            }
            let (rows, whole) = (opened.rows.clone(), opened.rows.clone());
            let settled = Box::new(move |hold: &Hold| view.settled(hold, &rows));
            let ends = Box::new(move || view.at_end(&whole));
            let hold = Hold::start(scroller.into(), content.into(), ends, settled);
            view.hold.set_value(Some(Rc::clone(&hold)));
            hold.settle();
            view.come_in();
        });
        let seen = window_event_listener(ev::visibilitychange, move |_| {
            if let Some(hold) = view.hold().filter(|_| !document().hidden() && !view.live.come_back(view.room)) {
                hold.settle();
            }
        });
        on_cleanup(move || {
            seen.remove();
            if let Some(hold) = view.hold() {
                hold.stop();
            }
        });
        view
    }

    /// Goes where the room and the reader's wishes lead.
    pub(super) fn follow(self, desk: RoomDesk, opened: &Opened) {
        let stage = opened.stage.clone();
        effect(move || {
            stage.track();
            self.come_in();
        });
        let wishes = StoredValue::new(desk.to_end.get_untracked());
        effect(move || {
            let now = desk.to_end.get();
            if wishes.try_update_value(|before| std::mem::replace(before, now)).is_some_and(|before| before != now) {
                self.go_to_end();
            }
        });
    }

    fn hold(self) -> Option<Rc<Hold>> {
        self.hold.try_get_value().flatten()
    }

    pub(super) fn scrolled(self) {
        if let Some(hold) = self.hold() {
            hold.scrolled();
        }
    }

    /// Once it is known what is new, the reader is put there; with the next turn of the page all of it is drawn.
    fn come_in(self) {
        let stage = self.state.history.room(self.room).stage;
        let Some(hold) = self.hold().filter(|_| stage.get_untracked() != Stage::Behind) else { return };
        hold.lead_in();
        let arrive = move || {
            if stage.try_get_untracked().is_none_or(|stage| stage == Stage::Behind) {
                return;
            }
            hold.arrive();
            if stage.get_untracked() == Stage::Known {
                stage.set(Stage::Inside);
                hold.settle();
            }
        };
        set_timeout(arrive, Duration::ZERO);
    }

    /// Puts a message in view; false while there is no row of it.
    pub(super) fn show(self, id: MessageId) -> bool {
        let content = self.content.get_untracked();
        let row =
            content.and_then(|content| content.query_selector(&format!("[data-message-id=\"{id}\"]")).ok().flatten());
        match (self.hold(), row) {
            (Some(hold), Some(row)) => {
                hold.show(&row);
                true
            }
            _ => false,
        }
    }

    pub(super) fn newest(self) {
        self.live.load_newest(self.room);
    }

    /// To the newest message, which may have to be loaded first.
    pub(super) fn go_to_end(self) {
        let Some(hold) = self.hold() else { return };
        let held = self.state.history.room(self.room).rows;
        let known = held.try_maybe_update(|rows| {
            let before = rows.window();
            let known = rows.window().is_none() || rows.show_newest();
            (rows.window() != before, known)
        });
        if known == Some(false) {
            self.newest();
        }
        hold.go_to_end();
    }

    /// After each change and each scroll: what is missing is asked for, what is far is let go, what was seen is told.
    fn settled(self, hold: &Hold, rows: &ArcRwSignal<RoomState>) {
        self.roving.keep();
        if !hold.placed() {
            return;
        }
        let Some(window) = rows.with_untracked(RoomState::window) else { return };
        let (lacks_above, lacks_below) = self.rows.lacks();
        let far = !window.at_end() || hold.below() > 240.0;
        if self.far.try_get_untracked().is_some_and(|before| before != far) {
            self.far.set(far);
        }
        if far {
            let lowest = hold.last_in_view();
            if self.lowest.try_get_untracked().is_some_and(|before| before != lowest) {
                self.lowest.set(lowest);
            }
        }
        if hold.leads() {
            // Another page may have come in place of the newest one.
            let failed = self.state.history.room(self.room).failed.get_untracked();
            if hold.wants_end() && !window.at_end() && !failed {
                self.newest();
            }
            return;
        }
        if hold.room_above() < AHEAD && window.previous().is_some() && !lacks_above {
            self.live.load_older(self.room);
        }
        if hold.below() < AHEAD && !window.at_end() && !lacks_below {
            self.live.load_newer(self.room);
        }
        // On the way to a message the end is only passed by.
        if self.desk.target.try_get_untracked().flatten().is_some() {
            return;
        }
        // Until the reader is put at what is new, the rows from the mark on are still being gathered.
        let inside = self.state.history.room(self.room).stage.get_untracked() == Stage::Inside;
        if inside && let Some((from, to)) = hold.far_rows(BESIDE) {
            rows.try_maybe_update(|rows| {
                let before = rows.window();
                rows.keep(from.unwrap_or(0), to.unwrap_or(Seq::MAX));
                (rows.window() != before, ())
            });
        }
        if hold.sees_end() && !document().hidden() {
            let last = rows.with_untracked(|rows| rows.messages().next_back().map(|message| message.seq));
            if let Some(last) = last {
                self.live.seen(self.room, last);
            }
        }
    }

    /// Whether the last row on the page is the room's last.
    fn at_end(self, rows: &ArcRwSignal<RoomState>) -> bool {
        let loaded = rows.try_with_untracked(|rows| rows.window().is_none_or(|window| window.at_end()));
        loaded.unwrap_or(true) && !self.rows.lacks().1
    }
}
