//! Posts on their way to Postgres. Those that arrive while a commit is under way go into the next one, which `store`
//! makes. Alone, a post waits for nothing.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use types::{ErrorCode, Message, PostedReceipt};

use super::store::{self, Answers, Store};
use super::Draft;
use crate::app::App;
use crate::error::Error;
use crate::realtime::News;
use crate::seeded::SeededFault;

/// Posts that may wait; over it the asker is told to come back.
const QUEUE: usize = 4_096;
/// Posts of one transaction at most: bounds how long the first of them waits.
const BATCH: usize = 256;
/// A batch that takes longer is given up.
const WITHIN: Duration = Duration::from_secs(10);
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

struct Item {
    draft: Draft,
    lane: Option<Arc<Lane>>,
    answer: oneshot::Sender<Result<Posted, Error>>,
}

const BEHIND: &str = "an earlier post of this socket was refused";

impl Item {
    /// Whether an earlier post of the same lane was refused and may be repeated.
    fn refused(&self) -> bool {
        self.lane.as_ref().is_some_and(|lane| AtomicBool::load(&lane.refused, Ordering::Acquire))
    }
}

/// The queue of posts.
pub struct Writer {
    tx: mpsc::Sender<Item>,
    rx: Mutex<Option<mpsc::Receiver<Item>>>,
}

impl Writer {
    /// A queue nobody takes from yet; [`run`] does.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Writer {
        let (tx, rx) = mpsc::channel(QUEUE);
        Writer { tx, rx: Mutex::new(Some(rx)) }
    }

    /// Queues a post at once and gives its answer to come. What is queued is committed even if nobody waits any more.
    pub fn post(&self, draft: Draft, lane: Option<Arc<Lane>>) -> oneshot::Receiver<Result<Posted, Error>> {
        let (answer, answered) = oneshot::channel();
        if let Err(error) = self.tx.try_send(Item { draft, lane, answer }) {
            let item = error.into_inner();
            refuse(item, Error::unavailable("the writer's queue is full".into()));
        }
        answered
    }

    /// Posts that wait.
    pub fn waiting(&self) -> usize {
        QUEUE - self.tx.capacity()
    }
}

/// Posts and waits for the answer.
pub async fn post(app: &App, draft: Draft) -> Result<Posted, Error> {
    app.writer.post(draft, None).await.map_err(|_| Error::new(ErrorCode::Stopping))?
}

fn refuse(item: Item, error: Error) {
    use ErrorCode::{Internal, Stopping, StorageFull, Unavailable};
    let again = matches!(error.code, Unavailable | StorageFull | Stopping | Internal);
    if let Some(lane) = item.lane.as_ref().filter(|_| again) {
        lane.refused.store(true, Ordering::Release);
    }
    let _ = item.answer.send(Err(error));
}

/// Takes what has gathered, again and again, until the node stops.
pub async fn run(app: App) {
    let Some(mut rx) = app.writer.rx.lock().take() else { return };
    let mut batch = Vec::with_capacity(BATCH);
    let mut store = None;
    while rx.recv_many(&mut batch, BATCH).await > 0 {
        app.metrics.writer_batch.observe(batch.len() as f64);
        app.metrics.writer_queue.set(app.writer.waiting() as i64);
        let items: Vec<Item> = std::mem::take(&mut batch);
        // In a task of its own: a node that stops lets the commit under way come to its end.
        let task = tokio::spawn(commit_all(app.clone(), store.take(), items));
        match task.await {
            Ok(kept) => store = kept,
            Err(error) => tracing::error!(%error, "the writer's commit was torn"),
        }
    }
}

/// Commits a batch; gives the connection back if it is good for the next.
async fn commit_all(app: App, store: Option<Store>, items: Vec<Item>) -> Option<Store> {
    let mut commit = Commit { app, store };
    let (mut items, late): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|i| !i.refused());
    for item in late {
        refuse(item, Error::unavailable(BEHIND.into()));
    }
    // The same id twice in one batch: the later one is a repeat and takes its turn after the first.
    while !items.is_empty() {
        let mut seen = HashSet::new();
        let (now, later): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|i| seen.insert(i.draft.id));
        items = later;
        commit.run(now, TRIES).await;
    }
    commit.store
}

/// A commit and the connection it is made on.
struct Commit {
    app: App,
    store: Option<Store>,
}

impl Commit {
    async fn run(&mut self, items: Vec<Item>, tries: u32) {
        let drafts: Vec<Draft> = items.iter().map(|item| item.draft.clone()).collect();
        if self.app.config.suffers(SeededFault::AckBeforeCommit) {
            return self.run_late(items, drafts).await;
        }
        match self.write(drafts).await {
            Ok((answers, news)) => {
                self.app.hub.publish(&self.app, news);
                let mut left = Vec::new();
                for (item, answer) in items.into_iter().zip(answers) {
                    match answer {
                        Some(answer) => tell(&self.app, item, answer),
                        None => left.push(item),
                    }
                }
                if !left.is_empty() {
                    self.explain(left, tries).await;
                }
            }
            // One fault must not fail the others: each is tried alone.
            Err(error) if items.len() > 1 && error.code == ErrorCode::Internal => {
                tracing::warn!(%error, "a batch failed; its posts are tried one by one");
                for item in items {
                    if item.refused() {
                        refuse(item, Error::unavailable(BEHIND.into()));
                        continue;
                    }
                    Box::pin(self.run(vec![item], tries)).await;
                }
            }
            Err(error) => refuse_all(items, &error),
        }
    }

    /// Stores on the connection that is kept, or a new one. A database that does not answer must not hold the queue: the
    /// connection is given up, and should the commit have gone through all the same, the repeat finds it and the sweep
    /// hands it on.
    async fn write(&mut self, drafts: Vec<Draft>) -> Result<(Answers, News), Error> {
        let (app, kept) = (&self.app, self.store.take().filter(|store| !store.is_closed()));
        let written = tokio::time::timeout(WITHIN, async {
            let store = match kept {
                Some(store) => store,
                None => Store::open(app).await?,
            };
            let drafts = match app.config.suffers(SeededFault::ForgetfulDedupe) {
                false => drafts,
                true => store::forgotten(app, drafts).await?,
            };
            Ok((store.write(app, &drafts).await?, store))
        });
        let (done, store) =
            written.await.unwrap_or_else(|_| Err(Error::unavailable("the database did not answer in time".into())))?;
        self.store = Some(store);
        Ok(done)
    }

    /// Answers the posts that were not stored; those that nothing stands against any more are tried again.
    async fn explain(&mut self, items: Vec<Item>, tries: u32) {
        let drafts: Vec<&Draft> = items.iter().map(|item| &item.draft).collect();
        let explained = tokio::time::timeout(WITHIN, store::explain(&self.app, &drafts)).await;
        let answers =
            match explained.unwrap_or_else(|_| Err(Error::unavailable("the database did not answer in time".into()))) {
                Ok(answers) => answers,
                Err(error) => return refuse_all(items, &error),
            };
        let mut again = Vec::new();
        for (item, answer) in items.into_iter().zip(answers) {
            match answer {
                Some(answer) => tell(&self.app, item, answer),
                None if tries == 0 => refuse(item, Error::unavailable("another node stores the same ids".into())),
                // In order: behind a refused one of its lane it is refused too.
                None if item.refused() => refuse(item, Error::unavailable(BEHIND.into())),
                None => again.push(item),
            }
        }
        if !again.is_empty() {
            Box::pin(self.run(again, tries - 1)).await;
        }
    }

    /// Answers first and commits then: a fault put in on purpose.
    async fn run_late(&mut self, items: Vec<Item>, drafts: Vec<Draft>) {
        let (tell_early, answers) = oneshot::channel();
        let late = self.app.clone();
        tokio::spawn(async move {
            let Ok(store) = Store::open(&late).await else { return };
            if let Ok(news) = store.write_late(&late, &drafts, tell_early).await {
                late.hub.publish(&late, news);
            }
        });
        let mut answers = answers.await.unwrap_or_default().into_iter();
        for item in items {
            match answers.next().flatten() {
                Some(answer) => tell(&self.app, item, answer),
                None => refuse(item, Error::unavailable("it could not be stored".into())),
            }
        }
    }
}

fn refuse_all(items: Vec<Item>, error: &Error) {
    tracing::warn!(%error, posts = items.len(), "posts could not be stored");
    for item in items {
        let cause = error.cause.clone();
        refuse(item, Error { cause, retry_after: error.retry_after, ..Error::new(error.code) });
    }
}

fn tell(app: &App, item: Item, answer: Result<Posted, Error>) {
    match answer {
        Ok(posted) => {
            if matches!(posted, Posted::New(_)) {
                app.metrics.messages_posted.inc();
            }
            let _ = item.answer.send(Ok(posted));
        }
        Err(error) => refuse(item, error),
    }
}
