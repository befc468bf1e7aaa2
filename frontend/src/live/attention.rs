//! Where the reader's attention is: read marks, typing, who is on screen, and whether anyone is there.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::Date;
use leptos::ev;
use leptos::prelude::*;
use sync::{Sorted, unread};
use types::socket::ClientFrame;
use types::{PresenceStatus, RoomId, Seq, UserId, limits};

use super::{Live, Times, Wires};
use crate::state::Stage;

/// Without input for this long the device is away, in milliseconds.
const AWAY_AFTER: f64 = 300_000.0;
/// For this long after I read a room my mark may not be where the server counts from, in milliseconds: marks are sent
/// each [`limits::READ_REPEAT_MS`] and written together a little later.
const MARK_UNDER_WAY: f64 = 2.0 * limits::READ_REPEAT_MS as f64;

/// What was last said of the reader's attention.
#[derive(Default)]
pub(super) struct Attention {
    read_at: Times<RoomId>,
    marks_sent: Times<RoomId>,
    marks_waiting: RefCell<Sorted<RoomId, Seq>>,
    typing_sent: Times<RoomId>,
    observed: RefCell<Vec<UserId>>,
    input_at: Cell<f64>,
    away: Cell<bool>,
    /// The room that is to stay unread as long as one is in it: I said so.
    pub(super) kept_unread: Cell<Option<RoomId>>,
    pub(super) members_shown: Cell<Option<RoomId>>,
}

impl Live {
    /// The reader saw the room's end with the tab in front: everything up to `seq` is read.
    pub fn seen(self, room: RoomId, seq: Seq) {
        let Some(wires) = self.wires() else { return };
        let Some(item) = wires.state.rooms.get_now(room) else { return };
        // What was marked as unread stays so while it is looked at.
        if wires.attention.kept_unread.get() == Some(room) {
            return;
        }
        let Some((opened, me)) = wires.state.history.seen(room).zip(wires.me()) else { return };
        // Until it is known what is new, the end may be that of what the device kept.
        if seq <= item.read_seq || opened.stage.get_untracked() != Stage::Inside {
            return;
        }
        let Some(rest) = opened.rows.with_untracked(|rows| unread(rows, me, seq)) else { return };
        wires.state.rooms.read(room, seq, rest);
        wires.attention.read_at.borrow_mut().insert(room, Date::now());
        let first = wires.attention.marks_waiting.borrow_mut().insert(room, seq).is_none();
        if first {
            let sent = wires.attention.marks_sent.borrow().get(&room).copied().unwrap_or(0.0);
            let pause = (sent + limits::READ_REPEAT_MS as f64 - Date::now()).max(0.0);
            set_timeout(move || wires.send_mark(room), Duration::from_millis(pause as u64));
        }
    }

    /// The reader is writing, or has stopped.
    pub fn typing(self, room: RoomId, typing: bool) {
        let Some(wires) = self.wires() else { return };
        let mut sent = wires.attention.typing_sent.borrow_mut();
        let last = sent.get(&room).copied();
        let due = last.is_none_or(|last| Date::now() - last >= limits::TYPING_REPEAT_MS as f64);
        if typing && due {
            sent.insert(room, Date::now());
        } else if !typing && last.is_some() {
            sent.remove(&room);
        } else {
            return;
        }
        wires.say(&ClientFrame::Typing { reference: None, room_id: room, typing });
    }

    /// What was written was sent: the server knows that typing ended, and the next letter tells of it anew.
    pub fn typed(self, room: RoomId) {
        if let Some(wires) = self.wires() {
            wires.attention.typing_sent.borrow_mut().remove(&room);
        }
    }

    /// These people are on screen.
    pub fn observe(self, mut users: Vec<UserId>) {
        let Some(wires) = self.wires() else { return };
        users.truncate(limits::OBSERVED_MAX);
        if *wires.attention.observed.borrow() != users {
            *wires.attention.observed.borrow_mut() = users.clone();
            wires.say(&ClientFrame::Observe { reference: None, user_ids: users });
        }
    }
}

impl Attention {
    /// The room stays unread while one is in it; a mark under way is not sent any more.
    pub(super) fn keep_unread(&self, room: RoomId) {
        self.kept_unread.set(Some(room));
        self.marks_waiting.borrow_mut().remove(&room);
        self.read_at.borrow_mut().remove(&room);
    }

    /// Whether I read this room so lately that the server's count may not know it.
    pub(super) fn reads(&self, room: RoomId) -> bool {
        self.read_at.borrow().get(&room).is_some_and(|at| Date::now() - at < MARK_UNDER_WAY)
    }
}

impl Wires {
    pub(super) fn send_mark(&self, room: RoomId) {
        let Some(seq) = self.attention.marks_waiting.borrow_mut().remove(&room) else { return };
        if self.say(&ClientFrame::Read { reference: None, room_id: room, seq }) {
            self.attention.marks_sent.borrow_mut().insert(room, Date::now());
        } else {
            self.attention.marks_waiting.borrow_mut().insert(room, seq);
        }
    }

    /// A new connection knows nothing of what was said before.
    pub(super) fn attention_again(&self) {
        let waiting: Vec<RoomId> = self.attention.marks_waiting.borrow().keys().copied().collect();
        waiting.into_iter().for_each(|room| self.send_mark(room));
        self.attention.typing_sent.take();
        let user_ids = self.attention.observed.borrow().clone();
        if !user_ids.is_empty() {
            self.say(&ClientFrame::Observe { reference: None, user_ids });
        }
        if self.attention.away.get() {
            self.say(&ClientFrame::Presence { reference: None, status: PresenceStatus::Away });
        }
    }

    fn input_seen(&self) {
        self.attention.input_at.set(Date::now());
        if self.attention.away.replace(false) {
            self.say(&ClientFrame::Presence { reference: None, status: PresenceStatus::Online });
        }
    }

    fn check_idleness(&self) {
        let idle = Date::now() - self.attention.input_at.get() > AWAY_AFTER;
        if idle && !self.attention.away.replace(true) {
            self.say(&ClientFrame::Presence { reference: None, status: PresenceStatus::Away });
        }
    }
}

/// Says when the device is left alone and when someone is back.
pub(super) fn watch_idleness(wires: &Rc<Wires>) {
    wires.attention.input_at.set(Date::now());
    let (pointer, key, check) = (Rc::downgrade(wires), Rc::downgrade(wires), Rc::downgrade(wires));
    let pointer = window_event_listener(ev::pointermove, move |_| {
        if let Some(wires) = pointer.upgrade() {
            wires.input_seen();
        }
    });
    let key = window_event_listener(ev::keydown, move |_| {
        if let Some(wires) = key.upgrade() {
            wires.input_seen();
        }
    });
    let every = set_interval_with_handle(
        move || {
            if let Some(wires) = check.upgrade() {
                wires.check_idleness();
            }
        },
        Duration::from_secs(15),
    );
    on_cleanup(move || {
        pointer.remove();
        key.remove();
        if let Ok(every) = every {
            every.clear();
        }
    });
}
