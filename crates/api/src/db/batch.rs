//! Questions of one kind, asked by many at once, become one query: when all clients come back in the same moment, each
//! costs a share of a query. Who asks alone waits for nobody.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use types::ErrorCode;

use crate::error::Error;

/// Questions that may wait; over it the asker is told to come back.
const QUEUE: usize = 16_384;
/// Questions of one query at most.
const MOST: usize = 256;
/// In a crowd a query waits so long for each question it already has, and no longer than for [`CROWD`] of them.
const GATHER: Duration = Duration::from_millis(2);
const CROWD: u32 = 12;

type Asked<K, V> = (K, oneshot::Sender<Result<V, Error>>);

/// Where the questions wait.
pub struct Batch<K, V> {
    tx: mpsc::Sender<Asked<K, V>>,
    rx: Mutex<Option<mpsc::Receiver<Asked<K, V>>>>,
}

impl<K: Copy + Eq + Hash, V: Clone> Batch<K, V> {
    /// Nobody answers yet; [`Batch::run`] does.
    #[expect(clippy::new_without_default, reason = "made once per kind of question")]
    pub fn new() -> Self {
        let (tx, rx) = mpsc::channel(QUEUE);
        Batch { tx, rx: Mutex::new(Some(rx)) }
    }

    /// Asks, and waits for the answer.
    pub async fn ask(&self, key: K) -> Result<V, Error> {
        let (answer, answered) = oneshot::channel();
        if self.tx.try_send((key, answer)).is_err() {
            return Err(Error::unavailable("too many ask at once".into()));
        }
        answered.await.map_err(|_| Error::new(ErrorCode::Stopping))?
    }

    /// Answers until the node stops. `read` gives what it finds of the keys; for others the answer is `V::default()`.
    pub async fn run<F: Future<Output = Result<HashMap<K, V>, Error>>>(&self, read: impl Fn(Vec<K>) -> F)
    where
        V: Default,
    {
        let Some(mut rx) = self.rx.lock().take() else { return };
        let mut asked: Vec<Asked<K, V>> = Vec::with_capacity(MOST);
        let mut crowded = 0;
        while rx.recv_many(&mut asked, MOST).await > 0 {
            if crowded > 1 {
                tokio::time::sleep(GATHER * crowded).await;
                while asked.len() < MOST
                    && let Ok(more) = rx.try_recv()
                {
                    asked.push(more);
                }
            }
            crowded = u32::try_from(asked.len()).unwrap_or(CROWD).min(CROWD);
            let keys: HashSet<K> = asked.iter().map(|(key, _)| *key).collect();
            let read = read(keys.into_iter().collect()).await;
            for (key, answer) in asked.drain(..) {
                // Who does not wait any more does not mind.
                let _ = answer.send(match &read {
                    Ok(found) => Ok(found.get(&key).cloned().unwrap_or_default()),
                    Err(error) => Err(error.clone()),
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    #[tokio::test]
    async fn who_asks_together_is_answered_together() {
        let batch = Batch::<u32, u32>::new();
        let (queries, largest) = (Cell::new(0), Cell::new(0));
        let read = async |keys: Vec<u32>| {
            queries.set(queries.get() + 1);
            largest.set(largest.get().max(keys.len()));
            tokio::time::sleep(Duration::from_millis(3)).await;
            Ok(keys.into_iter().filter(|key| *key != 7).map(|key| (key, key * 2)).collect())
        };
        let storm = async {
            let each = (0..1_000).map(|key| batch.ask(key));
            let answers = futures_util::future::join_all(each).await;
            for (key, answer) in (0..).zip(answers) {
                assert_eq!(answer.unwrap(), if key == 7 { 0 } else { key * 2 });
            }
        };
        tokio::select! {
            () = storm => {}
            () = batch.run(read) => unreachable!(),
        }
        assert!(queries.get() <= 10, "{} queries", queries.get());
        assert_eq!(largest.get(), MOST);
    }

    #[tokio::test]
    async fn a_fault_is_told_to_each() {
        let batch = Batch::<u32, u32>::new();
        let storm = async { tokio::join!(batch.ask(1), batch.ask(2)) };
        let (one, two) = tokio::select! {
            answers = storm => answers,
            () = batch.run(async |_| Err(Error::unavailable("away".into()))) => unreachable!(),
        };
        assert_eq!(one.unwrap_err().code, ErrorCode::Unavailable);
        assert_eq!(two.unwrap_err().code, ErrorCode::Unavailable);
    }
}
