//! What was answered must be so: acknowledged is durable and there once, refused never appears, unknown is settled.

use std::collections::HashMap;

use types::{MessageId, Rev};

use super::super::record::{Act, Outcome};
use super::{History, Violation, posts};

/// Every acknowledged post is in the database, at the place that was told.
pub(super) fn durable(history: &History) -> Vec<Violation> {
    let truth = history.truth.by_id();
    let mut found = Vec::new();
    for operation in &history.operations {
        let (Act::Post { message, room, .. }, Outcome::Ok(seq)) = (&operation.act, &operation.outcome) else {
            continue;
        };
        match truth.get(message) {
            None => found.push(Violation::new("durable", "an acknowledged message is lost").showing(operation)),
            Some((place, row)) if place != room || seq.is_some_and(|seq| seq != row.seq) => {
                let what = "an acknowledged message stands elsewhere than was told";
                found.push(Violation::new("durable", what).showing(operation).showing(row));
            }
            Some(_) => {}
        }
    }
    found
}

/// Whoever asked again long enough knows in the end.
pub(super) fn resolved(history: &History) -> Vec<Violation> {
    let open = posts(history).into_values().filter_map(|attempts| {
        let last = attempts.last()?;
        let settled = attempts.iter().any(|a| !matches!(a.outcome, Outcome::Unknown(_)));
        (!settled).then(|| Violation::new("resolved", "a post stayed unknown to the end").showing(last))
    });
    open.collect()
}

/// One copy per post. A body begins with the id of its post, so a second row under another id is seen too.
pub(super) fn once(history: &History) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut first: HashMap<&str, &super::Row> = HashMap::new();
    for row in history.truth.messages.values().flatten().filter(|row| !row.deleted) {
        let Some(mark) = row.body.split(' ').next().filter(|mark| mark.len() == 36) else { continue };
        if let Some(other) = first.insert(mark, row) {
            found.push(Violation::new("once", "a message is there twice").showing(other).showing(row));
        }
    }
    for attempts in posts(history).into_values() {
        let mut told = attempts.iter().filter_map(|a| match a.outcome {
            Outcome::Ok(Some(seq)) => Some((seq, *a)),
            _ => None,
        });
        let Some((seq, first)) = told.next() else { continue };
        if let Some((_, other)) = told.find(|(other, _)| *other != seq) {
            found.push(Violation::new("once", "one post was given two places").showing(first).showing(other));
        }
    }
    found
}

/// What was refused at every attempt never appears, nor does what nobody sent.
pub(super) fn no_phantom(history: &History) -> Vec<Violation> {
    let posts = posts(history);
    let mut found = Vec::new();
    for row in history.truth.messages.values().flatten() {
        let Some(attempts) = posts.get(&row.id) else {
            found.push(Violation::new("no phantom", "a message is there that nobody sent").showing(row));
            continue;
        };
        if let Some(first) = attempts.first()
            && attempts.iter().all(|a| matches!(a.outcome, Outcome::Fail(_)))
        {
            found.push(Violation::new("no phantom", "a refused message is there").showing(first).showing(row));
        }
    }
    found
}

/// An acknowledged edit or deletion is not undone.
pub(super) fn changes_kept(history: &History) -> Vec<Violation> {
    let truth = history.truth.by_id();
    let mut found = Vec::new();
    for operation in &history.operations {
        let Outcome::Ok(rev) = &operation.outcome else { continue };
        let kept = |message: &MessageId, good: &dyn Fn(&super::Row) -> bool| {
            truth.get(message).is_some_and(|(_, row)| good(row))
        };
        let good = match &operation.act {
            Act::Edit { message, body } => kept(message, &|row| {
                let rev: Rev = rev.unwrap_or(0);
                row.rev > rev || (row.rev == rev && row.body == *body)
            }),
            Act::Delete { message } => kept(message, &|row| row.deleted && row.body.is_empty()),
            _ => true,
        };
        if !good {
            found.push(Violation::new("changes kept", "an acknowledged change is lost").showing(operation));
        }
    }
    found
}

/// Who was told that a message is stored finds it, on every node, at once.
pub(super) fn readable_after_ack(history: &History) -> Vec<Violation> {
    let lost = history
        .operations
        .iter()
        .filter(|operation| matches!((&operation.act, &operation.outcome), (Act::ReadBack { .. }, Outcome::Ok(None))));
    lost.map(|o| Violation::new("readable after ack", "an acknowledged message was not to be read").showing(o))
        .collect()
}
