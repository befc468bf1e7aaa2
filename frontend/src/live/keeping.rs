//! The device: the rooms last seen are shown before the network answers, and kept as they change.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::{FutureExt, LocalBoxFuture, Shared, select};
use leptos::prelude::*;
use leptos::{ev, task::spawn_local};
use sync::Sorted;
use types::RoomId;

use super::Wires;
use crate::{kept, pause};

/// Nobody waits for a part of the page at their first visit: it is fetched so long after the start.
const BEGIN_AFTER: Duration = Duration::from_millis(1_500);
/// If it does not come, it is asked for again so long after.
const AGAIN_AFTER: Duration = Duration::from_secs(10);
/// What changes is kept so long after, together.
const KEEP_AFTER: Duration = Duration::from_secs(1);
/// A device slower than this is not waited for.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What is to be kept.
#[derive(Default)]
pub(super) struct Keeping {
    /// Whether the device was asked what it holds.
    began: Cell<bool>,
    /// Ends when that is shown.
    shown: RefCell<Option<Shared<LocalBoxFuture<'static, ()>>>>,
    /// The rooms seen, the last first.
    seen: RefCell<Vec<RoomId>>,
    changed: RefCell<Sorted<RoomId, ()>>,
    due: Cell<bool>,
}

impl Keeping {
    /// The rooms seen before so many others.
    pub(super) fn long_ago(&self, count: usize) -> Vec<RoomId> {
        self.seen.borrow().iter().skip(count).copied().collect()
    }
}

/// Begins: at once where the device holds something of this person, else when the first screen stands.
pub(super) fn begin(wires: &Rc<Wires>) {
    let later = Rc::downgrade(wires);
    if wires.me().is_some_and(kept::holds) {
        wires.begin_keeping();
    } else {
        let begin = move || _ = later.upgrade().filter(|wires| wires.connects()).map(|wires| wires.begin_keeping());
        set_timeout(begin, BEGIN_AFTER);
    }
    let leaving = Rc::downgrade(wires);
    let leaving = window_event_listener(ev::visibilitychange, move |_| {
        if let Some(wires) = leaving.upgrade().filter(|_| document().hidden()) {
            wires.keep_rooms();
        }
    });
    on_cleanup(move || leaving.remove());
}

impl Wires {
    pub(super) fn begin_keeping(self: &Rc<Self>) {
        if self.keeping.began.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        let shown = async move {
            let Some(kept) = kept::device().await else { return wires.begin_later() };
            let Some(me) = wires.me() else { return };
            wires.sending.kept.set(Some(kept));
            // What was written at the last visit, and since.
            wires.keep_outbox();
            wires.lead();
            let other = Rc::downgrade(&wires);
            (kept.hear)(me, Box::new(move || _ = other.upgrade().map(|wires| wires.keep_outbox())));
            let seen = (kept.show)(wires.state).await.unwrap_or_default();
            let mut known = wires.keeping.seen.borrow_mut();
            known.extend(seen);
        };
        let shown = shown.boxed_local().shared();
        *self.keeping.shown.borrow_mut() = Some(shown.clone());
        let wires = Rc::clone(self);
        spawn_local(async move {
            shown.await;
            wires.keep_rooms();
        });
    }

    /// The part of the page that does it did not come: the network is away.
    fn begin_later(self: &Rc<Self>) {
        self.keeping.began.set(false);
        let wires = Rc::downgrade(self);
        let begin = move || _ = wires.upgrade().filter(|wires| wires.connects()).map(|wires| wires.begin_keeping());
        set_timeout(begin, AGAIN_AFTER);
    }

    /// Waits until what the device holds is shown, unless that takes too long.
    pub(super) async fn shown(&self) {
        let shown = self.keeping.shown.borrow().clone();
        if let Some(shown) = shown {
            select(shown, pause::wait(PATIENCE).boxed_local()).await;
        }
    }

    /// Something changed, in a room or in the list: kept soon.
    pub(super) fn keep_soon(self: &Rc<Self>, room: Option<RoomId>) {
        if let Some(room) = room {
            self.keeping.changed.borrow_mut().insert(room, ());
            if self.navigator.room_now() == Some(room) {
                let mut seen = self.keeping.seen.borrow_mut();
                seen.retain(|before| *before != room);
                seen.insert(0, room);
            }
        }
        if !self.keeping.due.replace(true) {
            let wires = Rc::clone(self);
            set_timeout(move || wires.keep_rooms(), KEEP_AFTER);
        }
    }

    /// Keeps what changed.
    pub(super) fn keep_rooms(self: &Rc<Self>) {
        self.keeping.due.set(false);
        if !self.keeping.began.get() || !self.connects() {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            wires.shown().await;
            let Some(kept) = kept::device().await.filter(|_| wires.connects()) else { return };
            let changed = wires.keeping.changed.take().keys().copied().collect();
            let seen = wires.keeping.seen.borrow().clone();
            let _ = (kept.keep)(wires.state, seen, changed).await;
        });
    }
}
