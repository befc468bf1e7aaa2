//! A room as a client holds it: its rows, the revision it knows, and the part of the history that is loaded.
//!
//! Three things always hold, and the whole file keeps them: every row held is as new as `rev` says; every row changed
//! above `base` is held, in the window or not; every row of the window is held. So a page read before the known revision
//! is made up to date by what is held already, unless it is older than `base`, and then it is completed from the feed.

use std::collections::BTreeMap;

use types::{
    Changes, Epoch, Event, Member, MemberPage, Message, MessageId, MessagePage, Rev, Room, RoomId, Seq, UserId,
};

use crate::outcome::Span;
use crate::reactions::{Reacted, Reactions};
use crate::votes::{Tally, Votes};
use crate::{Asked, Outcome, Window};

/// Rows held before those outside the window are first let go; few in tests, so that their walks let rows go too.
const TRIM_FIRST: usize = if cfg!(test) { 24 } else { 4_096 };

/// The rows of a room and how far they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomState {
    id: RoomId,
    epoch: Epoch,
    rev: Rev,
    base: Rev,
    window: Option<Window>,
    /// Every row of the room is held: it was fed from its beginning.
    whole: bool,
    /// Of threads that are open: the loaded part of each.
    threads: BTreeMap<MessageId, Window>,
    reactions: Reactions,
    votes: Votes,
    room: Option<Room>,
    messages: BTreeMap<Seq, Message>,
    places: BTreeMap<MessageId, Seq>,
    events: BTreeMap<Seq, Event>,
    members: BTreeMap<UserId, Member>,
    members_loaded: bool,
    trim_at: usize,
}

impl RoomState {
    /// A room of which nothing is held. Fed with the changes since 0 it becomes a mirror of the room; otherwise a
    /// reset, or the first page, says where it starts.
    pub fn new(id: RoomId) -> Self {
        Self {
            id,
            epoch: Epoch::default(),
            rev: 0,
            base: 0,
            window: None,
            whole: false,
            threads: BTreeMap::new(),
            reactions: Reactions::default(),
            votes: Votes::default(),
            room: None,
            messages: BTreeMap::new(),
            places: BTreeMap::new(),
            events: BTreeMap::new(),
            members: BTreeMap::new(),
            members_loaded: false,
            trim_at: TRIM_FIRST,
        }
    }

    /// The room's id.
    pub fn id(&self) -> RoomId {
        self.id
    }

    /// The history the revision belongs to; empty until it is learnt.
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// The revision known: ask for the changes since this.
    pub fn rev(&self) -> Rev {
        self.rev
    }

    /// The loaded part of the history; none before the first page.
    pub fn window(&self) -> Option<Window> {
        self.window
    }

    /// The room's own row, if it was seen.
    pub fn room(&self) -> Option<&Room> {
        self.room.as_ref()
    }

    /// The members seen, those who left included.
    pub fn members(&self) -> &BTreeMap<UserId, Member> {
        &self.members
    }

    /// Whether every member is held (the last page of members was added and no reset came since).
    pub fn members_loaded(&self) -> bool {
        self.members_loaded
    }

    /// The messages of the window, oldest first; answers in threads only where they show in the room.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        let held = self.window.into_iter().flat_map(|window| self.messages.range(window.range()));
        held.map(|(_, message)| message).filter(|message| message.in_room)
    }

    /// The loaded part of a thread; none before its first page, unless the whole room is held.
    pub fn thread_window(&self, root: MessageId) -> Option<Window> {
        self.threads.get(&root).copied().or(self.whole.then_some(Window::ALL))
    }

    /// The answers in the loaded part of a thread, oldest first.
    pub fn replies(&self, root: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        let held = self.thread_window(root).into_iter().flat_map(|window| self.messages.range(window.range()));
        held.map(|(_, message)| message).filter(move |message| message.thread_root_id == Some(root))
    }

    /// The reactions to a message, the earliest emoji first.
    pub fn reactions(&self, id: MessageId) -> Vec<Reacted<'_>> {
        match self.message(id).is_some_and(|message| message.deleted_at.is_none()) {
            true => self.reactions.of(id),
            false => Vec::new(),
        }
    }

    /// The votes on a poll as far as they are known; none before the first.
    pub fn tally(&self, id: MessageId) -> Option<Tally<'_>> {
        self.message(id).filter(|message| message.deleted_at.is_none()).and_then(|_| self.votes.of(id))
    }

    /// The system lines of the window, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.window.into_iter().flat_map(|window| self.events.range(window.range())).map(|(_, event)| event)
    }

    /// A message by its id, wherever it lies.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.places.get(&id).and_then(|seq| self.messages.get(seq))
    }

    /// Applies a span: the live event, the catch-up and the feed alike.
    pub fn apply(&mut self, changes: &Changes) -> Outcome {
        if changes.room_id != self.id {
            return Outcome::Known;
        }
        let span = Span { epoch: &changes.epoch, since: changes.since, rev: changes.rev, reset: changes.reset };
        let outcome = span.meet(&self.epoch, self.rev);
        match outcome {
            Outcome::Applied => {
                if self.window.is_none() && self.rev == 0 {
                    // Nothing is held and nothing comes before revision 0: what follows is the whole room.
                    self.window = Some(Window::ALL);
                    self.whole = true;
                }
                self.epoch.clone_from(&changes.epoch);
                self.upsert(changes);
                self.rev = changes.rev;
                self.trim();
            }
            Outcome::Reset => {
                *self = Self::new(self.id);
                self.epoch.clone_from(&changes.epoch);
                self.window = Some(Window::newest(changes.previous));
                self.upsert(changes);
                self.rev = changes.rev;
                self.base = changes.rev;
            }
            Outcome::Known | Outcome::Gap { .. } | Outcome::OtherEpoch => {}
        }
        outcome
    }

    /// Adds a page of history. It never moves the known revision, except that the first page of a room of which nothing
    /// is held says where it starts. `Some(since)`: the page is older than what is remembered; ask for the changes since
    /// then and give them to [`complete`](Self::complete).
    pub fn add_page(&mut self, page: &MessagePage, asked: Asked) -> Option<Rev> {
        // It was asked for beside a window that has moved since: it would leave a hole.
        let window = Window::grown(self.window, page, asked)?;
        if self.window.is_none() && self.rev == 0 {
            (self.rev, self.base) = (page.rev, page.rev);
        }
        self.window = Some(window);
        self.put_page(page)
    }

    /// The same with a page of a thread.
    pub fn add_thread_page(&mut self, root: MessageId, page: &MessagePage, asked: Asked) -> Option<Rev> {
        let window = Window::grown(self.threads.get(&root).copied(), page, asked)?;
        self.threads.insert(root, window);
        self.put_page(page)
    }

    /// A thread is not looked at any more: its answers may be let go.
    pub fn close_thread(&mut self, root: MessageId) {
        self.threads.remove(&root);
    }

    fn put_page(&mut self, page: &MessagePage) -> Option<Rev> {
        page.items.iter().for_each(|message| self.put_message(message));
        self.reactions.put_page(&page.items, &page.reactions, page.rev);
        page.votes.iter().for_each(|vote| self.votes.put(vote));
        page.events.iter().for_each(|event| self.put_event(event));
        self.keep_from_first();
        self.trim();
        (page.rev < self.base).then_some(page.rev)
    }

    /// Completes a page with changes that came after it. `Some(since)`: ask for more.
    pub fn complete(&mut self, changes: &Changes) -> Option<Rev> {
        let ours = self.epoch.0.is_empty() || changes.epoch == self.epoch;
        if changes.room_id != self.id || !ours || changes.reset {
            let _ = self.apply(changes);
            return None;
        }
        self.epoch.clone_from(&changes.epoch);
        self.upsert(changes);
        if changes.since <= self.rev {
            self.rev = self.rev.max(changes.rev);
        }
        (changes.more && changes.rev < self.base).then_some(changes.rev)
    }

    /// Adds the room's row from a list or a view.
    pub fn add_room(&mut self, room: &Room) {
        if self.room.as_ref().is_none_or(|held| held.rev < room.rev) {
            self.room = Some(room.clone());
            self.keep_from_first();
        }
    }

    /// Adds a page of members.
    pub fn add_members(&mut self, page: &MemberPage) {
        page.items.iter().for_each(|member| self.put_member(member));
        self.members_loaded |= page.next.is_none();
    }

    /// Adds a message told by an answer (a post, an edit). Never moves the known revision.
    pub fn add_message(&mut self, message: &Message) {
        self.put_message(message);
    }

    /// Narrows the window to its newest messages, so that a room read for days stays as light as one just opened. The
    /// older ones are a page away again.
    pub fn keep_newest(&mut self, count: usize) {
        let from = self.messages().rev().nth(count.saturating_sub(1)).map(|message| message.seq);
        if let (Some(from), Some(window)) = (from, self.window.as_mut()) {
            *window = window.since(from);
            self.whole = false;
        }
    }

    /// The room's newest rows as the reset that a server of this epoch would send: applied to a new state, they are this
    /// room again as far as it is known, with no more messages than this. None while the newest are not held.
    pub fn snapshot(&self, epoch: &Epoch, count: usize) -> Option<Changes> {
        let mut newest = self.clone();
        newest.keep_newest(count);
        let window = newest.window.filter(|window| window.at_end())?;
        Some(Changes {
            rev: self.rev,
            reset: true,
            room: self.room.clone(),
            messages: newest.messages().cloned().collect(),
            events: newest.events().cloned().collect(),
            reaction_counts: newest.messages().flat_map(|message| self.reactions.counts(message.id)).collect(),
            votes: newest.messages().flat_map(|message| self.votes.rows(message.id)).collect(),
            previous: window.previous(),
            ..Changes::empty(self.id, epoch.clone(), 0)
        })
    }

    /// Lets everything go: the next page or reset starts anew.
    pub fn forget(&mut self) {
        *self = Self::new(self.id);
    }

    /// The exhaustive list of the kinds of row: a new kind does not compile until it is held too.
    fn upsert(&mut self, changes: &Changes) {
        let Changes {
            room_id: _,
            epoch: _,
            since: _,
            rev: _,
            more: _,
            reset: _,
            room,
            messages,
            members,
            reactions,
            reaction_counts,
            votes,
            events,
            // People belong to the site's stream: the caller gives them to its `SiteState`.
            users: _,
            previous: _,
        } = changes;
        if let Some(room) = room {
            self.add_room(room);
        }
        messages.iter().for_each(|message| self.put_message(message));
        if changes.reset {
            self.reactions.put_page(messages, reaction_counts, changes.rev);
        }
        reactions.iter().for_each(|reaction| self.reactions.put(reaction));
        votes.iter().for_each(|vote| self.votes.put(vote));
        members.iter().for_each(|member| self.put_member(member));
        events.iter().for_each(|event| self.put_event(event));
    }

    fn put_message(&mut self, message: &Message) {
        let kept = self.room.as_ref().is_none_or(|room| room.first_seq <= message.seq);
        let newer = self.messages.get(&message.seq).is_none_or(|held| held.rev < message.rev);
        if kept && newer && message.room_id == self.id {
            self.places.insert(message.id, message.seq);
            self.messages.insert(message.seq, message.clone());
        }
    }

    fn put_event(&mut self, event: &Event) {
        self.events.entry(event.seq).or_insert_with(|| event.clone());
    }

    fn put_member(&mut self, member: &Member) {
        if self.members.get(&member.user_id).is_none_or(|held| held.rev < member.rev) {
            self.members.insert(member.user_id, member.clone());
        }
    }

    /// Messages below the room's first place are no longer kept; its system lines are, so the window stays.
    fn keep_from_first(&mut self) {
        let Some(first) = self.room.as_ref().map(|room| room.first_seq) else {
            return;
        };
        if self.messages.first_key_value().is_some_and(|(seq, _)| *seq < first) {
            self.messages = self.messages.split_off(&first);
            self.places.retain(|_, seq| *seq >= first);
        }
    }

    /// Bounds what is held outside the window: rows there are only remembered to complete pages, and the feed can too.
    fn trim(&mut self) {
        if self.held() < self.trim_at {
            return;
        }
        let (window, threads) = (self.window, &self.threads);
        let shown = |seq: Seq| window.is_some_and(|window| window.contains(seq));
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
