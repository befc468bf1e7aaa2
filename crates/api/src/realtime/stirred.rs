//! What the hub tells the tasks beside it: the relay, that topics came or went; the sweep, that it should look now.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::hub::Topic;

/// Topics that came or went since the relay looked; nothing is noted without a relay.
pub(super) struct Stirred {
    relayed: bool,
    waiting: Mutex<Waiting>,
    some: Notify,
}

#[derive(Default)]
struct Waiting {
    topics: HashSet<Topic>,
    /// Some were taken and are not dealt with yet.
    taken: bool,
}

impl Stirred {
    pub(super) fn new(relayed: bool) -> Stirred {
        Stirred { relayed, waiting: Mutex::default(), some: Notify::new() }
    }

    pub(super) fn note(&self, topics: impl IntoIterator<Item = Topic>) {
        if self.relayed {
            self.waiting.lock().topics.extend(topics);
            self.some.notify_one();
        }
    }

    /// Waits for some and takes them, at most `most` at once. Cancel-safe.
    pub(super) async fn take(&self, most: usize) -> Vec<Topic> {
        loop {
            let taken: Vec<Topic> = {
                let mut waiting = self.waiting.lock();
                let taken: Vec<Topic> = waiting.topics.iter().take(most).copied().collect();
                for topic in &taken {
                    waiting.topics.remove(topic);
                }
                waiting.taken |= !taken.is_empty();
                taken
            };
            if !taken.is_empty() {
                return taken;
            }
            self.some.notified().await;
        }
    }

    /// Those that were taken are dealt with.
    pub(super) fn done(&self) {
        self.waiting.lock().taken = false;
    }

    pub(super) fn is_settled(&self) -> bool {
        let waiting = self.waiting.lock();
        waiting.topics.is_empty() && !waiting.taken
    }
}

/// A sweep that does not wait for its second.
#[derive(Default)]
pub(super) struct Look {
    now: Notify,
    whole: AtomicBool,
}

impl Look {
    /// Asks for one: of all heads, or of those touched lately.
    pub(super) fn ask(&self, whole: bool) {
        self.whole.fetch_or(whole, Ordering::AcqRel);
        self.now.notify_one();
    }

    /// Waits until one is asked for; whether of all heads. Cancel-safe.
    pub(super) async fn asked(&self) -> bool {
        self.now.notified().await;
        self.whole.swap(false, Ordering::AcqRel)
    }
}
