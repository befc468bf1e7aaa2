//! A room as a client holds it: its rows, the revision it knows, and the part of the history that is loaded.
//!
//! Three things always hold, and the whole file keeps them: every row held is as new as `rev` says; every row changed
//! above `base` is held, in the window or not; every row of the window is held. So a page read before the known revision
//! is made up to date by what is held already, unless it is older than `base`, and then it is completed from the feed.

mod kept;

use std::ops::RangeInclusive;

use types::{
    Changes, Epoch, Event, Member, MemberPage, Message, MessageId, MessagePage, Rev, Room, RoomId, Seq, UserId,
};

use crate::outcome::Span;
use crate::reactions::{Reacted, Reactions};
use crate::{Asked, Outcome, Sorted, Window};

/// The rows of a room and how far they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomState {
    id: RoomId,
    epoch: Epoch,
    rev: Rev,
    base: Rev,
    window: Option<Window>,
    /// The newest part of the history, while the window lies elsewhere and this is still known.
    newest: Option<Window>,
    /// Every row of the room is held: it was fed from its beginning.
    whole: bool,
    /// Of threads that are open: the loaded part of each.
    threads: Sorted<MessageId, Window>,
    reactions: Reactions,
    room: Option<Room>,
    /// Boxed: rows are put between others.
    messages: Sorted<Seq, Box<Message>>,
    places: Sorted<MessageId, Seq>,
    events: Sorted<Seq, Event>,
    members: Sorted<UserId, Member>,
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
            newest: None,
            whole: false,
            threads: Sorted::new(),
            reactions: Reactions::default(),
            room: None,
            messages: Sorted::new(),
            places: Sorted::new(),
            events: Sorted::new(),
            members: Sorted::new(),
            members_loaded: false,
            trim_at: kept::TRIM_FIRST,
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
    pub fn members(&self) -> &Sorted<UserId, Member> {
        &self.members
    }

    /// Whether every member is held (the last page of members was added and no reset came since).
    pub fn members_loaded(&self) -> bool {
        self.members_loaded
    }

    /// The messages of the window, oldest first; answers in threads only where they show in the room.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.rows_in(self.window).filter(|message| message.in_room)
    }

    /// The same of another part of the history that is held: the newest.
    pub fn messages_in(&self, window: Window) -> impl DoubleEndedIterator<Item = &Message> {
        self.rows_in(Some(window)).filter(|message| message.in_room)
    }

    /// The loaded part of a thread; none before its first page, unless the whole room is held.
    pub fn thread_window(&self, root: MessageId) -> Option<Window> {
        self.threads.get(&root).copied().or(self.whole.then_some(Window::ALL))
    }

    /// The answers in the loaded part of a thread, oldest first.
    pub fn replies(&self, root: MessageId) -> impl DoubleEndedIterator<Item = &Message> {
        self.rows_in(self.thread_window(root)).filter(move |message| message.thread_root_id == Some(root))
    }

    /// The reactions to a message, the earliest emoji first.
    pub fn reactions(&self, id: MessageId) -> Vec<Reacted<'_>> {
        match self.message(id).is_some_and(|message| message.deleted_at.is_none()) {
            true => self.reactions.of(id),
            false => Vec::new(),
        }
    }

    /// The system lines of the window, oldest first.
    pub fn events(&self) -> impl DoubleEndedIterator<Item = &Event> {
        self.events.range(places(self.window)).map(|(_, event)| event)
    }

    fn rows_in(&self, window: Option<Window>) -> impl DoubleEndedIterator<Item = &Message> {
        self.messages.range(places(window)).map(|(_, message)| &**message)
    }

    /// A message by its id, wherever it lies.
    pub fn message(&self, id: MessageId) -> Option<&Message> {
        self.places.get(&id).and_then(|seq| self.messages.get(seq)).map(|message| &**message)
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
        self.newest = self.end().or(self.newest);
        self.window = Some(window);
        self.reach_newest();
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
        members.iter().for_each(|member| self.put_member(member));
        events.iter().for_each(|event| self.put_event(event));
    }

    fn put_message(&mut self, message: &Message) {
        let kept = self.room.as_ref().is_none_or(|room| room.first_seq <= message.seq);
        let newer = self.messages.get(&message.seq).is_none_or(|held| held.rev < message.rev);
        if kept && newer && message.room_id == self.id {
            self.places.insert(message.id, message.seq);
            self.messages.insert(message.seq, Box::new(message.clone()));
        }
    }

    fn put_event(&mut self, event: &Event) {
        if !self.events.contains_key(&event.seq) {
            self.events.insert(event.seq, event.clone());
        }
    }

    fn put_member(&mut self, member: &Member) {
        if self.members.get(&member.user_id).is_none_or(|held| held.rev < member.rev) {
            self.members.insert(member.user_id, member.clone());
        }
    }
}

/// The places of a window; none of none.
fn places(window: Option<Window>) -> RangeInclusive<Seq> {
    window.map_or(RangeInclusive::new(1, 0), Window::range)
}
