//! Posts on their way to Postgres. Those that arrive while a commit is under way go into the next one, which `store`
//! makes; it is sent behind the first without waiting for its end. Alone, a post waits for nothing.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesOrdered;
use types::{ErrorCode, MessageId};

use super::Draft;
use super::store::{self, Answers, Store};
use super::writer::{BEHIND, Item, refuse, refuse_all, tell};
use crate::app::App;
use crate::error::Error;
use crate::realtime::News;
use crate::seeded::SeededFault;

/// Posts of one transaction at most: bounds how long the first of them waits.
const BATCH: usize = 256;
/// A batch that takes longer is given up.
const WITHIN: Duration = Duration::from_secs(10);
const NO_ANSWER: &str = "the database did not answer in time";

/// Takes what has gathered, again and again, until the node stops.
pub async fn run(app: App) {
    let Some(mut rx) = app.writer.take() else { return };
    let mut flow = Flow::new(app);
    let mut arrived = Vec::with_capacity(BATCH);
    loop {
        let full = flow.waiting.len() >= BATCH;
        tokio::select! {
            biased;
            Some(batch) = flow.under_way.next() => flow.settle(batch).await,
            count = rx.recv_many(&mut arrived, BATCH), if !full => match count {
                0 => return,
                _ => flow.waiting.extend(arrived.drain(..)),
            },
        }
        while flow.send().await {}
        flow.app.metrics.writer_queue.set((flow.waiting.len() + flow.app.writer.waiting()) as i64);
    }
}

/// A batch that was sent, and what became of it.
struct Batch {
    items: Vec<Item>,
    store: Arc<Store>,
    written: Result<(Answers, News), Error>,
}

/// What a batch under way holds back.
#[derive(Default)]
struct Held {
    /// Later posts of these lanes: an earlier one may still be refused.
    lanes: HashSet<usize>,
    /// Repeats: they take their turn after the first.
    ids: HashSet<MessageId>,
    posts: usize,
}

/// Batches on their way to Postgres: while one is committed the next is sent behind it on the same connection, so that
/// Postgres need not wait for us. They are answered and published in their order.
struct Flow {
    app: App,
    store: Option<Arc<Store>>,
    waiting: VecDeque<Item>,
    under_way: FuturesOrdered<BoxFuture<'static, Batch>>,
    held: VecDeque<Held>,
}

impl Flow {
    fn new(app: App) -> Flow {
        Flow { app, store: None, waiting: VecDeque::new(), under_way: FuturesOrdered::new(), held: VecDeque::new() }
    }

    /// Sends a batch, if there is one to send now.
    async fn send(&mut self) -> bool {
        // A batch has its price: behind another one it must be as large. Measured: half as large takes a quarter of the
        // throughput, twice as large as much.
        let worth = match (self.held.back(), self.held.len()) {
            (None, _) => 1,
            (Some(last), 1) if !self.app.may_dawdle() => last.posts,
            _ => return false,
        };
        if self.waiting.len() < worth {
            return false;
        }
        let items = self.gather();
        if items.len() < worth {
            self.again(items);
            return false;
        }
        self.app.metrics.writer_batch.observe(items.len() as f64);
        let drafts: Vec<Draft> = items.iter().map(|item| item.draft.clone()).collect();
        match self.connected().await {
            Ok(store) => self.push(store, items, drafts),
            Err(error) => {
                refuse_all(items, &error);
                refuse_all(self.waiting.drain(..).collect(), &error);
            }
        }
        true
    }

    /// The next batch: what is not held back by those under way.
    fn gather(&mut self) -> Vec<Item> {
        let mut held = Held::default();
        for under_way in &self.held {
            held.lanes.extend(&under_way.lanes);
            held.ids.extend(&under_way.ids);
        }
        let (mut items, mut later) = (Vec::<Item>::new(), VecDeque::new());
        while let Some(item) = self.waiting.pop_front() {
            let full = items.len() == BATCH || items.first().is_some_and(|first| first.alone || item.alone);
            if item.refused() {
                refuse(item, Error::unavailable(BEHIND.into()));
            } else if full {
                later.push_back(item);
                break;
            } else if item.lane_address().is_some_and(|lane| held.lanes.contains(&lane))
                || !held.ids.insert(item.draft.id)
            {
                held.lanes.extend(item.lane_address());
                later.push_back(item);
            } else {
                items.push(item);
            }
        }
        later.append(&mut self.waiting);
        self.waiting = later;
        items
    }

    /// The connection that is kept, or a new one.
    async fn connected(&mut self) -> Result<Arc<Store>, Error> {
        if let Some(store) = self.store.as_ref().filter(|store| !store.is_closed()) {
            return Ok(store.clone());
        }
        let opened = tokio::time::timeout(WITHIN, Store::open(&self.app)).await;
        let store = Arc::new(opened.unwrap_or_else(|_| Err(Error::unavailable(NO_ANSWER.into())))?);
        Ok(self.store.insert(store).clone())
    }

    /// Puts a batch on its way. A database that does not answer must not hold the queue: the connection is given up, and
    /// should the commit have gone through all the same, the repeat finds it and the sweep hands it on.
    fn push(&mut self, store: Arc<Store>, items: Vec<Item>, drafts: Vec<Draft>) {
        let lanes = items.iter().filter_map(Item::lane_address).collect();
        let ids = items.iter().map(|item| item.draft.id).collect();
        self.held.push_back(Held { lanes, ids, posts: items.len() });
        let app = self.app.clone();
        if app.config.suffers(SeededFault::AckBeforeCommit) {
            return self.under_way.push_back(Box::pin(write_late(app, store, items, drafts)));
        }
        self.under_way.push_back(Box::pin(async move {
            let written = tokio::time::timeout(WITHIN, async {
                match app.config.suffers(SeededFault::ForgetfulDedupe) {
                    false => store.write(&app, &drafts).await,
                    true => store.write(&app, &store::forgotten(&app, drafts).await?).await,
                }
            });
            let written = written.await.unwrap_or_else(|_| Err(Error::unavailable(NO_ANSWER.into())));
            Batch { items, store, written }
        }));
    }

    /// Tells what became of a batch.
    async fn settle(&mut self, batch: Batch) {
        self.held.pop_front();
        let Batch { items, store, written } = batch;
        match written {
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
                    self.explain(left).await;
                }
            }
            // One fault must not fail the others: each is tried alone.
            Err(error) if items.len() > 1 && error.code == ErrorCode::Internal => {
                tracing::warn!(%error, "a batch failed; its posts are tried one by one");
                self.again(items.into_iter().map(|item| Item { alone: true, ..item }).collect());
            }
            Err(error) => {
                // Whatever it was, the next batch is not to suffer from the state this connection is in.
                self.store.take_if(|kept| Arc::ptr_eq(kept, &store));
                refuse_all(items, &error);
            }
        }
    }

    /// Answers the posts that were not stored; those that nothing stands against any more are tried again.
    async fn explain(&mut self, items: Vec<Item>) {
        let drafts: Vec<&Draft> = items.iter().map(|item| &item.draft).collect();
        let explained = tokio::time::timeout(WITHIN, store::explain(&self.app, &drafts)).await;
        let answers = match explained.unwrap_or_else(|_| Err(Error::unavailable(NO_ANSWER.into()))) {
            Ok(answers) => answers,
            Err(error) => return refuse_all(items, &error),
        };
        let mut again = Vec::new();
        for (item, answer) in items.into_iter().zip(answers) {
            match answer {
                Some(answer) => tell(&self.app, item, answer),
                None if item.tries == 0 => refuse(item, Error::unavailable("another node stores the same ids".into())),
                None => again.push(Item { tries: item.tries - 1, ..item }),
            }
        }
        self.again(again);
    }

    /// Puts posts before all that wait, in their order.
    fn again(&mut self, items: Vec<Item>) {
        items.into_iter().rev().for_each(|item| self.waiting.push_front(item));
    }
}

/// Answers first and commits then: a fault put in on purpose.
async fn write_late(app: App, store: Arc<Store>, items: Vec<Item>, drafts: Vec<Draft>) -> Batch {
    let late = |_| Err(Error::unavailable(NO_ANSWER.into()));
    let filled = tokio::time::timeout(WITHIN, store.fill(&app, &drafts)).await.unwrap_or_else(late);
    let (answers, news) = match filled {
        Ok(filled) => filled,
        // The connection is left in the middle of a transaction, so it is given up.
        Err(error) => return Batch { items, store, written: Err(Error::unavailable(error.to_string())) },
    };
    let mut left = Vec::new();
    for (item, answer) in items.into_iter().zip(answers) {
        match answer {
            Some(answer) => tell(&app, item, answer),
            None => left.push(item),
        }
    }
    let committed = store.commit_late().await;
    let written = committed.map(|()| (left.iter().map(|_| None).collect(), news));
    Batch { items: left, store, written }
}
