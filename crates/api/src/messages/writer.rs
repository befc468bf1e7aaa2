//! The queue of posts: who may enter it, and how each is answered. `flow` takes them to Postgres.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};
use types::{ErrorCode, Message, PostedReceipt};

use super::Draft;
use super::lane::{Lane, Turn};
use super::store::Answers;
use crate::app::App;
use crate::error::Error;

/// Posts that may wait; over it the asker is told to come back.
const QUEUE: usize = 4_096;
/// Posts of one transaction at most: bounds how long the first of them waits.
pub(super) const BATCH: usize = 256;
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

/// A post in the queue.
pub(super) struct Item {
    pub(super) draft: Draft,
    reply: Reply,
    /// How often it may still be looked for, where another node was storing its id.
    pub(super) tries: u32,
    /// It was in a batch that failed and is tried alone.
    pub(super) is_alone: bool,
}

impl Item {
    /// A post that enters its lane.
    pub(super) fn new(
        draft: Draft,
        lane: Option<&Arc<Lane>>,
        answer: impl FnOnce(Result<Posted, Error>) + Send + 'static,
    ) -> Item {
        let reply = Reply { turn: lane.map(Lane::enter), answer: Some(Box::new(answer)) };
        Item { draft, reply, tries: TRIES, is_alone: false }
    }

    /// Whether an earlier post of the same lane was refused and may be repeated.
    pub(super) fn is_refused(&self) -> bool {
        self.reply.turn.as_ref().is_some_and(Turn::is_refused)
    }

    /// What tells its lane from the others for as long as the post is held.
    pub(super) fn lane(&self) -> Option<usize> {
        self.reply.turn.as_ref().map(Turn::lane)
    }

    /// The same, to be tried alone.
    pub(super) fn alone(self) -> Item {
        Item { is_alone: true, ..self }
    }

    /// Answers it; if it is refused and may be repeated, what follows in its lane is refused with it.
    pub(super) fn answer(mut self, posted: Result<Posted, Error>) {
        self.reply.give(posted);
    }

    /// Answers with a refusal.
    pub(super) fn refuse(self, error: Error) {
        self.answer(Err(error));
    }
}

/// Called once with what became of a post.
type Answer = Box<dyn FnOnce(Result<Posted, Error>) + Send>;

/// Answers a post once, whatever becomes of it.
struct Reply {
    turn: Option<Turn>,
    answer: Option<Answer>,
}

impl Reply {
    fn give(&mut self, posted: Result<Posted, Error>) {
        use ErrorCode::{Internal, Stopping, StorageFull, Unavailable};
        let Some(answer) = self.answer.take() else { return };
        let turn = self.turn.take();
        if let (Some(turn), Err(error)) = (&turn, &posted)
            && matches!(error.code, Unavailable | StorageFull | Stopping | Internal)
        {
            turn.refuse();
        }
        // Not under way any more: who hears the answer may send again at once.
        drop(turn);
        answer(posted);
    }
}

/// Let go of by a writer that ended or panicked. It may be stored all the same; the repeat finds it then.
impl Drop for Reply {
    fn drop(&mut self) {
        self.give(Err(Error::unavailable("the writer let go of the post".into())));
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

    /// Queues a post at once, behind those of its lane. `answer` is called when it was stored or refused, by the writer
    /// itself, so it must not take long. What is queued is committed even if nobody minds any more.
    pub fn post(
        &self,
        draft: Draft,
        lane: Option<&Arc<Lane>>,
        answer: impl FnOnce(Result<Posted, Error>) + Send + 'static,
    ) {
        match self.tx.try_send(Item::new(draft, lane, answer)) {
            Ok(()) => {}
            Err(TrySendError::Full(item)) => item.refuse(Error::unavailable("the writer's queue is full".into())),
            Err(TrySendError::Closed(item)) => item.refuse(Error::new(ErrorCode::Stopping)),
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

/// Answers many with the same refusal, logged once.
pub(super) fn refuse_all(items: Vec<Item>, error: &Error) {
    tracing::warn!(%error, posts = items.len(), "posts could not be stored");
    for item in items {
        let cause = error.cause.clone();
        item.refuse(Error { cause, retry_after: error.retry_after, ..Error::new(error.code) });
    }
}

/// Answers posts, and counts the new ones; those that there is no answer to are left.
pub(super) fn tell(app: &App, items: Vec<Item>, answers: Answers) -> Vec<Item> {
    let mut left = Vec::new();
    for (item, answer) in items.into_iter().zip(answers) {
        match answer {
            Some(answer) => {
                if matches!(answer, Ok(Posted::New(_))) {
                    app.metrics.messages_posted.inc();
                }
                item.answer(answer);
            }
            None => left.push(item),
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use types::{RoomId, UserId};
    use uuid::Uuid;

    use super::*;

    fn draft(body: &str) -> Draft {
        Draft::parse(UserId(Uuid::now_v7()), RoomId(Uuid::now_v7()), client::text(body)).unwrap()
    }

    #[test]
    fn a_full_queue_refuses_the_post_that_does_not_fit_and_none_before_it() {
        let (writer, lane) = (Writer::new(), Arc::new(Lane::default()));
        let refused = Arc::new(Mutex::new(Vec::new()));
        for number in 0..QUEUE + 2 {
            let refused = refused.clone();
            let note = move |posted: Result<Posted, Error>| refused.lock().push((number, posted.unwrap_err().code));
            writer.post(draft(&format!("number {number}")), Some(&lane), note);
        }
        assert_eq!(*refused.lock(), [(QUEUE, ErrorCode::Unavailable), (QUEUE + 1, ErrorCode::Unavailable)]);
        let mut queue = writer.take().unwrap();
        let first = queue.try_recv().unwrap();
        assert!(!first.is_refused(), "it was sent before the refused one");
        // There is room again, but this one would overtake the repeat of the refused one.
        writer.post(draft("behind"), Some(&lane), |_| {});
        let rest: Vec<Item> = std::iter::from_fn(|| queue.try_recv().ok()).collect();
        assert_eq!(rest.len(), QUEUE);
        for item in &rest {
            assert_eq!(item.is_refused(), item.draft.body == "behind", "{}", item.draft.body);
        }
    }

    #[test]
    fn a_post_that_is_let_go_of_is_answered_and_so_is_one_that_nobody_takes_any_more() {
        let writer = Writer::new();
        let told = Arc::new(Mutex::new(Vec::new()));
        let note = || {
            let told = told.clone();
            move |posted: Result<Posted, Error>| told.lock().push(posted.unwrap_err().code)
        };
        writer.post(draft("let go of"), None, note());
        assert_eq!(*told.lock(), []);
        drop(writer.take());
        writer.post(draft("too late"), None, note());
        assert_eq!(*told.lock(), [ErrorCode::Unavailable, ErrorCode::Stopping]);
    }
}
