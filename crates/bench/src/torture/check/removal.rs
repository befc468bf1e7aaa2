//! A removal is a line: nothing above it reaches the removed person before they are taken in again, and nothing is
//! theirs between the two.

use std::collections::HashMap;

use types::{Rev, RoomId, UserId};

use super::super::record::{Act, Micros, Outcome, Seen};
use super::{History, Violation};

/// A time somebody was out: from this revision on, and until somebody first asked to take them in again.
struct Out {
    removed: Rev,
    back: Option<Rev>,
    asked_back: Micros,
}

fn outs(history: &History) -> HashMap<(RoomId, UserId), Vec<Out>> {
    let mut asked: HashMap<(RoomId, UserId), HashMap<usize, Micros>> = HashMap::new();
    let mut ask = |room, user, cycle, at: Micros| {
        let first = asked.entry((room, user)).or_default().entry(cycle).or_insert(at);
        *first = (*first).min(at);
    };
    for operation in &history.operations {
        if let Act::Add { room, user, cycle } = operation.act {
            ask(room, user, cycle, operation.invoke);
            // Without an answer it may still be done later, and end the next time out too.
            if matches!(operation.outcome, Outcome::Unknown(_)) {
                ask(room, user, cycle + 1, operation.invoke);
            }
        }
    }
    let mut outs = HashMap::new();
    for (place, comings) in &history.truth.comings {
        let mut list: Vec<Out> = Vec::new();
        for (rev, inside) in comings {
            match (*inside, list.last_mut()) {
                (false, _) => {
                    let cycle = list.len();
                    let asked_back = asked.get(place).and_then(|asked| asked.get(&cycle)).copied();
                    list.push(Out { removed: *rev, back: None, asked_back: asked_back.unwrap_or(Micros::MAX) });
                }
                (true, Some(out)) => out.back = out.back.or(Some(*rev)),
                (true, None) => {}
            }
        }
        outs.insert(*place, list);
    }
    outs
}

/// Nothing with a revision above the removal reaches the removed person.
pub(super) fn nothing_above(history: &History) -> Vec<Violation> {
    let outs = outs(history);
    let users: HashMap<usize, UserId> = history.readers.iter().map(|l| (l.reader, l.user)).collect();
    let mut found = Vec::new();
    for receipt in &history.receipts {
        let (Seen::Span(span), Some(user)) = (&receipt.seen, users.get(&receipt.reader)) else { continue };
        let Some(highest) = span.highest_row() else { continue };
        let Some(outs) = outs.get(&(span.room, *user)) else { continue };
        if let Some(out) = outs.iter().find(|out| out.removed < highest && receipt.at < out.asked_back) {
            let what = format!("somebody removed at revision {} was told revision {highest}", out.removed);
            found.push(Violation::new("nothing above a removal", what).showing(receipt));
        }
    }
    found
}

/// Nothing by a removed person has a revision between their removal and their return.
pub(super) fn nothing_by_the_removed(history: &History) -> Vec<Violation> {
    let mut found = Vec::new();
    for ((room, user), outs) in outs(history) {
        for row in history.truth.messages.get(&room).into_iter().flatten().filter(|row| row.author == user) {
            let between = |out: &&Out| out.removed < row.seq && out.back.is_none_or(|back| row.seq < back);
            if let Some(out) = outs.iter().find(between) {
                let what = format!("somebody removed at revision {} posted", out.removed);
                found.push(Violation::new("nothing by the removed", what).showing(row));
            }
        }
    }
    found
}
