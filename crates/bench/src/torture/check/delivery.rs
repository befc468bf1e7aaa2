//! What readers are told: without gaps, true, and everything.

use std::collections::{HashMap, HashSet};

use types::{MessageId, Rev, RoomId};

use super::super::record::{Seen, Span};
use super::{History, Violation};

/// Spans of a connection follow on one another: each begins at most where the one before ended, and goes further.
pub(super) fn gapless(history: &History) -> Vec<Violation> {
    let mut known: HashMap<(usize, RoomId), Rev> = HashMap::new();
    let mut found = Vec::new();
    for receipt in &history.receipts {
        let reader = receipt.reader;
        match &receipt.seen {
            Seen::Opened { held, .. } => {
                known.retain(|(other, _), _| *other != reader);
                known.extend(held.iter().map(|(room, rev)| ((reader, *room), *rev)));
            }
            Seen::Watched { room, rev } => {
                known.insert((reader, *room), *rev);
            }
            Seen::Span(span) if !span.feed => {
                let before = known.insert((reader, span.room), span.rev);
                let follows = before.is_some_and(|before| span.since <= before && span.rev > before);
                if span.reset.is_none() && !follows {
                    let what = format!("a span does not follow on revision {before:?}");
                    found.push(Violation::new("gapless", what).showing(receipt));
                }
            }
            Seen::Span(_) | Seen::Gone { .. } | Seen::Closed { .. } => {}
        }
    }
    found
}

/// Nothing was told that is not so: each message stands where it was told to stand, and revisions name one row.
pub(super) fn told_is_true(history: &History) -> Vec<Violation> {
    let truth = history.truth.by_id();
    let mut named: HashMap<(RoomId, Rev), MessageId> = HashMap::new();
    let mut found = Vec::new();
    for receipt in &history.receipts {
        let Seen::Span(span) = &receipt.seen else { continue };
        for message in &span.messages {
            let good = truth
                .get(&message.id)
                .is_some_and(|(room, row)| *room == span.room && row.seq == message.seq && row.rev >= message.rev);
            let same = *named.entry((span.room, message.rev)).or_insert(message.id) == message.id;
            if !good || !same {
                let what = "a reader was told a message that is not so in the database";
                found.push(Violation::new("told is true", what).showing(&(receipt.reader, receipt.at, message)));
            }
        }
    }
    found
}

/// Every message reaches every reader who stays, unless a reset spared it.
pub(super) fn everything_told(history: &History) -> Vec<Violation> {
    let mut seen: HashMap<(usize, RoomId), HashSet<MessageId>> = HashMap::new();
    let mut resets: HashMap<(usize, RoomId), Vec<&Span>> = HashMap::new();
    for receipt in &history.receipts {
        let Seen::Span(span) = &receipt.seen else { continue };
        let place = (receipt.reader, span.room);
        seen.entry(place).or_default().extend(span.messages.iter().map(|message| message.id));
        if span.reset.is_some() {
            resets.entry(place).or_default().push(span);
        }
    }
    let mut found = Vec::new();
    for listener in &history.readers {
        for room in &listener.stays_in {
            let place = (listener.reader, *room);
            for row in history.truth.messages.get(room).into_iter().flatten() {
                let told = seen.get(&place).is_some_and(|ids| ids.contains(&row.id));
                let spared = || {
                    let spans = resets.get(&place).into_iter().flatten();
                    spans.into_iter().any(|s| s.reset.is_some_and(|from| row.seq < from) && row.seq <= s.rev)
                };
                if !told && !spared() {
                    let what = format!("reader {} was never told a message", listener.reader);
                    found.push(Violation::new("everything told", what).showing(row));
                }
            }
        }
    }
    found
}
