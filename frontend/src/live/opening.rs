//! Coming into a room: what is held of it may be old or lie elsewhere. Only when it is known what is new, and that is
//! held from its first message on, is the reader put there; until then nothing counts as seen.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::{Asked, RoomState, first_unread, unread};
use types::{MyRoom, RoomId, limits};

use super::{Live, Wires};
use crate::api;
use crate::state::{Connection, Opened, Stage};

/// If the connection has not brought the first page by then, it is asked for, in milliseconds.
const PAGE_PATIENCE: u64 = 1_200;
/// If what is new can't be had by then though the server is there, the room shows what is held.
const PATIENCE: Duration = Duration::from_secs(6);

/// Of a room that is not on screen so many messages are held.
const KEPT: usize = 100;
/// And of so many rooms.
const ROOMS: usize = 30;

/// What is missing before a reader can be put at what is new.
enum Lack {
    /// Nothing; whether anything is new.
    Nothing(bool),
    /// The rows are older than the room: they are on their way.
    Changes,
    /// The rows from the mark on.
    Unread,
    /// What I wrote myself fills the rows that are held from there on: the first unread message comes after them.
    Newer,
    /// The newest rows: there is nothing new, and what is held lies further up.
    Newest,
}

impl Live {
    /// The reader is in this room now (or in none): watch it, show it, remember up to where it was read.
    pub fn open(self, room: Option<RoomId>) {
        let Some(wires) = self.wires() else { return };
        if let Some(before) = wires.on_screen.replace(room).filter(|before| Some(*before) != room) {
            wires.fall_behind(before);
            wires.interrupted.set(None);
            let resting = Rc::clone(&wires);
            // Its rows are still on the page.
            set_timeout(move || resting.let_rest(before), Duration::ZERO);
        }
        if let Some(room) = room {
            // What the device kept tells what was new then, not what is new now.
            if wires.state.rooms.told_now() {
                wires.remember_mark(room);
            }
            wires.keep_soon(Some(room));
        }
        if wires.watched.get() != room {
            wires.watch(room);
        }
        wires.attention.kept_unread.set(None);
        let Some(room) = room else { return };
        wires.look(room);
        wires.look_later(room);
        let patient = Rc::clone(&wires);
        set_timeout(move || patient.load_if_empty(room), Duration::from_millis(PAGE_PATIENCE));
    }

    /// The tab is in front again. Whoever comes back to a room that went on without them is put at what is new; answers
    /// whether there is something.
    pub fn come_back(self, room: RoomId) -> bool {
        let Some(wires) = self.wires() else { return false };
        let item = wires.state.rooms.get_now(room).filter(|item| item.unread > 0);
        let inside = wires.state.history.room(room).stage.get_untracked() == Stage::Inside;
        if item.is_none() || !inside {
            return item.is_some();
        }
        wires.interrupt(room);
        set_timeout(move || wires.look(room), Duration::ZERO);
        true
    }
}

impl Wires {
    /// From here on the room may go on without being seen.
    pub(super) fn fall_behind(&self, room: RoomId) {
        if let Some(opened) = self.state.history.seen(room) {
            opened.stage.set(Stage::Behind);
        }
    }

    /// The same while the reader is in it, and stays.
    pub(super) fn interrupt(&self, room: RoomId) {
        let inside = self.state.history.seen(room).is_some_and(|opened| opened.stage.get_untracked() == Stage::Inside);
        if inside {
            self.interrupted.set(Some(room));
        }
        self.fall_behind(room);
    }

    /// A room that was left keeps its newest rows, so that coming back to it shows them at once; of the rooms left long
    /// ago nothing is held.
    fn let_rest(&self, room: RoomId) {
        if !self.connects() || self.on_screen.get() == Some(room) {
            return;
        }
        if let Some(opened) = self.state.history.seen(room) {
            opened.rows.update(|rows| rows.rest(KEPT));
        }
        for id in self.keeping.long_ago(ROOMS) {
            let held = self.state.history.seen(id).filter(|opened| opened.rows.with_untracked(|rows| rows.rev() > 0));
            if let Some(opened) = held.filter(|_| self.watched.get() != Some(id)) {
                opened.rows.update(RoomState::forget);
            }
        }
    }

    fn remember_mark(&self, room: RoomId) {
        let mark = self.state.rooms.get_now(room).filter(|item| item.unread > 0).map(|item| item.read_seq);
        self.state.history.room(room).mark.set(mark);
    }

    fn load_if_empty(self: &Rc<Self>, room: RoomId) {
        if !self.connects() {
            return;
        }
        let empty = self.state.history.room(room).rows.with_untracked(|rows| rows.window().is_none());
        if empty && self.navigator.room_now() == Some(room) {
            self.load_page(room, Asked::Newest);
        }
    }

    /// Looks whether the room on screen can be shown at what is new in it, and asks for what is missing.
    pub(super) fn look(self: &Rc<Self>, room: RoomId) {
        let connection = self.state.connection.get_untracked();
        let told = self.state.rooms.told_now() && !matches!(connection, Connection::Away | Connection::Refused);
        let here = told && self.navigator.room_now() == Some(room);
        let Some(opened) = self.state.history.seen(room).filter(|_| here) else { return };
        let Some(item) = self.state.rooms.get_now(room) else { return };
        if opened.stage.get_untracked() != Stage::Behind {
            return;
        }
        let reads = |rows: &RoomState| rows.rev() >= item.rev && rows.window().is_some_and(|window| !window.at_end());
        if self.interrupted.get() == Some(room) && opened.rows.with_untracked(reads) {
            // Who reads further up stays there.
            opened.waits.set(false);
            return opened.stage.set(Stage::Known);
        }
        match opened.rows.with_untracked(|rows| self.lack(rows, &item)) {
            Lack::Nothing(new) => {
                opened.mark.set(new.then_some(item.read_seq));
                opened.waits.set(false);
                opened.stage.set(Stage::Known);
            }
            Lack::Unread => self.load_first_unread(opened, item),
            Lack::Newer => {
                opened.waits.set(true);
                if !self.load_newer(room) {
                    self.look(room);
                }
            }
            Lack::Newest => self.load_page(room, Asked::Newest),
            Lack::Changes => {}
        }
    }

    fn lack(&self, rows: &RoomState, item: &MyRoom) -> Lack {
        let Some((window, me)) = rows.window().filter(|_| rows.rev() >= item.rev).zip(self.me()) else {
            // A newest page is on its way, and does not reach the first unread message: that is asked for meanwhile.
            let far = rows.window().is_none() && item.unread > limits::PAGE_DEFAULT;
            return if far { Lack::Unread } else { Lack::Changes };
        };
        if let Some(count) = unread(rows, me, item.read_seq) {
            return Lack::Nothing(count > 0);
        }
        let first = item.read_seq.saturating_add(1);
        match (item.unread > 0, window.at_end()) {
            (true, false) if window.contains(first) && first_unread(rows, me, item.read_seq).is_none() => Lack::Newer,
            (true, _) if window.contains(first) => Lack::Nothing(true),
            (true, _) => Lack::Unread,
            (false, true) => Lack::Nothing(false),
            (false, false) => Lack::Newest,
        }
    }

    /// A server that is there and does not tell what is new is not waited for for ever.
    pub(super) fn look_later(self: &Rc<Self>, room: RoomId) {
        let wires = Rc::clone(self);
        let show = move || {
            if !wires.connects()
                || wires.on_screen.get() != Some(room)
                || !wires.state.connection.get_untracked().is_up()
            {
                return;
            }
            if let Some(opened) = wires.state.history.seen(room) {
                opened.waits.set(false);
                if opened.stage.get_untracked() == Stage::Behind {
                    opened.stage.set(Stage::Known);
                }
            }
        };
        set_timeout(show, PATIENCE);
    }

    /// The room opens at its first unread message: what is loaded begins there, and grows both ways.
    fn load_first_unread(self: &Rc<Self>, opened: Opened, item: MyRoom) {
        let (room, asked) = (item.room.id, Asked::After(item.read_seq));
        if !self.begin_page(room, asked) {
            return;
        }
        opened.waits.set(true);
        let wires = Rc::clone(self);
        spawn_local(async move {
            let answer = api::messages(room, None, asked, limits::PAGE_DEFAULT).await;
            wires.end_page(room);
            if !wires.connects() {
                return;
            }
            if opened.stage.get_untracked() != Stage::Behind {
                // The connection brought all of it meanwhile, and the reader is there.
                return;
            }
            let Ok(page) = answer else {
                opened.waits.set(false);
                opened.stage.set(Stage::Known);
                return wires.load_if_empty(room);
            };
            wires.state.people.add(&page.users);
            let known = opened.rows.with_untracked(RoomState::rev);
            opened.rows.update(|rows| {
                rows.forget();
                let _ = rows.add_page(&page, asked);
                rows.add_room(&item.room);
            });
            wires.reload_members(room);
            if known > page.rev {
                wires.catch_up(room, known);
            }
            wires.look(room);
        });
    }
}
