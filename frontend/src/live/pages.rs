//! History: the room on screen is watched and shown, older and newer pages are loaded as the reader goes there.

use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::{Asked, Outcome};
use types::socket::ClientFrame;
use types::{Changes, Rev, RoomId, UserId, limits};

use super::{Live, Wires};
use crate::api;
use crate::pause;

/// The pause before people are asked for again.
const PEOPLE_AGAIN: Duration = Duration::from_secs(3);

impl Live {
    /// Loads the page before what is loaded.
    pub fn load_older(self, room: RoomId) {
        let Some(wires) = self.wires() else { return };
        let window = wires.state.history.room(room).rows.with_untracked(sync::RoomState::window);
        if let Some(before) = window.and_then(|window| window.previous()) {
            wires.load_page(room, Asked::Before(before));
        }
    }

    /// Loads the page after what is loaded, unless what follows is known.
    pub fn load_newer(self, room: RoomId) {
        if let Some(wires) = self.wires() {
            wires.load_newer(room);
        }
    }

    /// Loads the newest page, in place of what is loaded if the two do not meet.
    pub fn load_newest(self, room: RoomId) {
        if let Some(wires) = self.wires() {
            wires.load_page(room, Asked::Newest);
        }
    }
}

impl Wires {
    /// Watches a room in place of the one watched. Without a live connection nothing changes: the next one looks at
    /// what is on screen when it is ready.
    pub(super) fn watch(self: &Rc<Self>, room: Option<RoomId>) {
        let before = self.watched.get();
        let said = match room {
            Some(room_id) => {
                let rev = self.state.history.rev(room_id);
                self.say(&ClientFrame::Watch { reference: None, room_id, rev })
            }
            None => true,
        };
        if !said {
            return;
        }
        self.watched.set(room);
        if let Some(room_id) = before.filter(|before| Some(*before) != room) {
            self.say(&ClientFrame::Unwatch { reference: None, room_id });
        }
    }

    /// Whether there is more to load; the end may be known already.
    pub(super) fn load_newer(self: &Rc<Self>, room: RoomId) -> bool {
        let rows = self.state.history.room(room).rows;
        let window = rows.try_maybe_update(|rows| {
            let before = rows.window();
            rows.reach_newest();
            (rows.window() != before, rows.window())
        });
        let after = window.flatten().and_then(|window| window.next());
        if let Some(after) = after {
            self.load_page(room, Asked::After(after));
        }
        after.is_some()
    }

    pub(super) fn load_page(self: &Rc<Self>, room: RoomId, asked: Asked) {
        if !self.begin_page(room, asked) {
            return;
        }
        let opened = self.state.history.room(room);
        let wires = Rc::clone(self);
        spawn_local(async move {
            let answer = api::messages(room, None, asked, limits::PAGE_DEFAULT).await;
            wires.end_page(room);
            if !wires.connects() {
                return;
            }
            opened.failed.set(answer.is_err());
            let Ok(page) = answer else { return };
            wires.state.people.add(&page.users);
            let since = opened.rows.try_update(|rows| rows.add_page(&page, asked)).flatten();
            wires.settle(room, &page.items);
            wires.keep_soon(Some(room));
            wires.look(room);
            if let Some(since) = since {
                wires.complete(room, since).await;
            }
            wires.ask_for_people();
        });
    }

    /// Whether a page may be asked for now: one at a time for each room. A wish for the newest one is kept until then.
    pub(super) fn begin_page(&self, room: RoomId, asked: Asked) -> bool {
        let mut paging = self.paging.borrow_mut();
        let Some(&newest_next) = paging.get(&room) else {
            paging.insert(room, false);
            return true;
        };
        paging.insert(room, newest_next || asked == Asked::Newest);
        false
    }

    /// The page that was asked for came, or does not come.
    pub(super) fn end_page(self: &Rc<Self>, room: RoomId) {
        if self.paging.borrow_mut().remove(&room) != Some(true) {
            return;
        }
        let wires = Rc::clone(self);
        let newest = move || {
            let rows = wires.state.history.room(room).rows;
            let there = rows.with_untracked(|rows| rows.window().is_some_and(sync::Window::at_end));
            if wires.connects() && !there {
                wires.load_page(room, Asked::Newest);
            }
        };
        // What came is put in place first.
        set_timeout(newest, Duration::ZERO);
    }

    /// A page older than what is remembered is completed from the feed.
    pub(super) async fn complete(self: &Rc<Self>, room: RoomId, mut since: Rev) {
        let opened = self.state.history.room(room);
        while let Some(changes) = self.changes_since(room, since, &|| self.holds(room)).await {
            match opened.rows.try_update(|rows| rows.complete(&changes)).flatten() {
                Some(next) => since = next,
                None => return,
            }
        }
    }

    /// Asks for what lies between what is held and `to`, and goes on until nothing is missing. A frame that arrives
    /// meanwhile only raises `to`. Once the room is watched no more, or the connection is lost, the next one replays.
    pub(super) fn catch_up(self: &Rc<Self>, room: RoomId, to: Rev) {
        if !self.catching_up.borrow_mut().begin(room, to) {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let rows = wires.state.history.room(room).rows;
            let held = || rows.with_untracked(sync::RoomState::rev);
            let mut stale = 0;
            while wires.catching_up.borrow().lacks(room, held()) {
                let since = held();
                let Some(changes) = wires.changes_since(room, since, &|| wires.follows(room)).await else { break };
                let outcome = wires.take_changes(&changes);
                if !matches!(outcome, Outcome::Applied | Outcome::Known) {
                    break;
                }
                // Read before the change that was told of: asked again, but not in a hurry.
                stale = if held() > since { 0 } else { stale + 1 };
                if stale > 0 {
                    pause::wait(pause::after(stale)).await;
                }
            }
            wires.catching_up.borrow_mut().end(room);
            if wires.connects() {
                wires.ask_for_people();
            }
        });
    }

    /// The feed of a room since a revision; a network or server that is away for a while is asked again as long as
    /// the answer is wanted.
    async fn changes_since(&self, room: RoomId, since: Rev, wanted: &dyn Fn() -> bool) -> Option<Changes> {
        let mut failures = 0;
        while wanted() {
            match api::changes(room, since).await {
                Ok(changes) => return wanted().then_some(changes),
                Err(failure) if !failure.passes() => return None,
                Err(_) => pause::wait(pause::after(failures)).await,
            }
            failures += 1;
        }
        None
    }

    fn holds(&self, room: RoomId) -> bool {
        self.connects() && self.state.history.seen(room).is_some()
    }

    fn follows(&self, room: RoomId) -> bool {
        self.holds(room) && self.watched.get() == Some(room) && self.state.connection.get_untracked().is_up()
    }

    /// Asks once for everyone who is shown and not known.
    pub(super) fn ask_for_people(self: &Rc<Self>) {
        if self.people_asked.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        // After the rows that were just told of are on screen: they say whom they want.
        set_timeout(
            move || {
                wires.people_asked.set(false);
                if !wires.connects() {
                    return;
                }
                let wanted = wires.state.people.take_wanted();
                for ids in wanted.chunks(limits::USER_IDS_MAX) {
                    let (ids, people, wires) = (ids.to_vec(), wires.state.people, Rc::clone(&wires));
                    spawn_local(async move {
                        match api::users(&ids).await {
                            Ok(page) if wires.connects() => people.add(&page.items),
                            Err(failure) if failure.passes() => wires.ask_later(ids).await,
                            Ok(_) | Err(_) => {}
                        }
                    });
                }
            },
            Duration::from_millis(60),
        );
    }

    /// Nobody stays nameless because one request failed.
    async fn ask_later(self: &Rc<Self>, ids: Vec<UserId>) {
        pause::wait(PEOPLE_AGAIN).await;
        if self.connects() {
            self.state.people.want(ids);
            self.ask_for_people();
        }
    }
}
