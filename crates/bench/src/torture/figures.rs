//! What a trial's history amounts to in numbers.

use std::collections::HashMap;
use std::time::Duration;

use serde::Serialize;
use types::MessageId;

use super::check::{History, posts};
use super::record::{Act, Micros, Operation, Outcome, Seen};

/// The numbers.
#[derive(Debug, Default, Serialize)]
pub struct Figures {
    /// How long the load went on.
    pub seconds: f64,
    /// Messages acknowledged.
    pub acknowledged: usize,
    /// The same in a second.
    pub per_second: f64,
    /// Messages refused for good (their sender was out).
    pub refused: usize,
    /// Attempts without a clear answer; each was asked for again.
    pub unknown_attempts: usize,
    /// Messages whose first attempt and whose next one both stayed without an answer.
    pub beyond_one_retry: usize,
    /// Answers to a COMMIT that were cut off.
    pub commit_answers_cut: u64,
    /// Edits and deletions done.
    pub changes: usize,
    /// Removals done.
    pub removals: usize,
    /// Messages and rows told to readers.
    pub told: usize,
    /// From the call of a post's attempt to its acknowledgement, in milliseconds: half of them, 99 of 100.
    pub ack_ms: (f64, f64),
    /// From the acknowledgement to each reader who was told of it live, the same.
    pub delivery_ms: (f64, f64),
    /// Until every reader held everything, after the last write.
    pub settled_after_seconds: f64,
}

impl Figures {
    /// Counts and measures.
    pub fn of(history: &History, seconds: f64, settled_after: Duration) -> Figures {
        let mut figures = Figures { seconds, settled_after_seconds: settled_after.as_secs_f64(), ..Figures::default() };
        let mut acknowledged: HashMap<MessageId, Micros> = HashMap::new();
        let mut took = Vec::new();
        for operation in &history.operations {
            match (&operation.act, &operation.outcome) {
                (Act::Post { message, .. }, Outcome::Ok(_)) => {
                    took.push(operation.end - operation.invoke);
                    let end = acknowledged.entry(*message).or_insert(operation.end);
                    *end = (*end).min(operation.end);
                }
                (Act::Post { .. }, Outcome::Fail(_)) => figures.refused += 1,
                (Act::Post { .. }, Outcome::Unknown(_)) => figures.unknown_attempts += 1,
                (Act::Edit { .. } | Act::Delete { .. } | Act::React { .. }, Outcome::Ok(_)) => figures.changes += 1,
                (Act::Remove { .. }, Outcome::Ok(_)) => figures.removals += 1,
                _ => {}
            }
        }
        figures.beyond_one_retry = posts(history).values().filter(|attempts| beyond_one_retry(attempts)).count();
        figures.acknowledged = acknowledged.len();
        figures.per_second = acknowledged.len() as f64 / seconds.max(1.0);
        figures.ack_ms = halves(took);
        let mut late = Vec::new();
        for receipt in &history.receipts {
            let Seen::Span(span) = &receipt.seen else { continue };
            figures.told += span.messages.len() + span.others.len();
            for message in span.messages.iter().filter(|message| message.seq == message.rev) {
                if let Some(end) = acknowledged.get(&message.id) {
                    late.push(receipt.at.saturating_sub(*end));
                }
            }
        }
        figures.delivery_ms = halves(late);
        figures
    }
}

/// Whether two attempts, one after the other, had no answer. Those under way in the same moment count as one.
fn beyond_one_retry(attempts: &[&Operation]) -> bool {
    let mut end: Micros = 0;
    let (mut failed, mut failures) = (false, 0);
    for attempt in attempts {
        let unknown = matches!(attempt.outcome, Outcome::Unknown(_));
        if attempt.invoke < end {
            failed &= unknown;
        } else {
            failures = if failed { failures + 1 } else { 0 };
            failed = unknown;
        }
        end = end.max(attempt.end);
        if failures > 0 && failed {
            return true;
        }
    }
    false
}

/// The half and the 99th of a hundred, in milliseconds.
pub(super) fn halves(mut times: Vec<Micros>) -> (f64, f64) {
    times.sort_unstable();
    let at = |share: f64| times.get((times.len() as f64 * share) as usize).map_or(0.0, |time| *time as f64 / 1_000.0);
    (at(0.5), at(0.99))
}

#[cfg(test)]
mod tests {
    use types::{MessageId, RoomId, UserId};
    use uuid::Uuid;

    use super::*;

    #[test]
    fn two_attempts_at_once_are_one_and_two_in_a_row_are_two() {
        let attempt = |invoke, end, outcome| {
            let (room, message) = (RoomId(Uuid::nil()), MessageId(Uuid::nil()));
            let act = Act::Post { room, message, number: 1 };
            Operation { who: UserId(Uuid::nil()), node: 0, act, invoke, end, outcome }
        };
        let (lost, ok) = (|| Outcome::Unknown(String::new()), || Outcome::Ok(Some(1)));
        let at_once = [attempt(0, 10, lost()), attempt(1, 12, lost()), attempt(20, 30, ok())];
        assert!(!beyond_one_retry(&at_once.iter().collect::<Vec<_>>()));
        let in_a_row = [attempt(0, 10, lost()), attempt(11, 12, lost()), attempt(20, 30, ok())];
        assert!(beyond_one_retry(&in_a_row.iter().collect::<Vec<_>>()));
        let one_of_two = [attempt(0, 10, lost()), attempt(1, 12, ok()), attempt(20, 30, lost())];
        assert!(!beyond_one_retry(&one_of_two.iter().collect::<Vec<_>>()));
    }
}
