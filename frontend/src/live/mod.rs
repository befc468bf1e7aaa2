//! The only place that wires the socket and the API to the state.
//!
//! What arrives goes into the stores by `hear`; what the reader wants goes out by the verbs in `pages` (history),
//! `opening` (coming into a room), `writing` and `sending` (the outbox), `rooms` (the list, members) and `attention` (marks, typing, who is on screen,
//! idleness), `mine` (what is mine alone). `keeping` is what the device shows before the network answers, and keeps for the next time.

mod attention;
mod deeds;
mod drafts;
mod flights;
mod hear;
mod keeping;
mod list;
mod mine;
mod opening;
mod pages;
mod reacting;
mod rooms;
mod sending;
mod threads;
mod writing;

pub use mine::{Lists, lists};
pub use sending::{Sender, sender};
pub use writing::new_id;

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use leptos::prelude::*;
use sync::Sorted;
use types::socket::ClientFrame;
use types::{MessageId, RoomId, UserId};

use crate::api::Failure;
use crate::route::Navigator;
use crate::socket::Socket;
use crate::state::State;
use crate::{kept, session};

/// The handle that components hold: what they want goes through it.
#[derive(Clone, Copy)]
pub struct Live(StoredValue<Rc<Wires>, LocalStorage>);

struct Wires {
    state: State,
    navigator: Navigator,
    socket: RefCell<Option<Rc<Socket>>>,
    catching_up: RefCell<flights::Flights>,
    list: rooms::ListAsked,
    /// Rooms of which a page is being loaded, one page at a time; whether the newest one is wanted after it.
    paging: RefCell<Sorted<RoomId, bool>>,
    /// Threads of which a page is being loaded.
    thread_paging: RefCell<Sorted<MessageId, ()>>,
    /// Single messages asked for in this visit.
    asked_for: RefCell<Sorted<MessageId, ()>>,
    /// The room on screen, watched while the connection is live.
    watched: Cell<Option<RoomId>>,
    /// Rooms that I leave or delete myself: nobody has to tell me.
    leaving: RefCell<Sorted<RoomId, ()>>,
    /// Rooms that the list has no more, and what they were called.
    missing: RefCell<Sorted<RoomId, String>>,
    people_asked: Cell<bool>,
    attention: attention::Attention,
    /// The room on screen, whether or not there is a connection.
    on_screen: Cell<Option<RoomId>>,
    /// The room that a reader was in when the connection was lost, or the tab hidden.
    interrupted: Cell<Option<RoomId>>,
    keeping: keeping::Keeping,
    telling: drafts::Telling,
    mine: mine::MineAsked,
    wishes: list::Wishes,
    sending: sending::Sending,
}

impl Live {
    /// Connects for the person signed in.
    pub fn start(state: State, navigator: Navigator) -> Self {
        let wires = Rc::new(Wires {
            state,
            navigator,
            socket: RefCell::new(None),
            catching_up: RefCell::default(),
            list: rooms::ListAsked::default(),
            paging: RefCell::default(),
            thread_paging: RefCell::default(),
            asked_for: RefCell::default(),
            watched: Cell::new(navigator.room_now()),
            leaving: RefCell::default(),
            missing: RefCell::default(),
            people_asked: Cell::new(false),
            attention: attention::Attention::default(),
            on_screen: Cell::new(None),
            interrupted: Cell::new(None),
            keeping: keeping::Keeping::default(),
            telling: drafts::Telling::default(),
            mine: mine::MineAsked::default(),
            wishes: list::Wishes::default(),
            sending: sending::Sending::default(),
        });
        wires.remember_drafts();
        keeping::begin(&wires);
        let socket = Socket::start(Box::new(hear::Ear(Rc::downgrade(&wires))));
        *wires.socket.borrow_mut() = Some(socket);
        attention::watch_idleness(&wires);
        Self(StoredValue::new_local(wires))
    }

    /// Disconnects for good.
    pub fn stop(self) {
        let Some(wires) = self.wires() else { return };
        let socket = wires.socket.borrow_mut().take();
        if let Some(socket) = socket {
            socket.stop();
        }
        wires.step_down();
    }

    /// Ends the session, and lets go all that is kept of the person on this device.
    pub async fn sign_out(self) -> Result<(), Failure> {
        let me = self.wires().and_then(|wires| wires.me());
        session::sign_out().await?;
        self.stop();
        if let Some(me) = me {
            Wires::wipe_drafts(me);
        }
        if let (Some(me), Some(kept)) = (me, kept::device().await) {
            let _ = (kept.wipe)(me, true).await;
        }
        session::forget();
        Ok(())
    }

    /// Connects at once instead of waiting.
    pub fn hurry(self) {
        let socket = self.wires().and_then(|wires| wires.socket.borrow().clone());
        if let Some(socket) = socket {
            socket.hurry();
        }
    }

    fn wires(self) -> Option<Rc<Wires>> {
        self.0.try_get_value()
    }
}

impl Wires {
    fn say(&self, frame: &ClientFrame) -> bool {
        self.socket.borrow().as_ref().is_some_and(|socket| socket.say(frame))
    }

    fn me(&self) -> Option<UserId> {
        self.state.me.try_get_untracked().flatten()
    }

    /// Whether the page still stands: once stopped, the state it would write to is gone.
    fn connects(&self) -> bool {
        self.socket.borrow().is_some()
    }
}

/// The handle of the signed-in page.
pub fn use_live() -> Live {
    expect_context()
}

/// What is asked for once and again only after it failed, per key.
type Times<K> = RefCell<Sorted<K, f64>>;
