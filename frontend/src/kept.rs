//! What stays on the device: what was written and is not confirmed yet, and the rooms last seen. In IndexedDB, by
//! person; the rooms also by epoch. A part of the page of its own, since nobody waits for it at the first visit.
//!
//! The outbox of a person is one text that every tab changes in transactions, so no tab overwrites what another wrote.
//! The rooms are a list and the newest rows of some of them, each as the reset a server would have sent.

mod database;
mod outbox;
mod rooms;

use std::cell::RefCell;

use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use leptos::prelude::window;
use sync::Outbox;
use types::{RoomId, UserId};

use crate::live::{Sender, sender};
use crate::parts;
use crate::state::{State, Step};

/// Under this name the browser keeps whose rooms it holds: only they wait for them at the start.
const WHOSE: &str = "confab.kept";

/// An answer of the device; none where it keeps nothing.
pub type Answer<T> = LocalBoxFuture<'static, Option<T>>;

/// What the device does.
#[derive(Clone, Copy)]
pub struct Kept {
    /// Sends what was written.
    pub sender: Sender,
    /// Does these steps to a person's outbox and gives what it is then.
    pub outbox: fn(UserId, Vec<Step>) -> Answer<Outbox>,
    /// Tells of what other tabs do to it.
    pub hear: fn(UserId, Box<dyn Fn()>),
    /// Fills the state, as far as it is empty, with the rooms last seen; from now on rooms may be kept.
    pub show: fn(State) -> Answer<Vec<RoomId>>,
    /// Keeps the list of rooms and, of those lately seen, the rows of these, which changed; lets others' rows go.
    pub keep: fn(State, Vec<RoomId>, Vec<RoomId>) -> Answer<()>,
    /// Lets a person's rooms go, or everything of theirs. No other tab keeps a room for them until it begins anew.
    pub wipe: fn(UserId, bool) -> Answer<()>,
}

/// What the device does, as the part gives it.
pub fn kept() -> Kept {
    Kept {
        sender: sender(),
        outbox: outbox::change,
        hear: outbox::hear,
        show: rooms::show,
        keep: rooms::keep,
        wipe: rooms::wipe,
    }
}

thread_local! {
    static FLIGHT: RefCell<Option<Shared<Answer<Kept>>>> = const { RefCell::new(None) };
}

/// What the device does, fetched at the first call; after a failure the next call tries again.
pub async fn device() -> Option<Kept> {
    let fetch = || async { parts::kept().await.ok() }.boxed_local().shared();
    let flight = FLIGHT.with_borrow_mut(|flight| flight.get_or_insert_with(fetch).clone());
    let answer = flight.await;
    if answer.is_none() {
        FLIGHT.set(None);
    }
    answer
}

/// Whether rooms of this person were kept here.
pub fn holds(person: UserId) -> bool {
    let stored = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(WHOSE).ok().flatten());
    stored.is_some_and(|stored| stored == person.to_string())
}

fn mark(person: Option<UserId>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Without it the next start looks at the network first.
        let _ = match person {
            Some(person) => storage.set_item(WHOSE, &person.to_string()),
            None => storage.remove_item(WHOSE),
        };
    }
}
