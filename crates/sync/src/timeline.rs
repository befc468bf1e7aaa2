//! A room and an outbox as the lines of a page: days, heads of groups, system lines, the "New" line, pending posts.

use types::{Event, Message, MessageId, NewMessage, Seq, Time, UserId};

use crate::{Act, Outbox, Pending, RoomState, Window};

/// Messages of one author stand together under one head when no more than this lies between them.
const GROUP_SECONDS: i64 = 5 * 60;

/// One line of a timeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line<'a> {
    /// A new day begins; the moment is that of its first row.
    Day {
        /// The day, as the reader numbers them.
        day: i64,
        /// A moment in it.
        at: Time,
    },
    /// What follows was not read when the room was opened.
    New,
    /// A message.
    Message {
        /// The row.
        message: &'a Message,
        /// Whether it shows its author and time: the first of a group.
        head: bool,
        /// The edit or deletion of it that is not confirmed yet.
        change: Option<&'a Pending>,
    },
    /// A system line.
    Event(&'a Event),
    /// A message that is not confirmed yet: always mine, always at the end.
    Pending {
        /// The pending message.
        pending: &'a Pending,
        /// Whether it shows its author and time.
        head: bool,
        /// What is to become of it right after.
        change: Option<&'a Pending>,
    },
}

/// What a line is known by while it changes: a pending message keeps its key when it is confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A day.
    Day(i64),
    /// The "New" line.
    New,
    /// A message, pending or confirmed.
    Message(MessageId),
    /// A system line, by its place.
    Event(Seq),
}

impl Line<'_> {
    /// The line's key, unique in its timeline.
    pub fn key(&self) -> Key {
        match self {
            Line::Day { day, .. } => Key::Day(*day),
            Line::New => Key::New,
            Line::Message { message, .. } => Key::Message(message.id),
            Line::Event(event) => Key::Event(event.seq),
            Line::Pending { pending, .. } => Key::Message(pending.id),
        }
    }
}

/// Who reads, and how.
#[derive(Debug, Clone, Copy)]
pub struct Reader<F> {
    /// Me.
    pub me: UserId,
    /// Up to where I had read when the room was opened; none = no "New" line.
    pub mark: Option<Seq>,
    /// Numbers the days where the reader is (the page's time zone); equal numbers are one day.
    pub day: F,
}

/// The lines of the loaded part of a room, oldest first. Pending posts are at the end, and only when the window is.
pub fn timeline<'a, F: Fn(Time) -> i64>(state: &'a RoomState, outbox: &'a Outbox, reader: &Reader<F>) -> Vec<Line<'a>> {
    let mut lines = Lines { lines: Vec::new(), day: None, last: None, reader };
    let new = reader.mark.and_then(|mark| first_unread(state, reader.me, mark));
    let mut events = state.events().peekable();
    for message in state.messages() {
        while let Some(event) = events.next_if(|event| event.seq < message.seq) {
            lines.event(event);
        }
        lines.begin_day(message.created_at);
        if new == Some(message.seq) {
            lines.push(Line::New);
        }
        let head = lines.head(message.author_id, message.created_at);
        lines.lines.push(Line::Message { message, head, change: outbox.change_of(state.id(), message.id) });
    }
    events.for_each(|event| lines.event(event));
    if state.window().is_none_or(|window| window.at_end()) {
        lines.pending(state, outbox, |post| post.parent_id.is_none() || post.in_room);
    }
    lines.lines
}

/// The answers in the loaded part of a thread, oldest first, with the pending ones at the end.
pub fn thread<'a, F: Fn(Time) -> i64>(
    state: &'a RoomState,
    outbox: &'a Outbox,
    root: MessageId,
    reader: &Reader<F>,
) -> Vec<Line<'a>> {
    let mut lines = Lines { lines: Vec::new(), day: None, last: None, reader };
    let new = reader.mark.and_then(|mark| state.replies(root).find(|message| counts(message, reader.me, mark)));
    let new = new.map(|message| message.seq);
    for message in state.replies(root) {
        lines.begin_day(message.created_at);
        if new == Some(message.seq) {
            lines.push(Line::New);
        }
        let head = lines.head(message.author_id, message.created_at);
        lines.lines.push(Line::Message { message, head, change: outbox.change_of(state.id(), message.id) });
    }
    if state.thread_window(root).is_none_or(|window| window.at_end()) {
        lines.pending(state, outbox, |post| post.parent_id == Some(root));
    }
    lines.lines
}

/// How many messages of others lie above a mark, deleted ones left out; none if what is held does not reach from the mark
/// to the end, so that only the server can tell.
pub fn unread(state: &RoomState, me: UserId, mark: Seq) -> Option<usize> {
    let window = end(state)?;
    let whole = window.at_end() && window.previous().is_none_or(|low| low <= mark.saturating_add(1));
    whole.then(|| state.messages_in(window).filter(|message| counts(message, me, mark)).count())
}

/// How many of them name me, as far as they are held.
pub fn named(state: &RoomState, me: UserId, mark: Seq) -> usize {
    let Some(window) = end(state) else { return 0 };
    state.messages_in(window).filter(|message| counts(message, me, mark) && message.names(me)).count()
}

/// What is held of the newest messages, or of those near to them.
fn end(state: &RoomState) -> Option<Window> {
    state.newest().or(state.window())
}

fn counts(message: &Message, me: UserId, mark: Seq) -> bool {
    message.seq > mark && message.author_id != me && message.deleted_at.is_none()
}

/// The first unread message in the window, unless an earlier one may lie below it.
pub fn first_unread(state: &RoomState, me: UserId, mark: Seq) -> Option<Seq> {
    let low = state.window()?.previous();
    let message = state.messages().find(|message| counts(message, me, mark))?;
    low.is_none_or(|low| low <= mark.saturating_add(1)).then_some(message.seq)
}

struct Lines<'a, 'r, F> {
    lines: Vec<Line<'a>>,
    day: Option<i64>,
    /// Author and time of the message right above, if it is a message.
    last: Option<(UserId, Time)>,
    reader: &'r Reader<F>,
}

impl<'a, F: Fn(Time) -> i64> Lines<'a, '_, F> {
    /// A line after which a group can't go on.
    fn push(&mut self, line: Line<'a>) {
        self.last = None;
        self.lines.push(line);
    }

    fn event(&mut self, event: &'a Event) {
        self.begin_day(event.created_at);
        self.push(Line::Event(event));
    }

    /// The posts of the room that are not confirmed yet and belong here.
    fn pending(&mut self, state: &'a RoomState, outbox: &'a Outbox, here: impl Fn(&NewMessage) -> bool) {
        for pending in outbox.of(state.id()).iter().filter(|pending| state.message(pending.id).is_none()) {
            let Act::Post(post) = &pending.act else { continue };
            if here(post) {
                self.begin_day(pending.written_at);
                let head = self.head(self.reader.me, pending.written_at);
                self.lines.push(Line::Pending { pending, head, change: outbox.change_of(state.id(), pending.id) });
            }
        }
    }

    /// Days only go forward: two nodes' clocks that differ by a second must not give one day two separators.
    fn begin_day(&mut self, at: Time) {
        let day = (self.reader.day)(at);
        if self.day.is_none_or(|held| held < day) {
            self.day = Some(day);
            self.push(Line::Day { day, at });
        }
    }

    fn head(&mut self, author: UserId, at: Time) -> bool {
        let goes_on = self
            .last
            .is_some_and(|(last, before)| last == author && (at - before).num_seconds().abs() <= GROUP_SECONDS);
        self.last = Some((author, at));
        !goes_on
    }
}
