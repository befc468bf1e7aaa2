//! What is written down while a run goes on: each operation from its call to its answer, and each frame a reader was
//! told. The checker knows nothing else of the run.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use types::{Changes, ErrorCode, MessageId, Rev, RoomId, Seq, UserId};

/// Microseconds since the run began, by one clock for all.
pub type Micros = u64;

/// One attempt to do something, from its call to its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// By whom.
    pub who: UserId,
    /// Asked of which node.
    pub node: usize,
    /// What.
    #[serde(flatten)]
    pub act: Act,
    /// When it was called.
    pub invoke: Micros,
    /// When it was answered, or given up.
    pub end: Micros,
    /// What became of it.
    pub outcome: Outcome,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// A post: the `number`th of its sender in that room. Repeats carry the same id.
    Post {
        /// Where.
        room: RoomId,
        /// Its id.
        message: MessageId,
        /// Its place among its sender's posts.
        number: u64,
    },
    /// A new body.
    Edit {
        /// Of which message.
        message: MessageId,
        /// The body.
        body: String,
    },
    /// A deletion.
    Delete {
        /// Of which message.
        message: MessageId,
    },
    /// A reaction is set or taken back.
    React {
        /// To which message.
        message: MessageId,
        /// With what.
        emoji: String,
        /// Whether it is to stand.
        standing: bool,
    },
    /// Somebody is taken out: once in each cycle.
    Remove {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// Counts the removals of this person here.
        cycle: usize,
    },
    /// Somebody is taken in again, in the same cycle.
    Add {
        /// Where.
        room: RoomId,
        /// Who.
        user: UserId,
        /// That of the removal.
        cycle: usize,
    },
    /// The feed just below an acknowledged message is read; `ok` tells the place it was found at.
    ReadBack {
        /// Where.
        room: RoomId,
        /// Which message.
        message: MessageId,
    },
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done; with the place or revision that was told, where one was.
    Ok(Option<Rev>),
    /// Refused for good: it was not done and never will be.
    Fail(ErrorCode),
    /// No answer, or one that leaves it open.
    Unknown(String),
}

/// Something a reader was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Which reader.
    pub reader: usize,
    /// When.
    pub at: Micros,
    /// What.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What a reader was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "seen", rename_all = "snake_case")]
pub enum Seen {
    /// It connected (again), holding this.
    Opened {
        /// To which node.
        node: usize,
        /// The revision held of each room.
        held: Vec<(RoomId, Rev)>,
    },
    /// It began to watch a room, holding this.
    Watched {
        /// Which.
        room: RoomId,
        /// The revision held.
        rev: Rev,
    },
    /// Rows.
    Span(Span),
    /// A room is not theirs any more.
    Gone {
        /// Which.
        room: RoomId,
    },
    /// The connection ended.
    Closed {
        /// How.
        why: String,
    },
}

/// Rows as they were told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Of which room.
    pub room: RoomId,
    /// The revision they follow.
    pub since: Rev,
    /// The revision they reach.
    pub rev: Rev,
    /// Asked for by the reader, not told by the socket.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub feed: bool,
    /// They replace what was held: the newest page, which begins at this place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<Seq>,
    /// Messages.
    pub messages: Vec<SeenMessage>,
    /// Revisions of the other rows.
    pub others: Vec<Rev>,
}

/// A message as it was told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenMessage {
    /// Its id.
    pub id: MessageId,
    /// Its place.
    pub seq: Seq,
    /// Its revision.
    pub rev: Rev,
}

impl Span {
    /// What of a frame matters to the checker.
    pub fn of(changes: &Changes, feed: bool) -> Span {
        let seen = |m: &types::Message| SeenMessage { id: m.id, seq: m.seq, rev: m.rev };
        let others = changes.members.iter().map(|m| m.rev).chain(changes.events.iter().map(|e| e.seq));
        let others = others.chain(changes.reactions.iter().map(|r| r.rev)).chain(changes.votes.iter().map(|v| v.rev));
        Span {
            room: changes.room_id,
            since: changes.since,
            rev: changes.rev,
            feed,
            reset: changes.reset.then(|| changes.previous.unwrap_or(0)),
            messages: changes.messages.iter().map(seen).collect(),
            others: others.chain(changes.room.iter().map(|r| r.rev)).collect(),
        }
    }

    /// The highest revision of its rows; of an empty span, nothing.
    pub fn highest_row(&self) -> Option<Rev> {
        self.messages.iter().map(|m| m.rev).chain(self.others.iter().copied()).max()
    }
}

/// Where everyone writes down what they did and saw. Cheap to clone.
#[derive(Clone)]
pub struct Recorder(Arc<Inner>);

struct Inner {
    began: Instant,
    operations: Mutex<Vec<Operation>>,
    receipts: Mutex<Vec<Receipt>>,
}

impl Recorder {
    /// An empty record that begins now.
    #[expect(clippy::new_without_default, reason = "it begins a clock")]
    pub fn new() -> Recorder {
        Recorder(Arc::new(Inner { began: Instant::now(), operations: Mutex::default(), receipts: Mutex::default() }))
    }

    /// This moment.
    pub fn now(&self) -> Micros {
        u64::try_from(self.0.began.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Notes an operation that has ended now.
    pub fn operation(&self, who: UserId, node: usize, act: Act, invoke: Micros, outcome: Outcome) {
        let end = self.now();
        self.0.operations.lock().push(Operation { who, node, act, invoke, end, outcome });
    }

    /// Notes what a reader was told now.
    pub fn receipt(&self, reader: usize, seen: Seen) {
        let at = self.now();
        self.0.receipts.lock().push(Receipt { reader, at, seen });
    }

    /// Posts acknowledged so far.
    pub fn acknowledged(&self) -> usize {
        let operations = self.0.operations.lock();
        operations.iter().filter(|o| matches!((&o.act, &o.outcome), (Act::Post { .. }, Outcome::Ok(_)))).count()
    }

    /// Takes what was written down.
    pub fn take(&self) -> (Vec<Operation>, Vec<Receipt>) {
        (std::mem::take(&mut self.0.operations.lock()), std::mem::take(&mut self.0.receipts.lock()))
    }
}

/// Writes rows as JSON lines.
pub fn write_lines<T: Serialize>(path: &Path, rows: &[T]) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    Ok(file.flush()?)
}
