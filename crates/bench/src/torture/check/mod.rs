//! The checker: pure functions over what was written down, one rule per function. It knows nothing of the server but
//! its promises, and says for each broken one which few records show it.

mod answers;
mod delivery;
mod order;
mod removal;
mod state;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use serde::Serialize;
use serde_json::Value;
use types::{MessageId, Rev, RoomId, Seq, UserId};

use super::record::{Act, Operation, Receipt};

/// All that is known of a run.
#[derive(Debug, Default)]
pub struct History {
    /// What was done, in the order of the answers.
    pub operations: Vec<Operation>,
    /// What was told, in the order it came.
    pub receipts: Vec<Receipt>,
    /// Who listened.
    pub readers: Vec<Listener>,
    /// What the readers held at the end, when nothing was under way any more.
    pub held: Vec<Held>,
    /// What the database held then.
    pub truth: Truth,
}

/// A reader.
#[derive(Debug, Clone, Serialize)]
pub struct Listener {
    /// Its number.
    pub reader: usize,
    /// Who listens.
    pub user: UserId,
    /// Where they are members from the beginning to the end, so that everything must reach them.
    pub stays_in: Vec<RoomId>,
}

/// A room as a reader held it at the end.
#[derive(Debug, Clone)]
pub struct Held {
    /// Which reader.
    pub reader: usize,
    /// Which room.
    pub room: RoomId,
    /// Up to where it is known.
    pub rev: Rev,
    /// The oldest place held: below it nothing was asked for.
    pub from: Seq,
    /// The messages.
    pub messages: Vec<Row>,
}

/// A message as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its id.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Its revision.
    pub rev: Rev,
    /// By whom.
    pub author: UserId,
    /// What it says; empty once deleted.
    pub body: String,
    /// Whether it is a tombstone.
    pub deleted: bool,
    /// Answers in its thread.
    pub replies: i64,
    /// Reactions that stand.
    pub reactions: i64,
}

/// The database at the end.
#[derive(Debug, Default)]
pub struct Truth {
    /// Each room's head.
    pub heads: HashMap<RoomId, Rev>,
    /// Each room's messages by place.
    pub messages: HashMap<RoomId, Vec<Row>>,
    /// Who went out of a room (true: came in), at the revision of the member's row, in that order.
    pub comings: HashMap<(RoomId, UserId), Vec<(Rev, bool)>>,
}

impl Truth {
    /// The rows by id.
    fn by_id(&self) -> HashMap<MessageId, (RoomId, &Row)> {
        self.messages.iter().flat_map(|(room, rows)| rows.iter().map(|row| (row.id, (*room, row)))).collect()
    }
}

/// A broken promise.
#[derive(Debug, Serialize)]
pub struct Violation {
    /// Which rule.
    pub rule: &'static str,
    /// What happened.
    pub what: String,
    /// The records that show it.
    pub evidence: Vec<Value>,
}

impl Violation {
    /// A violation without evidence yet.
    fn new(rule: &'static str, what: impl Into<String>) -> Violation {
        Violation { rule, what: what.into(), evidence: Vec::new() }
    }

    /// The same, with a record that shows it.
    fn showing(mut self, record: &impl Serialize) -> Violation {
        self.evidence.push(serde_json::to_value(record).unwrap_or(Value::Null));
        self
    }
}

/// Every rule, over the whole run; the shortest counter-example first.
pub fn check(history: &History) -> Vec<Violation> {
    let rules: [fn(&History) -> Vec<Violation>; 12] = [
        answers::durable,
        answers::resolved,
        answers::once,
        answers::no_phantom,
        answers::changes_kept,
        answers::readable_after_ack,
        order::real_time,
        order::per_sender,
        delivery::gapless,
        delivery::told_is_true,
        delivery::everything_told,
        state::equals_the_database,
    ];
    let mut found: Vec<Violation> = rules.iter().flat_map(|rule| rule(history)).collect();
    found.extend(removal::nothing_above(history));
    found.extend(removal::nothing_by_the_removed(history));
    found.sort_by_key(|violation| violation.evidence.len());
    found
}

/// The posts of a run by id: every attempt, in the order of the calls.
pub(super) fn posts(history: &History) -> HashMap<MessageId, Vec<&Operation>> {
    let mut posts: HashMap<MessageId, Vec<&Operation>> = HashMap::new();
    for operation in &history.operations {
        if let Act::Post { message, .. } = operation.act {
            posts.entry(message).or_default().push(operation);
        }
    }
    for attempts in posts.values_mut() {
        attempts.sort_by_key(|operation| operation.invoke);
    }
    posts
}
