//! Threads, and messages that lie elsewhere: what is shown of them is loaded when it is looked at.

use std::rc::Rc;

use leptos::prelude::*;
use leptos::task::spawn_local;
use sync::Asked;
use types::{MessageId, RoomId, Seq, limits};

use super::{Live, Wires};
use crate::api::{self, Failure};

impl Live {
    /// Loads the newest answers of a thread, and its first message if it is not held.
    pub fn load_thread(self, room: RoomId, root: MessageId) {
        let Some(wires) = self.wires() else { return };
        wires.want_message(room, root);
        wires.load_thread_page(room, root, Asked::Newest);
    }

    /// Loads the answers before those that are loaded.
    pub fn load_older_answers(self, room: RoomId, root: MessageId) {
        let Some(wires) = self.wires() else { return };
        let window = wires.state.history.room(room).rows.with_untracked(|rows| rows.thread_window(root));
        if let Some(before) = window.and_then(sync::Window::previous) {
            wires.load_thread_page(room, root, Asked::Before(before));
        }
    }

    /// A thread is not looked at any more.
    pub fn close_thread(self, room: RoomId, root: MessageId) {
        if let Some(wires) = self.wires() {
            wires.state.history.room(room).rows.update(|rows| rows.close_thread(root));
        }
    }

    /// The reader saw a thread's end: all of it is read. A server that keeps no marks of threads says so, and that is
    /// no matter.
    pub fn thread_seen(self, root: MessageId, seq: Seq) {
        let Some(wires) = self.wires() else { return };
        if wires.state.threads.read(root, seq) {
            spawn_local(async move { drop(api::read_thread(root, seq).await) });
        }
    }

    /// Asks once for a message that is shown and not held.
    pub fn want_message(self, room: RoomId, id: MessageId) {
        if let Some(wires) = self.wires() {
            wires.want_message(room, id);
        }
    }

    /// Loads the page around a message, in place of what is loaded if the two do not meet.
    pub async fn load_around(self, room: RoomId, id: MessageId) -> Result<(), Failure> {
        let Some(wires) = self.wires() else { return Ok(()) };
        let page = api::messages(room, None, Asked::Around(id), limits::PAGE_DEFAULT).await?;
        if !wires.connects() {
            return Ok(());
        }
        wires.state.people.add(&page.users);
        let rows = wires.state.history.room(room).rows;
        let since = rows.try_update(|rows| rows.add_page(&page, Asked::Around(id))).flatten();
        if let Some(since) = since {
            wires.complete(room, since).await;
        }
        wires.ask_for_people();
        Ok(())
    }
}

impl Wires {
    fn load_thread_page(self: &Rc<Self>, room: RoomId, root: MessageId, asked: Asked) {
        if self.thread_paging.borrow_mut().insert(root, ()).is_some() {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let answer = api::messages(room, Some(root), asked, limits::PAGE_DEFAULT).await;
            wires.thread_paging.borrow_mut().remove(&root);
            let (true, Ok(page)) = (wires.connects(), answer) else { return };
            wires.state.people.add(&page.users);
            let rows = wires.state.history.room(room).rows;
            let since = rows.try_update(|rows| rows.add_thread_page(root, &page, asked)).flatten();
            wires.settle(room, &page.items);
            if let Some(since) = since {
                wires.complete(room, since).await;
            }
            wires.ask_for_people();
        });
    }

    fn want_message(self: &Rc<Self>, room: RoomId, id: MessageId) {
        let rows = self.state.history.room(room).rows;
        let held = rows.with_untracked(|rows| rows.message(id).is_some());
        if held || self.asked_for.borrow_mut().insert(id, ()).is_some() {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let answer = api::message(id).await;
            if !wires.connects() {
                return;
            }
            if let Ok(message) = answer {
                // It may be let go again, and wanted again; one that can't be read is not asked for twice.
                wires.asked_for.borrow_mut().remove(&id);
                rows.update(|rows| rows.add_message(&message));
                wires.ask_for_people();
            }
        });
    }
}
