//! The lines of a room as keyed rows, each a signal of its own: a change touches the rows it concerns and no other.

use std::collections::HashMap;

use leptos::prelude::*;
use sync::{Key, Line, Outbox, PendingState, Reader, RoomState, timeline};
use types::{ErrorCode, Event, Message, MessageId, Seq, Time, UserId};

use crate::clock;

/// What a row shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A day begins.
    Day(Time),
    /// What follows is new.
    New,
    /// A confirmed message.
    Message {
        /// The row.
        message: Message,
        /// Whether it shows its author.
        head: bool,
    },
    /// A system line.
    Event(Event),
    /// A message under way, always mine.
    Pending {
        /// Its id.
        id: MessageId,
        /// What it says.
        body: String,
        /// When it was written.
        written_at: Time,
        /// Why it was refused for good, if it was.
        failed: Option<ErrorCode>,
        /// Whether it shows its author.
        head: bool,
    },
}

/// A keyed row.
#[derive(Debug, Clone)]
pub struct Row {
    /// What it is known by while it changes.
    pub key: Key,
    /// What it shows.
    pub content: ArcRwSignal<Content>,
}

/// What tells one state of a row from another without comparing texts.
type Stamp = (i64, bool, Option<PendingState>);

/// The rows of one room.
#[derive(Debug, Clone, Default)]
pub struct Lines {
    held: HashMap<Key, (Stamp, Row)>,
}

impl Lines {
    /// The rows now, in order. Rows that stay keep their signal, which is set only if they changed.
    pub fn refresh(&mut self, state: &RoomState, outbox: &Outbox, me: UserId, mark: Option<Seq>) -> Vec<Row> {
        let reader = Reader { me, mark, day: clock::day_number };
        let lines = timeline(state, outbox, &reader);
        let mut held = HashMap::with_capacity(lines.len());
        let mut rows = Vec::with_capacity(lines.len());
        for line in &lines {
            let (key, mut stamp) = (line.key(), stamp(line));
            let row = match self.held.remove(&key) {
                Some((before, row)) => {
                    // A head that is shown stays: taking it away when older rows come above would move what is read.
                    stamp.1 |= before.1;
                    if before != stamp {
                        row.content.set(content(line, stamp.1));
                    }
                    row
                }
                None => Row { key, content: ArcRwSignal::new(content(line, stamp.1)) },
            };
            held.insert(key, (stamp, row.clone()));
            rows.push(row);
        }
        self.held = held;
        rows
    }
}

fn stamp(line: &Line<'_>) -> Stamp {
    match line {
        Line::Day { .. } | Line::New | Line::Event(_) => (0, false, None),
        Line::Message { message, head } => (message.rev, *head, None),
        Line::Pending { pending, head } => (0, *head, Some(pending.state)),
    }
}

fn content(line: &Line<'_>, head: bool) -> Content {
    match line {
        Line::Day { at, .. } => Content::Day(*at),
        Line::New => Content::New,
        Line::Message { message, .. } => Content::Message { message: (*message).clone(), head },
        Line::Event(event) => Content::Event((*event).clone()),
        Line::Pending { pending, .. } => Content::Pending {
            id: pending.id,
            body: pending.message.body.clone(),
            written_at: pending.written_at,
            failed: if let PendingState::Failed(code) = pending.state { Some(code) } else { None },
            head,
        },
    }
}
