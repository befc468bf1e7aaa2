//! The lines of a room as keyed rows, each a signal of its own: a change touches the rows it concerns and no other.

use leptos::prelude::*;
use sync::{Act, Key, Line, Outbox, Pending, PendingState, Reader, RoomState, Sorted, thread, timeline};
use types::{ErrorCode, Event, Forwarded, Message, MessageId, NewMessage, Seq, Time, UserId};

use super::reacting::{Chip, Wish, chips};
use crate::clock;
use crate::letters;
use crate::state::Names;

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A day begins.
    Day(Time),
    /// What follows is new.
    New,
    /// A message, confirmed or under way.
    Message(Box<Shown>),
    /// A system line.
    Event(Event),
}

/// A message as it is shown: with what I am changing about it, as if that were done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its id.
    pub id: MessageId,
    /// Its place, once it has one.
    pub seq: Option<Seq>,
    /// Who wrote it.
    pub author: UserId,
    /// When.
    pub at: Time,
    /// Whether it shows its author.
    pub head: bool,
    /// What it says.
    pub body: String,
    /// Whom and what that names.
    pub names: Names,
    /// When that was last changed.
    pub edited_at: Option<Time>,
    /// Whether it was deleted.
    pub deleted: bool,
    /// Whether what is shown is what everyone sees.
    pub standing: Standing,
    /// What it has to do with others.
    pub about: About,
}

/// What a message has to do with other messages and people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// Whether it names me.
    pub names_me: bool,
    /// Who pinned it.
    pub pinned_by: Option<UserId>,
    /// The message it quotes.
    pub quoted: Option<MessageId>,
    /// What it passes on.
    pub forwarded: Option<Forwarded>,
    /// The thread it answers in.
    pub root: Option<MessageId>,
    /// The answers to it.
    pub replies: Option<Replies>,
}

/// The answers to a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replies {
    /// How many.
    pub count: i64,
    /// When the latest came.
    pub last_at: Option<Time>,
    /// Who answered, the latest first.
    pub people: Vec<UserId>,
}

/// How far others see a message as it is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As it is.
    Sent,
    /// Soon.
    Pending,
    /// Not: this was refused for good.
    Failed {
        /// Why.
        code: ErrorCode,
        /// What.
        refused: Refused,
    },
}

/// What of mine was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The message.
    Post,
    /// Another text for it.
    Edit,
    /// Its deletion.
    Deletion,
}

/// A keyed row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is known by while it changes.
    pub key: Key,
    /// What it shows.
    pub content: ArcRwSignal<Content>,
    /// The reactions under it, which change alone.
    pub chips: ArcRwSignal<Vec<Chip>>,
}

/// What tells one state of a row from another without comparing texts.
type Stamp = (i64, bool, Option<(PendingState, u64)>);

/// The rows of one room.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    held: Sorted<Key, (Stamp, Row)>,
}

impl Lines {
    /// The rows now, in order. Rows that stay keep their signals, which are set only if they changed.
    pub fn refresh(
        &mut self,
        state: &RoomState,
        outbox: &Outbox,
        wishes: &[Wish],
        me: UserId,
        mark: Option<Seq>,
    ) -> Vec<Row> {
        let reader = Reader { me, mark, day: clock::day_number };
        self.rows(&timeline(state, outbox, &reader), state, wishes, me)
    }

    /// The same for a thread: its first message, if that is held, and the rows of the answers.
    pub fn refresh_thread(
        &mut self,
        state: &RoomState,
        outbox: &Outbox,
        wishes: &[Wish],
        root: MessageId,
        me: UserId,
        mark: Option<Seq>,
    ) -> Vec<Row> {
        let reader = Reader { me, mark, day: clock::day_number };
        let change = outbox.change_of(state.id(), root);
        let first = state.message(root).map(|message| Line::Message { message, head: true, change });
        let lines: Vec<Line<'_>> = first.into_iter().chain(thread(state, outbox, root, &reader)).collect();
        self.rows(&lines, state, wishes, me)
    }

    fn rows(&mut self, lines: &[Line<'_>], state: &RoomState, wishes: &[Wish], me: UserId) -> Vec<Row> {
        let mut held = Vec::with_capacity(lines.len());
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let (key, mut stamp) = (line.key(), stamp(line));
            let chips = if let Line::Message { message, .. } = line {
                chips(state, wishes, message.id, me)
            } else {
                Vec::new()
            };
            let row = match self.held.remove(&key) {
                Some((before, row)) => {
                    // A head that is shown stays: taking it away when older rows come above would move what is read.
                    stamp.1 |= before.1;
                    if before != stamp {
                        row.content.set(content(line, stamp.1, me));
                    }
                    if row.chips.with_untracked(|shown| *shown != chips) {
                        row.chips.set(chips);
                    }
                    row
                }
                None => {
                    Row { key, content: ArcRwSignal::new(content(line, stamp.1, me)), chips: ArcRwSignal::new(chips) }
                }
            };
            held.push((key, (stamp, row.clone())));
            rows.push(row);
        }
        self.held = Sorted::of(held);
        rows
    }
}

fn stamp(line: &Line<'_>) -> Stamp {
    match line {
        Line::Day { .. } | Line::New | Line::Event(_) => (0, false, None),
        Line::Message { message, head, change } => (message.rev, *head, change.map(mark)),
        Line::Pending { pending, head, change } => (0, *head, Some(mark(change.unwrap_or(pending)))),
    }
}

/// Where it stands and what it says, as a number: texts that wait may be changed.
fn mark(pending: &Pending) -> (PendingState, u64) {
    (pending.state, pending.body().map_or(0, letters::mark))
}

fn content(line: &Line<'_>, head: bool, me: UserId) -> Content {
    match line {
        Line::Day { at, .. } => Content::Day(*at),
        Line::New => Content::New,
        Line::Message { message, change, .. } => Content::Message(Box::new(confirmed(message, head, *change, me))),
        Line::Event(event) => Content::Event((*event).clone()),
        Line::Pending { pending, change, .. } => {
            let last = change.unwrap_or(pending);
            Content::Message(Box::new(Shown {
                id: pending.id,
                seq: None,
                author: me,
                at: pending.written_at,
                head,
                body: last.body().or(pending.body()).unwrap_or_default().to_owned(),
                names: Names::default(),
                edited_at: None,
                deleted: last.act == Act::Delete,
                standing: standing(if matches!(pending.state, PendingState::Failed(_)) { pending } else { last }),
                about: if let Act::Post(post) = &pending.act { to_come(post) } else { About::default() },
            }))
        }
    }
}

fn confirmed(message: &Message, head: bool, change: Option<&Pending>, me: UserId) -> Shown {
    let failed = change.is_some_and(|change| matches!(change.state, PendingState::Failed(_)));
    let deletes = change.is_some_and(|change| change.act == Act::Delete) && !failed;
    Shown {
        id: message.id,
        seq: Some(message.seq),
        author: message.author_id,
        at: message.created_at,
        head,
        body: change.and_then(Pending::body).unwrap_or(&message.body).to_owned(),
        names: Names::of(message),
        edited_at: message.edited_at,
        // The text of a refused edit is still to be read.
        deleted: deletes || message.deleted_at.is_some() && change.and_then(Pending::body).is_none(),
        standing: change.map_or(Standing::Sent, standing),
        about: About {
            names_me: message.names(me),
            pinned_by: message.pinned_at.and(message.pinned_by),
            quoted: message.quoted_id,
            forwarded: message.forwarded.clone(),
            root: message.thread_root_id,
            replies: (message.reply_count > 0).then(|| Replies {
                count: message.reply_count,
                last_at: message.last_reply_at,
                people: message.participants.clone(),
            }),
        },
    }
}

/// What is known of a post before it is stored.
fn to_come(post: &NewMessage) -> About {
    About { quoted: post.quoted_id, root: post.parent_id, ..About::default() }
}

fn standing(pending: &Pending) -> Standing {
    let PendingState::Failed(code) = pending.state else { return Standing::Pending };
    let refused = match pending.act {
        Act::Post(_) => Refused::Post,
        Act::Edit(_) => Refused::Edit,
        Act::Delete => Refused::Deletion,
    };
    Standing::Failed { code, refused }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;
