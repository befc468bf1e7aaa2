//! Posts on their way to Postgres. Those that arrive while a commit is under way go into the next one, which `store`
//! makes; it is sent behind the first without waiting for its end. Alone, a post waits for nothing. What takes questions
//! of its own, why a post was not stored and a new connection, is done beside this, and nobody else waits for it.

use std::collections::VecDeque;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesOrdered, FuturesUnordered};
use futures_util::{FutureExt, StreamExt};
use tokio::sync::mpsc;
use tokio::time::timeout;
use types::ErrorCode;

use super::Draft;
use super::explain::explain;
use super::store::{self, Answers, Store};
use super::waiting::{Held, Waiting};
use super::writer::{BATCH, Item, refuse_all, tell};
use crate::app::App;
use crate::error::Error;
use crate::realtime::{News, together};
use crate::seeded::SeededFault;

/// Posts that wait to be explained; over it no more are taken from the queue.
const UNEXPLAINED: usize = 4 * BATCH;
/// A batch that takes longer is given up.
const WITHIN: Duration = Duration::from_secs(10);

/// Takes what has gathered, again and again, until the node stops. After a panic it begins anew: what was under way is
/// answered as a refusal that may be repeated, what waits in the queue goes on.
pub async fn run(app: App) {
    let Some(mut queue) = app.writer.take() else { return };
    // Nothing that the panic may have left half done is used again: the flow and its connection are dropped.
    while AssertUnwindSafe(flow(&app, &mut queue)).catch_unwind().await.is_err() {
        tracing::error!("the writer panicked and begins anew; the posts that were under way are refused");
    }
}

async fn flow(app: &App, queue: &mut mpsc::Receiver<Item>) {
    let mut flow = Flow::new(app.clone());
    let mut arrived = Vec::with_capacity(BATCH);
    loop {
        let full = flow.waiting.len() >= BATCH || flow.unexplained.len() >= UNEXPLAINED;
        tokio::select! {
            biased;
            Some(batch) = flow.under_way.next() => flow.settle(batch),
            Some(done) = flow.beside.next() => flow.go_on(done),
            count = queue.recv_many(&mut arrived, BATCH), if !full => match count {
                0 => return,
                _ => flow.waiting.extend(arrived.drain(..)),
            },
        }
        flow.explain();
        while flow.send() {}
        let waiting = flow.waiting.len() + flow.unexplained.len() + app.writer.waiting();
        app.metrics.writer_queue.set(waiting as i64);
    }
}

/// A batch that was sent, and what became of it.
struct Batch {
    items: Vec<Item>,
    store: Arc<Store>,
    written: Result<(Answers, News), Error>,
}

/// What was done beside the batches.
enum Beside {
    Opened(Result<Store, Error>),
    Explained(Vec<Item>, Result<Answers, Error>),
}

/// Batches on their way to Postgres: while one is committed the next is sent behind it on the same connection, so that
/// Postgres need not wait for us. They are answered and published in their order.
struct Flow {
    app: App,
    store: Option<Arc<Store>>,
    /// Whether a connection is being opened.
    opening: bool,
    waiting: Waiting,
    under_way: FuturesOrdered<BoxFuture<'static, Batch>>,
    /// What each batch under way holds back, and how many posts it has.
    held: VecDeque<(Held, usize)>,
    /// At most one connection that is opened, and one question.
    beside: FuturesUnordered<BoxFuture<'static, Beside>>,
    /// Posts that were not stored and must be asked about.
    unexplained: Vec<Item>,
    /// What they hold back, and those that are being asked about.
    held_unexplained: Held,
    held_asked: Option<Held>,
}

impl Flow {
    fn new(app: App) -> Flow {
        Flow {
            app,
            store: None,
            opening: false,
            waiting: Waiting::default(),
            under_way: FuturesOrdered::new(),
            held: VecDeque::new(),
            beside: FuturesUnordered::new(),
            unexplained: Vec::new(),
            held_unexplained: Held::default(),
            held_asked: None,
        }
    }

    /// Sends a batch, if there is one to send now.
    fn send(&mut self) -> bool {
        // A batch has its price: behind another one it must be as large. Measured: half as large takes a quarter of the
        // throughput, twice as large as much.
        let worth = match (self.held.back(), self.held.len()) {
            (None, _) => 1,
            (Some((_, posts)), 1) if !self.app.may_dawdle() => *posts,
            _ => return false,
        };
        if self.waiting.len() < worth {
            return false;
        }
        let Some(store) = self.connected() else { return false };
        let batches = self.held.iter().map(|(held, _)| held);
        let held: Vec<&Held> = batches.chain([&self.held_unexplained]).chain(&self.held_asked).collect();
        let Some(items) = self.waiting.gather(&held, worth) else { return false };
        self.app.metrics.writer_batch.observe(items.len() as f64);
        self.push(store, items);
        true
    }

    /// The connection that is kept; where there is none, one is opened, and everyone waits for it.
    fn connected(&mut self) -> Option<Arc<Store>> {
        self.store.take_if(|store| store.is_closed());
        if self.store.is_none() && !self.opening {
            self.opening = true;
            let app = self.app.clone();
            self.beside.push(Box::pin(async move {
                let opened = timeout(WITHIN, Store::open(&app)).await;
                Beside::Opened(opened.unwrap_or_else(|_| Err(no_answer())))
            }));
        }
        self.store.clone()
    }

    /// Puts a batch on its way. A database that does not answer must not hold the queue: the connection is given up, and
    /// should the commit have gone through all the same, the repeat finds it and the sweep hands it on.
    fn push(&mut self, store: Arc<Store>, items: Vec<Item>) {
        self.held.push_back((Held::by(&items), items.len()));
        let drafts: Vec<Draft> = items.iter().map(|item| item.draft.clone()).collect();
        let app = self.app.clone();
        if app.config.suffers(SeededFault::AckBeforeCommit) {
            return self.under_way.push_back(Box::pin(write_late(app, store, items, drafts)));
        }
        self.under_way.push_back(Box::pin(async move {
            let written = timeout(WITHIN, async {
                match app.config.suffers(SeededFault::ForgetfulDedupe) {
                    false => store.write(&app, &drafts).await,
                    true => store.write(&app, &store::forgotten(&app, drafts).await?).await,
                }
            });
            let written = written.await.unwrap_or_else(|_| Err(no_answer()));
            Batch { items, store, written }
        }));
    }

    /// Tells what became of a batch.
    fn settle(&mut self, batch: Batch) {
        self.held.pop_front();
        let Batch { items, store, written } = batch;
        match written {
            Ok((answers, news)) => {
                let left = together(|| {
                    self.app.hub.publish(&self.app, news);
                    tell(&self.app, items, answers)
                });
                self.held_unexplained.add(&left);
                self.unexplained.extend(left);
            }
            // One fault must not fail the others: each is tried alone.
            Err(error) if items.len() > 1 && error.code == ErrorCode::Internal => {
                tracing::warn!(%error, "a batch failed; its posts are tried one by one");
                self.waiting.again(items.into_iter().map(Item::alone).collect());
            }
            Err(error) => {
                // Whatever it was, the next batch is not to suffer from the state this connection is in.
                self.store.take_if(|kept| Arc::ptr_eq(kept, &store));
                refuse_all(items, &error);
            }
        }
    }

    /// Asks why posts were not stored, unless a question is under way: those that come meanwhile are asked about next.
    fn explain(&mut self) {
        if self.unexplained.is_empty() || self.held_asked.is_some() {
            return;
        }
        let items = std::mem::take(&mut self.unexplained);
        self.held_asked = Some(std::mem::take(&mut self.held_unexplained));
        let app = self.app.clone();
        self.beside.push(Box::pin(async move {
            let drafts: Vec<&Draft> = items.iter().map(|item| &item.draft).collect();
            let answers = timeout(WITHIN, explain(&app, &drafts)).await.unwrap_or_else(|_| Err(no_answer()));
            Beside::Explained(items, answers)
        }));
    }

    /// Goes on with what was done beside.
    fn go_on(&mut self, done: Beside) {
        match done {
            Beside::Opened(opened) => {
                self.opening = false;
                match opened {
                    Ok(store) => self.store = Some(Arc::new(store)),
                    Err(error) => refuse_all(self.waiting.take(), &error),
                }
            }
            Beside::Explained(items, answers) => {
                self.held_asked = None;
                match answers {
                    Ok(answers) => self.again(tell(&self.app, items, answers)),
                    Err(error) => refuse_all(items, &error),
                }
            }
        }
    }

    /// Tries posts again that nothing stands against any more.
    fn again(&mut self, items: Vec<Item>) {
        let (mut again, spent): (Vec<Item>, Vec<Item>) = items.into_iter().partition(|item| item.tries > 0);
        for item in spent {
            item.refuse(Error::unavailable("another node stores the same ids".into()));
        }
        again.iter_mut().for_each(|item| item.tries -= 1);
        self.waiting.again(again);
    }
}

fn no_answer() -> Error {
    Error::unavailable("the database did not answer in time".into())
}

/// Answers first and commits then: a fault put in on purpose.
async fn write_late(app: App, store: Arc<Store>, items: Vec<Item>, drafts: Vec<Draft>) -> Batch {
    let filled = timeout(WITHIN, store.fill(&app, &drafts)).await.unwrap_or_else(|_| Err(no_answer()));
    let (answers, news) = match filled {
        Ok(filled) => filled,
        // The connection is left in the middle of a transaction, so it is given up.
        Err(error) => return Batch { items, store, written: Err(Error::unavailable(error.to_string())) },
    };
    let left = tell(&app, items, answers);
    let committed = store.commit_late().await;
    let written = committed.map(|()| (left.iter().map(|_| None).collect(), news));
    Batch { items: left, store, written }
}
