//! How much of a room is held: the window goes where the reader goes, the newest rows stay known, the rest is let go.

use types::{Changes, Epoch, Message, Seq};

use super::RoomState;
use crate::Window;

/// Rows held before those outside the window are first let go; few in tests, so that their walks let rows go too.
pub(super) const TRIM_FIRST: usize = if cfg!(test) { 24 } else { 2_048 };

/// Of the newest rows at least so many messages stay known while a reader is elsewhere.
const NEWEST: usize = if cfg!(test) { 3 } else { 60 };

impl RoomState {
    /// Narrows the window to its newest messages, so that a room read for days stays as light as one just opened. The
    /// older ones are a page away again.
    pub fn keep_newest(&mut self, count: usize) {
        if let Some(from) = self.newest_from(self.window, count) {
            self.keep(from, Seq::MAX);
        }
    }

    /// Narrows the window to what lies from one place to another, both of rows that are held; what is cut off is a page
    /// away again. Of an end that is cut off the newest rows stay known: see [`show_newest`](Self::show_newest).
    pub fn keep(&mut self, from: Seq, to: Seq) {
        let Some(window) = self.window.filter(|window| from <= to.min(*window.range().end())) else { return };
        if to < Seq::MAX {
            self.newest = self.end().or(self.newest);
        }
        self.window = Some(window.since(from).until(to));
        self.whole = false;
    }

    /// Puts the window at the newest rows, if they are known; whether it is there then.
    pub fn show_newest(&mut self) -> bool {
        self.window = self.newest.take().or(self.window);
        self.window.is_some_and(Window::at_end)
    }

    /// Lets the window go on to the newest rows, if they are known and nothing lies between; whether it is there then.
    pub fn reach_newest(&mut self) -> bool {
        if let Some(whole) = self.window.zip(self.newest).and_then(|(window, newest)| window.join(newest)) {
            self.window = Some(whole);
        }
        let there = self.window.is_none_or(Window::at_end);
        if there {
            self.newest = None;
        }
        there
    }

    /// The newest part of the history that is known while the window lies elsewhere.
    pub fn newest(&self) -> Option<Window> {
        self.newest
    }

    /// Nobody looks at the room: lets go all but so many of its newest messages, or of the window's if the newest are not
    /// known.
    pub fn rest(&mut self, count: usize) {
        self.show_newest();
        self.keep_newest(count);
        self.let_go();
    }

    /// The place from which on there are so many messages to the end of a window.
    fn newest_from(&self, window: Option<Window>, count: usize) -> Option<Seq> {
        let mut shown = self.rows_in(window).rev().filter(|message| message.in_room);
        shown.nth(count.saturating_sub(1)).map(|message| message.seq)
    }

    /// The last part of a window that reaches the end.
    pub(super) fn end(&self) -> Option<Window> {
        let window = self.window.filter(|window| window.at_end())?;
        Some(self.newest_from(Some(window), NEWEST).map_or(window, |from| window.since(from)))
    }

    /// The room's newest rows as the reset that a server of this epoch would send: applied to a new state, they are this
    /// room again as far as it is known, with no more messages than this. None while the newest are not held.
    pub fn snapshot(&self, epoch: &Epoch, count: usize) -> Option<Changes> {
        let whole = self.newest.or(self.window).filter(|window| window.at_end())?;
        let window = self.newest_from(Some(whole), count).map_or(whole, |from| whole.since(from));
        let messages = || self.messages_in(window);
        Some(Changes {
            rev: self.rev,
            reset: true,
            room: self.room.clone(),
            messages: messages().cloned().collect(),
            events: self.events.range(window.range()).map(|(_, event)| event.clone()).collect(),
            reaction_counts: messages().flat_map(|message| self.reactions.counts(message.id)).collect(),
            votes: messages().flat_map(|message| self.votes.rows(message.id)).collect(),
            previous: window.previous(),
            ..Changes::empty(self.id, epoch.clone(), 0)
        })
    }

    /// Messages below the room's first place are no longer kept; its system lines are, so the window stays.
    pub(super) fn keep_from_first(&mut self) {
        let Some(first) = self.room.as_ref().map(|room| room.first_seq) else {
            return;
        };
        if self.messages.first().is_some_and(|(seq, _)| *seq < first) {
            self.messages.retain(|seq, _| *seq >= first);
            self.places.retain(|_, seq| *seq >= first);
        }
    }

    /// Bounds what is held outside the window: rows there are only remembered to complete pages, and the feed can too.
    pub(super) fn trim(&mut self) {
        if self.held() >= self.trim_at {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        let busy = self.newest.filter(|newest| self.rows_in(Some(*newest)).nth(2 * NEWEST).is_some());
        if let Some(newest) = busy {
            let from = self.rows_in(busy).rev().nth(NEWEST).map(|message| message.seq);
            self.newest = from.map(|from| newest.since(from));
        }
        let (window, newest, threads) = (self.window, self.newest, &self.threads);
        let shown = |seq: Seq| [window, newest].iter().flatten().any(|window| window.contains(seq));
        let replied = |message: &Message| {
            let thread = message.thread_root_id.and_then(|root| threads.get(&root));
            threads.contains_key(&message.id) || thread.is_some_and(|window| window.contains(message.seq))
        };
        let whole = self.whole;
        self.messages.retain(|seq, message| whole || message.in_room && shown(*seq) || replied(message));
        let (messages, places) = (&self.messages, &mut self.places);
        places.retain(|_, seq| messages.contains_key(seq));
        // A row may come before its message, where that was changed later.
        let to_come = |seq: Seq| shown(seq) || threads.values().any(|window| window.contains(seq));
        self.reactions.retain(|id, seq| whole || places.contains_key(&id) || to_come(seq));
        self.votes.retain(|id, seq| whole || places.contains_key(&id) || to_come(seq));
        self.events.retain(|seq, _| shown(*seq));
        self.base = self.rev;
        self.trim_at = TRIM_FIRST.max(2 * self.held());
    }

    fn held(&self) -> usize {
        self.messages.len() + self.events.len() + self.reactions.len() + self.votes.len()
    }
}
