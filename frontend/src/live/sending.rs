//! The outbox goes out: in order, one act per room under way, until it is confirmed or refused for good. Of a person's
//! tabs the one whose turn it is sends, by a Web Lock held while it is in sync; where there are no locks each does, and
//! what arrives twice is stored once.
//!
//! It comes with the part of the page that keeps things on the device, since nothing is sent before it is kept there:
//! the page reaches it by the functions of [`Sender`] alone.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use js_sys::{Function, Promise};
use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::{Act, Outbox, Pending, PendingState, Sorted};
use types::socket::ClientFrame;
use types::{ErrorCode, Message, MessageId, RoomId};
use wasm_bindgen::JsValue;

use super::Wires;
use crate::api::{self, Failure};
use crate::clock;
use crate::kept::Kept;
use crate::state::Connection;
use crate::{locks, pause};

/// Attempts after which a fault of the server is shown to the writer.
const MOST_ATTEMPTS: u32 = 5;
/// What was deleted may be on screen as it was until its row arrives: so long the deletion stays pending.
const ROW_PATIENCE: Duration = Duration::from_secs(1);

/// What the part does.
#[derive(Clone, Copy)]
pub struct Sender {
    lead: fn(&Rc<Wires>),
    keep: fn(&Rc<Wires>, Kept),
    answered: fn(&Rc<Wires>, &str, Option<Message>),
    refused: fn(&Rc<Wires>, &str, ErrorCode, Option<u64>),
}

/// What the part does, as it gives it.
pub fn sender() -> Sender {
    Sender {
        lead: |wires| wires.ask_for_the_lead(),
        keep: |wires, kept| wires.keep_and_send(kept),
        answered: |wires, reference, message| wires.answered(reference, message),
        refused: |wires, reference, code, after_ms| {
            if let Ok(id) = reference.parse() {
                wires.refused(id, code, false, after_ms);
            }
        },
    }
}

/// How the outbox of this tab goes out.
#[derive(Default)]
pub(super) struct Sending {
    /// The part, once it is there.
    pub(super) kept: Cell<Option<Kept>>,
    /// Whether the device is to be asked again, and whether it is being asked.
    due: Cell<bool>,
    under_way: Cell<bool>,
    /// Whether this tab sends; what ends its turn; and how often that was so, since a turn may come too late.
    leads: Cell<bool>,
    release: RefCell<Option<Function>>,
    terms: Cell<u32>,
    /// What this tab sent and waits for.
    sent: RefCell<Vec<(MessageId, Act)>>,
    /// Rooms whose next act waits a while.
    resting: RefCell<Sorted<RoomId, ()>>,
    /// Whether it is looked again when what can still be taken back may go.
    wakes: Cell<bool>,
}

impl Wires {
    /// This tab is in sync: it sends as soon as no other does.
    pub(super) fn lead(self: &Rc<Self>) {
        if let Some(kept) = self.sending.kept.get() {
            (kept.sender.lead)(self);
        }
    }

    /// Brings the device and the screen together, and sends what is due.
    pub(super) fn keep_outbox(self: &Rc<Self>) {
        self.begin_keeping();
        self.sending.due.set(true);
        if let Some(kept) = self.sending.kept.get()
            && !self.sending.under_way.replace(true)
        {
            (kept.sender.keep)(self, kept);
        }
    }

    /// The server has what this tab sent.
    pub(super) fn post_answered(self: &Rc<Self>, reference: &str, message: Option<Message>) {
        if let Some(kept) = self.sending.kept.get() {
            (kept.sender.answered)(self, reference, message);
        }
    }

    /// The server will not have what this tab sent, or not now.
    pub(super) fn post_refused(self: &Rc<Self>, reference: Option<&str>, code: ErrorCode, after_ms: Option<u64>) {
        if let (Some(kept), Some(reference)) = (self.sending.kept.get(), reference) {
            (kept.sender.refused)(self, reference, code, after_ms);
        }
    }

    /// This tab sends no more; what is under way is sent again by whoever sends next.
    pub(super) fn step_down(&self) {
        self.sending.terms.set(self.sending.terms.get().wrapping_add(1));
        self.sending.leads.set(false);
        self.sending.sent.take();
        self.sending.resting.take();
        if let Some(end) = self.sending.release.take() {
            // A function that settles a promise does not fail.
            let _ = end.call0(&JsValue::UNDEFINED);
        }
    }
}

/// The part itself: nothing outside of it calls these.
impl Wires {
    fn ask_for_the_lead(self: &Rc<Self>) {
        if self.state.connection.get_untracked() != Connection::InSync {
            return;
        }
        let Some(me) = self.me() else { return };
        self.step_down();
        let term = self.sending.terms.get();
        let wires = Rc::downgrade(self);
        let turn = move || match wires.upgrade().filter(|wires| wires.sending.terms.get() == term) {
            Some(wires) => {
                let held = Promise::new(&mut |end, _| drop(wires.sending.release.replace(Some(end))));
                wires.begin_term();
                held
            }
            None => Promise::resolve(&JsValue::UNDEFINED),
        };
        match locks::take_turn(&format!("confab.outbox.{me}"), turn) {
            // It ends without a failure, and nobody waits for the end.
            Some(turn) => drop(turn),
            None => self.begin_term(),
        }
    }

    /// What was under way before, here or in a tab that is gone, is sent again.
    fn begin_term(self: &Rc<Self>) {
        self.sending.leads.set(true);
        self.write(Outbox::lost);
    }

    /// One transaction after the other, until nothing is left to do.
    fn keep_and_send(self: &Rc<Self>, kept: Kept) {
        let wires = Rc::clone(self);
        spawn_local(async move {
            while wires.connects() && wires.sending.due.replace(false) {
                wires.take_turns();
                let steps = wires.state.outgoing.fresh();
                let count = steps.len();
                let held = match wires.me() {
                    Some(me) => (kept.outbox)(me, steps).await,
                    None => None,
                };
                wires.state.outgoing.kept(count, held);
                // What another tab wrote is seen only now, and marked on the device in the next turn.
                if wires.connects() && wires.take_turns() {
                    wires.sending.due.set(true);
                    continue;
                }
                wires.send();
            }
            wires.sending.under_way.set(false);
        });
    }

    /// Marks what may go out now, in the same transaction that keeps what was written. Answers whether there is any.
    fn take_turns(self: &Rc<Self>) -> bool {
        let resting = self.sending.resting.borrow().clone();
        let seconds = self.state.mine.preferences_now().undo_seconds;
        if let Some(left) = self.state.outgoing.with_now(|outbox| next_to_go(outbox, seconds)) {
            self.wake_after(left);
        }
        let mark = move |outbox: &mut Outbox| {
            let goes = |room: &RoomId| !resting.contains_key(room) && held(outbox, *room, seconds).is_none();
            let rooms: Vec<RoomId> = outbox.rooms().filter(goes).collect();
            rooms.into_iter().filter_map(|room| outbox.next_to_send(room)).count() > 0
        };
        let any = self.sending.leads.get() && self.state.outgoing.with_now(|outbox| mark(&mut outbox.clone()));
        if any {
            self.state.outgoing.take(Rc::new(move |outbox| _ = mark(outbox)));
        }
        any
    }

    /// Looks again once what is held may go; once for all that is written until then.
    fn wake_after(self: &Rc<Self>, left: i64) {
        if !self.sending.wakes.replace(true) {
            let wires = Rc::clone(self);
            let wake = move || {
                wires.sending.wakes.set(false);
                wires.keep_outbox();
            };
            set_timeout(wake, Duration::from_millis(left.cast_unsigned()));
        }
    }

    /// Sends what is marked and was not sent yet.
    fn send(self: &Rc<Self>) {
        if !self.sending.leads.get() || !self.connects() {
            return;
        }
        let marked: Vec<(RoomId, Pending)> = self
            .state
            .outgoing
            .with_now(|outbox| outbox.under_way().map(|(room, pending)| (room, pending.clone())).collect());
        for (room, pending) in marked {
            let sent = (pending.id, pending.act.clone());
            if !self.sending.sent.borrow().contains(&sent) {
                self.sending.sent.borrow_mut().push(sent);
                self.send_one(room, pending);
            }
        }
    }

    fn send_one(self: &Rc<Self>, room_id: RoomId, pending: Pending) {
        let Pending { id, act, .. } = pending;
        if let Act::Post(message) = act {
            // Unsaid, the connection is lost, and that is told.
            self.say(&ClientFrame::Post { reference: id.to_string(), room_id, message });
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let answer = match &act {
                Act::Edit(body) => api::edit_message(id, body.clone()).await.map(Some),
                Act::Delete | Act::Post(_) => api::delete_message(id).await.map(|()| None),
            };
            if !wires.connects() {
                return;
            }
            match answer {
                Ok(Some(message)) => wires.changed(&message, act),
                Ok(None) => wires.deleted(room_id, id, act),
                Err(failure) => wires.change_refused(id, &act, &failure),
            }
        });
    }

    fn answered(self: &Rc<Self>, reference: &str, message: Option<Message>) {
        let Ok(id) = reference.parse::<MessageId>() else { return };
        if let Some(message) = &message {
            self.state.history.room(message.room_id).rows.update(|rows| rows.add_message(message));
        }
        self.sending.sent.borrow_mut().retain(|(sent, _)| *sent != id);
        self.write(move |outbox| _ = outbox.confirmed(id));
    }

    fn changed(self: &Rc<Self>, message: &Message, act: Act) {
        let id = message.id;
        self.state.history.room(message.room_id).rows.update(|rows| rows.add_message(message));
        self.done(id, act);
    }

    fn deleted(self: &Rc<Self>, room: RoomId, id: MessageId, act: Act) {
        let row_to_come = self.watched.get() == Some(room)
            && self
                .state
                .history
                .room(room)
                .rows
                .with_untracked(|rows| rows.message(id).is_some_and(|message| message.deleted_at.is_none()));
        if row_to_come {
            let wires = Rc::clone(self);
            set_timeout(move || wires.done(id, act), ROW_PATIENCE);
        } else {
            self.done(id, act);
        }
    }

    fn done(self: &Rc<Self>, id: MessageId, act: Act) {
        self.sending.sent.borrow_mut().retain(|sent| *sent != (id, act.clone()));
        self.write(move |outbox| _ = outbox.done(id, &act));
    }

    fn change_refused(self: &Rc<Self>, id: MessageId, act: &Act, failure: &Failure) {
        let still = self
            .state
            .outgoing
            .with_now(|outbox| outbox.under_way().any(|(_, pending)| pending.id == id && pending.act == *act));
        if still {
            self.refused(id, failure.code().unwrap_or(ErrorCode::Internal), *failure == Failure::Network, None);
        }
    }

    /// `passes`: that it was not done says nothing of whether it can be.
    fn refused(self: &Rc<Self>, id: MessageId, code: ErrorCode, passes: bool, after_ms: Option<u64>) {
        let found = self.state.outgoing.with_now(|outbox| {
            let mut under_way = outbox.under_way();
            under_way.find(|(_, pending)| pending.id == id).map(|(room, pending)| (room, pending.attempts))
        });
        let Some((room, attempts)) = found else { return };
        let again = passes
            || match code {
                ErrorCode::RateLimited | ErrorCode::Unavailable | ErrorCode::Timeout | ErrorCode::Stopping => true,
                // Sent after signing in again.
                ErrorCode::TokenExpired | ErrorCode::NotSignedIn | ErrorCode::SessionEnded => true,
                ErrorCode::Internal => attempts < MOST_ATTEMPTS,
                _ => false,
            };
        self.sending.sent.borrow_mut().retain(|(sent, _)| *sent != id);
        if again {
            self.sending.resting.borrow_mut().insert(room, ());
            let pause = after_ms.map_or_else(|| pause::after(attempts), Duration::from_millis);
            let wires = Rc::clone(self);
            let wake = move || {
                wires.sending.resting.borrow_mut().remove(&room);
                wires.keep_outbox();
            };
            set_timeout(wake, pause);
        }
        self.write(move |outbox| outbox.failed(id, code, again));
    }
}

/// How long the next post of a room is held in milliseconds, so that it can be taken back: none once it may go. The moment
/// it was written decides, so all tabs agree, and what was held when the page was closed goes with the next one.
fn held(outbox: &Outbox, room: RoomId, seconds: u8) -> Option<i64> {
    let next = outbox.of(room).iter().find(|next| next.state == PendingState::Waiting)?;
    let next = Some(next).filter(|next| next.is_post() && !next.tried)?;
    let all = i64::from(seconds) * 1_000;
    // A clock that was set back must not hold it for ever.
    let passed = (clock::now() - next.written_at).num_milliseconds();
    (0..all).contains(&passed).then_some(all - passed)
}

/// The shortest time after which something that is held may go.
fn next_to_go(outbox: &Outbox, seconds: u8) -> Option<i64> {
    outbox.rooms().filter_map(|room| held(outbox, room, seconds)).min()
}
