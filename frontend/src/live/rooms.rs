//! My rooms: the list, kept true by asking for it again, and the verbs that change rooms and their members.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use js_sys::Date;
use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::{named, unread};
use types::{
    Changes, Mark, MyRoom, NewRoom, Rev, Room, RoomId, RoomKind, RoomRole, RoomView, Seq, SiteRole, UpdateRoom, UserId,
    limits,
};

use super::{Live, Wires};
use crate::api::{self, Failure};
use crate::pause;

/// What moves within this time is asked for together, in milliseconds.
const TOGETHER: f64 = 300.0;
/// The list is asked for no more often than this, however much moves, in milliseconds.
const BETWEEN: f64 = 2_000.0;
/// When a mark under way has reached the server, or an unreachable server may be back.
const LATER: Duration = Duration::from_millis(2 * limits::READ_REPEAT_MS);

/// A mark that was sent is written by then.
const MARK_WRITTEN: Duration = Duration::from_millis(1_200);

/// How the list of my rooms is being asked for: one request at a time.
#[derive(Default)]
pub(super) struct ListAsked {
    due: Cell<bool>,
    due_later: Cell<bool>,
    under_way: Cell<bool>,
    again: Cell<bool>,
    at: Cell<f64>,
}

impl Live {
    /// Makes a room.
    pub async fn create_room(self, room: NewRoom) -> Result<Room, Failure> {
        self.then_list(api::create_room(&room).await)
    }

    /// Changes a room.
    pub async fn update_room(self, room: RoomId, change: UpdateRoom) -> Result<Room, Failure> {
        self.then_list(api::update_room(room, &change).await)
    }

    /// Deletes a room.
    pub async fn delete_room(self, room: RoomId) -> Result<(), Failure> {
        self.part_from(room, api::delete_room(room)).await
    }

    /// Opens the conversation with these people; it is in my list then.
    pub async fn open_direct(self, people: Vec<UserId>) -> Result<Room, Failure> {
        self.then_list(api::open_direct(people).await)
    }

    /// Comes into a public room.
    pub async fn join(self, room: RoomId) -> Result<RoomView, Failure> {
        self.then_list(api::join_room(room).await)
    }

    /// Comes into a room by an invite.
    pub async fn accept_invite(self, code: &str) -> Result<RoomView, Failure> {
        self.then_list(api::accept_invite(code).await)
    }

    /// Goes out of a room.
    pub async fn leave(self, room: RoomId) -> Result<(), Failure> {
        self.part_from(room, api::leave_room(room)).await
    }

    /// What I do myself is no news to me.
    async fn part_from(self, room: RoomId, act: impl Future<Output = Result<(), Failure>>) -> Result<(), Failure> {
        let wires = self.wires();
        if let Some(wires) = &wires {
            wires.leaving.borrow_mut().insert(room, ());
        }
        let done = act.await;
        if let Some(wires) = wires.filter(|_| done.is_err()) {
            wires.leaving.borrow_mut().remove(&room);
        }
        self.then_list(done)
    }

    /// Asks for a room's members unless they are held.
    pub fn load_members(self, room: RoomId) {
        let Some(wires) = self.wires() else { return };
        if !wires.state.history.room(room).rows.with_untracked(sync::RoomState::members_loaded) {
            wires.members(room);
        }
    }

    /// Gives a member another role.
    pub async fn set_role(self, room: RoomId, user: UserId, role: RoomRole) -> Result<(), Failure> {
        api::set_role(room, user, role).await.map(|_| ())
    }

    /// Takes a member out of a room.
    pub async fn remove_member(self, room: RoomId, user: UserId) -> Result<(), Failure> {
        api::remove_member(room, user).await
    }

    /// What was done changed the list of my rooms.
    pub(super) fn then_list<T>(self, done: Result<T, Failure>) -> Result<T, Failure> {
        if let (Ok(_), Some(wires)) = (&done, self.wires()) {
            wires.load_rooms();
        }
        done
    }
}

impl Wires {
    /// A room that is not watched has moved. Whose the new messages are only the server knows, so it is asked; until
    /// then the room shows that something is new, unless it is what I am posting there.
    pub(super) fn bumped(self: &Rc<Self>, room: RoomId, rev: Rev, last_seq: Seq, named: bool) {
        let posting = self.state.outgoing.with_now(|outbox| !outbox.of(room).is_empty());
        self.state.rooms.bump(room, rev, last_seq, posting);
        let direct = self.state.rooms.get_now(room).is_some_and(|item| item.room.kind == RoomKind::Direct);
        self.threads_moved(named);
        if named || direct {
            self.count_unread(room);
        } else {
            self.rooms_moved();
        }
    }

    /// The watched room has moved: its row, my role, and what is unread.
    pub(super) fn follow(self: &Rc<Self>, changes: &Changes) {
        let Some(before) = self.state.rooms.get_now(changes.room_id) else { return };
        self.state.rooms.follow(changes, self.me(), self.site_role());
        // My role depends on the kind too, and the row of it may lie far back.
        let moved = changes.room.as_ref().is_some_and(|room| room.kind != before.room.kind);
        if !self.recount(changes.room_id) || moved {
            self.rooms_moved();
        }
        let me = self.me();
        let replies = || changes.messages.iter().filter(|message| message.is_reply() && Some(message.author_id) != me);
        if replies().next().is_some() {
            self.threads_moved(me.is_some_and(|me| replies().any(|reply| reply.names(me))));
        }
    }

    /// My mark of a room, as my own stream told it.
    pub(super) fn mark_told(self: &Rc<Self>, mark: &Mark) {
        let Some(item) = self.state.rooms.get_now(mark.room_id) else { return };
        if mark.read_seq == item.read_seq {
            return;
        }
        if mark.read_seq < item.read_seq && self.attention.reads(mark.room_id) {
            // An earlier mark of mine that comes back, or another device that marks as unread: which, is seen later.
            return self.rooms_later();
        }
        if mark.read_seq < item.read_seq {
            // Marked as unread on another device: what is on screen here does not take that back.
            self.attention.kept_unread.set(Some(mark.room_id));
        }
        self.state.rooms.mark(mark);
        let counted = self.watched.get() == Some(mark.room_id) && self.recount(mark.room_id);
        if !counted && mark.read_seq < item.last_seq {
            self.rooms_moved();
        }
    }

    /// Counts what is unread in a room from the rows held; false if only the server can tell.
    fn recount(&self, room: RoomId) -> bool {
        let Some((me, item)) = self.me().zip(self.state.rooms.get_now(room)) else { return false };
        let rows = self.state.history.seen(room).map(|opened| opened.rows);
        // Rows that are behind the room, as at the start, tell nothing of what is new in it.
        let count = rows.and_then(|rows| {
            rows.with_untracked(|rows| {
                let count = unread(rows, me, item.read_seq).filter(|_| rows.rev() >= item.rev)?;
                Some((count, named(rows, me, item.read_seq)))
            })
        });
        if let Some((unread, mentions)) = count {
            self.state.rooms.count(room, unread, mentions);
        }
        count.is_some()
    }

    /// Something in a room that is not on screen may be for me: how much, only the server knows.
    fn count_unread(self: &Rc<Self>, room: RoomId) {
        let wires = Rc::clone(self);
        spawn_local(async move {
            for _ in 0..3 {
                let Ok(told) = api::unread(room).await else { return wires.rooms_moved() };
                if !wires.connects() {
                    return;
                }
                let reads = wires.attention.reads(room);
                wires.state.rooms.counted(&told, reads);
                let ahead = wires.state.rooms.get_now(room).is_some_and(|item| item.read_seq > told.read_seq);
                if !(reads && ahead) {
                    return;
                }
                // Counted from below my mark, which is on its way: it goes now, and then it is counted again.
                wires.send_mark(room);
                pause::wait(MARK_WRITTEN).await;
            }
            wires.rooms_later();
        });
    }

    /// The list as the server told it, beside what is known here.
    pub(super) fn take_rooms(self: &Rc<Self>, items: Vec<MyRoom>) {
        // My own stream has still to tell by whom I was taken out of one that is missing.
        for (room, name) in self.state.rooms.beside(&items) {
            self.missing.borrow_mut().insert(room, name);
        }
        let behind = self.state.rooms.replace(items, |room| self.attention.reads(room));
        if let Some(room) = self.watched.get() {
            self.recount(room);
        }
        if let Some(room) = self.on_screen.get() {
            self.look(room);
        }
        if behind {
            self.rooms_later();
        }
        self.keep_soon(None);
    }

    /// Asks for the list soon, once for all that moves until then.
    pub(super) fn rooms_moved(self: &Rc<Self>) {
        if self.list.due.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        let pause = (self.list.at.get() + BETWEEN - Date::now()).max(TOGETHER);
        let ask = move || {
            wires.list.due.set(false);
            wires.load_rooms();
        };
        set_timeout(ask, Duration::from_millis(pause as u64));
    }

    fn rooms_later(self: &Rc<Self>) {
        if self.list.due_later.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        let ask = move || {
            wires.list.due_later.set(false);
            wires.load_rooms();
        };
        set_timeout(ask, LATER);
    }

    /// Asks for the list now; what is asked for meanwhile is asked for once more after.
    pub(super) fn load_rooms(self: &Rc<Self>) {
        self.list.again.set(true);
        if self.list.under_way.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            while wires.connects() && wires.list.again.replace(false) {
                wires.list.at.set(Date::now());
                let answer = every_room().await;
                if !wires.connects() {
                    return;
                }
                match answer {
                    Ok(items) => wires.take_rooms(items),
                    // The next connection tells all rooms; while there is one, nobody else would.
                    Err(_) if wires.state.connection.get_untracked().is_up() => wires.rooms_later(),
                    Err(_) => {}
                }
            }
            wires.list.under_way.set(false);
        });
    }

    /// My role on the site, as far as it was told.
    pub(super) fn site_role(&self) -> SiteRole {
        let me = self.me().map(|me| self.state.people.person(me).user);
        let role = me.and_then(|me| me.with_untracked(|me| me.as_ref().map(|me| me.site_role)));
        role.unwrap_or(SiteRole::Member)
    }

    /// After a reset the members are no longer whole: asked for again where they were.
    pub(super) fn reload_members(self: &Rc<Self>, room: RoomId) {
        if self.attention.members_shown.get() == Some(room) {
            self.members(room);
        }
    }

    fn members(self: &Rc<Self>, room: RoomId) {
        self.attention.members_shown.set(Some(room));
        let wires = Rc::clone(self);
        spawn_local(async move {
            let mut cursor = None;
            while let Ok(page) = api::list_members(room, cursor.take()).await {
                if !wires.connects() {
                    return;
                }
                wires.state.people.add(&page.users);
                wires.state.history.room(room).rows.update(|rows| rows.add_members(&page));
                match page.next {
                    Some(next) => cursor = Some(next),
                    None => return,
                }
            }
        });
    }
}

/// All my rooms, page by page.
async fn every_room() -> Result<Vec<MyRoom>, Failure> {
    let mut rooms = Vec::new();
    let mut cursor = None;
    loop {
        let page = api::list_rooms(cursor.take()).await?;
        rooms.extend(page.items);
        match page.next {
            Some(next) => cursor = Some(next),
            None => return Ok(rooms),
        }
    }
}
