//! My own rows: asked for once in a visit, kept true by my stream, and what I do with them.
//!
//! What asks for the lists comes with the rest of the page, since nobody waits for it: it is reached by [`Lists`] alone.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use types::{
    MeChanges, MessageId, NewMessage, NewScheduled, Preferences, RoomId, Saved, Scheduled, ScheduledId, ScheduledState,
    Seq, SetSaved, ThreadMark, Time, UpdateMark, UpdatePreferences, UpdateScheduled, UserId,
};

use super::writing::new_id;
use super::{Live, Wires};
use crate::api::{self, Failure};
use crate::{clock, parts};

/// Threads are counted so long after the first screen.
const LATER: Duration = Duration::from_millis(1_500);
/// Threads are counted no more often than this, in milliseconds, however much moves.
const COUNT_EVERY: f64 = 15_000.0;
/// Soon after something of mine moved.
const COUNT_SOON: f64 = 400.0;
/// A reminder that came while I was away is told if it is no older than this, in hours.
const REMIND_AGAIN: i64 = 24;
/// Pages of a list that are asked for at most.
const MOST_PAGES: usize = 10;

/// What asks for my rows.
#[derive(Clone, Copy)]
pub struct Lists {
    begin: fn(Rc<Wires>) -> LocalBoxFuture<'static, bool>,
    count: fn(Rc<Wires>) -> LocalBoxFuture<'static, ()>,
}

/// What asks for my rows, as the rest of the page gives it.
pub fn lists() -> Lists {
    Lists {
        begin: |wires| {
            Box::pin(async move {
                wires.load_blocks().await
                    && wires.load_preferences().await
                    && wires.load_saved().await
                    && wires.load_scheduled().await
            })
        },
        count: |wires| Box::pin(async move { wires.load_threads().await }),
    }
}

/// How my own rows stand with the server.
#[derive(Default)]
pub(super) struct MineAsked {
    /// Whether the lists were asked for in this visit.
    began: Cell<bool>,
    /// When the threads are to be counted next, and when they were.
    count_due: Cell<f64>,
    counted_at: Cell<f64>,
}

impl Live {
    /// Keeps a message for later, with a reminder or without.
    pub async fn save(self, id: MessageId, remind_at: Option<Time>) -> Result<(), Failure> {
        let saved = api::save(id, &SetSaved { remind_at }).await?;
        self.with_state(|wires| wires.state.mine.keep(&[saved]));
        Ok(())
    }

    /// Keeps a message no longer. My stream tells the rest.
    pub async fn unsave(self, id: MessageId) -> Result<(), Failure> {
        api::unsave(id).await
    }

    /// Makes a note to myself and keeps it with a reminder.
    pub async fn remind_of(self, body: String, at: Time) -> Result<(), Failure> {
        let Some(me) = self.wires().and_then(|wires| wires.me()) else { return Ok(()) };
        let notes = self.open_direct(vec![me]).await?;
        let note = NewMessage { id: Some(new_id()), body, ..NewMessage::default() };
        let note = api::post_message(notes.id, &note).await?;
        self.save(note.id, Some(at)).await
    }

    /// Takes a message to be sent later to a room, or to a thread of it.
    pub async fn schedule(
        self,
        room: RoomId,
        root: Option<MessageId>,
        body: String,
        send_at: Time,
    ) -> Result<(), Failure> {
        let id = Some(ScheduledId(new_id().0));
        let row = api::schedule(room, &NewScheduled { id, body, parent_id: root, send_at }).await?;
        self.planned(row);
        Ok(())
    }

    /// Changes what waits to be sent.
    pub async fn reschedule(self, id: ScheduledId, change: UpdateScheduled) -> Result<(), Failure> {
        let row = api::update_scheduled(id, &change).await?;
        self.planned(row);
        Ok(())
    }

    /// Takes back what waits to be sent.
    pub async fn cancel_scheduled(self, row: Scheduled) -> Result<(), Failure> {
        api::cancel_scheduled(row.id).await?;
        self.planned(Scheduled { state: ScheduledState::Cancelled, rev: row.rev + 1, ..row });
        Ok(())
    }

    /// Sends now what waits to be sent.
    pub async fn send_scheduled(self, row: Scheduled) -> Result<(), Failure> {
        api::send_scheduled(row.id).await?;
        self.planned(Scheduled { state: ScheduledState::Sent, rev: row.rev + 1, ..row });
        Ok(())
    }

    fn planned(self, row: Scheduled) {
        self.with_state(|wires| wires.state.mine.plan(&[row]));
    }

    /// Blocks somebody, or lets them be heard again.
    pub async fn block(self, user: UserId, blocked: bool) -> Result<(), Failure> {
        if blocked {
            let row = api::block(user).await?;
            self.with_state(|wires| wires.state.mine.block(&[row]));
            Ok(())
        } else {
            api::unblock(user).await
        }
    }

    /// Likes things otherwise from now on.
    pub async fn prefer(self, change: impl FnOnce(&mut Preferences)) -> Result<(), Failure> {
        let Some(wires) = self.wires() else { return Ok(()) };
        let before = wires.state.mine.preferences_now();
        let mut wanted = before.clone();
        change(&mut wanted);
        let row = api::update_preferences(&UpdatePreferences::between(&before, &wanted)).await?;
        self.with_state(|wires| wires.state.mine.prefer(&row));
        Ok(())
    }

    /// Takes a conversation out of my list until something new is written in it.
    pub async fn hide_direct(self, room: RoomId) -> Result<(), Failure> {
        let mark = api::keep_room(room, &UpdateMark { hidden: Some(true), ..UpdateMark::default() }).await?;
        self.with_state(|wires| wires.state.rooms.kept(&mark));
        Ok(())
    }

    /// I have read a room up to a place.
    pub async fn read_room(self, room: RoomId, seq: Seq, unread: usize) -> Result<(), Failure> {
        api::read_room(room, seq).await?;
        self.with_state(|wires| wires.state.rooms.read(room, seq, unread));
        Ok(())
    }

    /// I have read a thread up to a place.
    pub async fn read_thread(self, root: MessageId, seq: Seq) -> Result<(), Failure> {
        api::read_thread(root, seq).await?;
        self.with_state(|wires| {
            wires.state.threads.read(root, seq);
            wires.count_threads(COUNT_SOON);
        });
        Ok(())
    }

    /// I have read everything. My stream tells of each room and thread.
    pub async fn read_all(self) -> Result<(), Failure> {
        api::read_all().await?;
        self.with_state(|wires| {
            wires.load_rooms();
            wires.count_threads(COUNT_SOON);
        });
        Ok(())
    }

    /// Follows a thread from now on, or no longer.
    pub async fn follow_thread(self, root: MessageId, following: bool) -> Result<(), Failure> {
        let mark = api::follow_thread(root, following).await?;
        self.with_state(|wires| wires.state.threads.kept(&mark));
        Ok(())
    }

    /// Asks how I keep a thread.
    pub async fn load_thread_mark(self, root: MessageId) -> Result<ThreadMark, Failure> {
        let mark = api::thread_mark(root).await?;
        self.with_state(|wires| wires.state.threads.kept(&mark));
        Ok(mark)
    }

    /// The threads that I follow may be others than shown.
    pub fn count_threads(self) {
        self.with_state(|wires| wires.count_threads(COUNT_SOON));
    }

    fn with_state(self, act: impl FnOnce(&Rc<Wires>)) {
        if let Some(wires) = self.wires().filter(|wires| wires.connects()) {
            act(&wires);
        }
    }
}

impl Wires {
    /// A span of my own stream: all of it but rooms and drafts.
    pub(super) fn mine_changed(self: &Rc<Self>, changes: &MeChanges) {
        for mark in &changes.threads {
            self.state.threads.kept(mark);
        }
        for mark in &changes.marks {
            self.state.rooms.kept(mark);
        }
        if self.state.mine.apply(changes) {
            self.mine.began.set(false);
            self.begin_mine();
        }
        if !changes.threads.is_empty() {
            self.count_threads(COUNT_SOON);
        }
    }

    /// Another history began: the lists are to be asked for again.
    pub(super) fn mine_anew(&self) {
        self.mine.began.set(false);
    }

    /// Asks for my rows once in a visit; from then on my stream tells of each.
    pub(super) fn begin_mine(self: &Rc<Self>) {
        self.count_threads(LATER.as_millis() as f64);
        if self.mine.began.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let all = match parts::rest().await {
                Ok(rest) if wires.connects() => (rest.lists.begin)(Rc::clone(&wires)).await,
                _ => false,
            };
            if !all {
                wires.mine.began.set(false);
            }
        });
    }

    async fn load_preferences(&self) -> bool {
        let answer = api::preferences().await;
        if let Some(row) = answer.as_ref().ok().filter(|_| self.connects()) {
            self.state.mine.prefer(row);
        }
        answer.is_ok()
    }

    async fn load_blocks(&self) -> bool {
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let Ok(page) = api::list_blocks(cursor).await else { return false };
            if self.connects() {
                self.state.mine.block(&page.items);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        true
    }

    async fn load_saved(&self) -> bool {
        let (mut cursor, since) = (None, clock::now().timestamp() - REMIND_AGAIN * 3_600);
        for _ in 0..MOST_PAGES {
            let Ok(page) = api::list_saved(cursor).await else { return false };
            if !self.connects() {
                return true;
            }
            self.state.people.add(&page.users);
            let rows: Vec<Saved> = page.items.into_iter().map(|item| item.saved).collect();
            let late = |row: &&Saved| row.reminded_at.is_some_and(|at| at.timestamp() > since);
            let late: Vec<Saved> = rows.iter().filter(late).cloned().collect();
            self.state.mine.remind_anew(late);
            self.state.mine.keep(&rows);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        true
    }

    async fn load_scheduled(&self) -> bool {
        let mut cursor = None;
        for _ in 0..MOST_PAGES {
            let Ok(page) = api::list_scheduled(cursor).await else { return false };
            if self.connects() {
                self.state.mine.plan(&page.items);
            }
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        true
    }

    async fn load_threads(&self) {
        let Ok(page) = api::list_threads(true, None).await else { return };
        if self.connects() {
            self.state.people.add(&page.users);
            let named = page.items.iter().map(|thread| thread.mentions).sum();
            self.state.threads.counted(page.items.len(), named);
        }
    }

    /// Something moved in a room: if it was an answer in a thread, only the server can tell.
    pub(super) fn threads_moved(self: &Rc<Self>, for_me: bool) {
        self.count_threads(if for_me { COUNT_SOON } else { COUNT_EVERY });
    }

    /// Counts the threads with something unread, `within` so many milliseconds; what is due earlier stands.
    pub(super) fn count_threads(self: &Rc<Self>, within: f64) {
        let wanted = (Date::now() + within).max(self.mine.counted_at.get() + COUNT_SOON);
        let due = self.mine.count_due.get();
        if due > Date::now() && due <= wanted {
            return;
        }
        self.mine.count_due.set(wanted);
        let wires = Rc::clone(self);
        let count = move || {
            if wires.connects() && wires.mine.count_due.get() == wanted {
                wires.mine.count_due.set(0.0);
                wires.mine.counted_at.set(Date::now());
                spawn_local(async move {
                    if let Ok(rest) = parts::rest().await {
                        (rest.lists.count)(wires).await;
                    }
                });
            }
        };
        set_timeout(count, Duration::from_millis((wanted - Date::now()).max(0.0) as u64));
    }
}
