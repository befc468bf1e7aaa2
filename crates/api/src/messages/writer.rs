//! The queue of posts: who may enter it, in which lane, and how each is answered. `flow` takes them to Postgres.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use types::{ErrorCode, Message, PostedReceipt};

use super::Draft;
use crate::app::App;
use crate::error::Error;

/// Posts that may wait; over it the asker is told to come back.
const QUEUE: usize = 4_096;
/// How often a post whose id another node was storing is looked for again.
const TRIES: u32 = 3;

/// The answer to a post.
#[derive(Debug, Clone)]
pub enum Posted {
    /// Stored by this request.
    New(Message),
    /// Stored by an earlier one; the message as it is now.
    Again(Message),
    /// Stored by an earlier one, and the author has since left the room.
    Receipt(PostedReceipt),
}

/// What one socket sends to one room: after a refusal that may be repeated, the later posts already sent are refused
/// too, so that a repeat can't come behind them.
#[derive(Debug, Default)]
pub struct Lane {
    refused: AtomicBool,
    in_flight: AtomicUsize,
}

impl Lane {
    /// A post enters; after all earlier ones were answered, the lane is good again.
    pub fn enter(&self) {
        if self.in_flight.fetch_add(1, Ordering::AcqRel) == 0 {
            self.refused.store(false, Ordering::Release);
        }
    }

    /// A post was answered.
    pub fn answered(&self) {
        self.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Called once with what became of a post.
pub(super) type Answer = Box<dyn FnOnce(Result<Posted, Error>) + Send>;

/// A post in the queue.
pub(super) struct Item {
    pub(super) draft: Draft,
    pub(super) lane: Option<Arc<Lane>>,
    pub(super) answer: Answer,
    /// How often it may still be looked for, where another node was storing its id.
    pub(super) tries: u32,
    /// It was in a batch that failed and is tried alone.
    pub(super) alone: bool,
}

/// Why a post is refused whose lane is.
pub(super) const BEHIND: &str = "an earlier post of this socket was refused";

impl Item {
    /// Whether an earlier post of the same lane was refused and may be repeated.
    pub(super) fn refused(&self) -> bool {
        self.lane.as_ref().is_some_and(|lane| AtomicBool::load(&lane.refused, Ordering::Acquire))
    }

    /// What tells its lane from the others for as long as the post is held.
    pub(super) fn lane_address(&self) -> Option<usize> {
        self.lane.as_ref().map(|lane| Arc::as_ptr(lane).addr())
    }
}

/// The queue of posts.
pub struct Writer {
    tx: mpsc::Sender<Item>,
    rx: Mutex<Option<mpsc::Receiver<Item>>>,
}

impl Writer {
    /// A queue nobody takes from yet; `flow` does.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Writer {
        let (tx, rx) = mpsc::channel(QUEUE);
        Writer { tx, rx: Mutex::new(Some(rx)) }
    }

    /// Queues a post at once. `answer` is called when it was stored or refused, by the writer itself, so it must not take
    /// long. What is queued is committed even if nobody minds any more.
    pub fn post(
        &self,
        draft: Draft,
        lane: Option<Arc<Lane>>,
        answer: impl FnOnce(Result<Posted, Error>) + Send + 'static,
    ) {
        let item = Item { draft, lane, answer: Box::new(answer), tries: TRIES, alone: false };
        if let Err(error) = self.tx.try_send(item) {
            refuse(error.into_inner(), Error::unavailable("the writer's queue is full".into()));
        }
    }

    /// The end to take from; the first who asks gets it.
    pub(super) fn take(&self) -> Option<mpsc::Receiver<Item>> {
        self.rx.lock().take()
    }

    /// Posts that wait.
    pub fn waiting(&self) -> usize {
        QUEUE - self.tx.capacity()
    }
}

/// Posts and waits for the answer.
pub async fn post(app: &App, draft: Draft) -> Result<Posted, Error> {
    let (answer, answered) = oneshot::channel();
    app.writer.post(draft, None, |posted| {
        // Who does not wait any more does not mind.
        let _ = answer.send(posted);
    });
    answered.await.map_err(|_| Error::new(ErrorCode::Stopping))?
}

/// Answers with a refusal; if it may be repeated, the lane is refused with it.
pub(super) fn refuse(item: Item, error: Error) {
    use ErrorCode::{Internal, Stopping, StorageFull, Unavailable};
    let again = matches!(error.code, Unavailable | StorageFull | Stopping | Internal);
    if let Some(lane) = item.lane.as_ref().filter(|_| again) {
        lane.refused.store(true, Ordering::Release);
    }
    (item.answer)(Err(error));
}

/// Answers many with the same refusal, logged once.
pub(super) fn refuse_all(items: Vec<Item>, error: &Error) {
    tracing::warn!(%error, posts = items.len(), "posts could not be stored");
    for item in items {
        let cause = error.cause.clone();
        refuse(item, Error { cause, retry_after: error.retry_after, ..Error::new(error.code) });
    }
}

/// Answers a post, and counts it if it is new.
pub(super) fn tell(app: &App, item: Item, answer: Result<Posted, Error>) {
    match answer {
        Ok(posted) => {
            if matches!(posted, Posted::New(_)) {
                app.metrics.messages_posted.inc();
            }
            (item.answer)(Ok(posted));
        }
        Err(error) => refuse(item, error),
    }
}
