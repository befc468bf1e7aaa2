//! Coming back: which node is tried next, and when.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::{Client, ClientError, Resume, Socket};

/// The longest pause before the first attempt after a loss, and the longest of all.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MOST: Duration = Duration::from_secs(30);

/// The nodes and the attempts to reach them.
pub(super) struct Back {
    /// At the node that is talked to.
    client: Client,
    /// At the others, the next one first.
    others: VecDeque<Client>,
    attempts: u32,
    not_before: Instant,
}

impl Back {
    pub(super) fn new(client: Client) -> Self {
        Self { client, others: VecDeque::new(), attempts: 0, not_before: Instant::now() }
    }

    pub(super) fn or_at(&mut self, base_url: &str) {
        self.others.push_back(self.client.at(base_url));
    }

    /// At the node that is talked to.
    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// The server stops and asks us not to come back before.
    pub(super) fn not_before(&mut self, time: Duration) {
        self.not_before = Instant::now() + time;
    }

    /// The connection stands.
    pub(super) fn arrived(&mut self) {
        // Not none: after the next loss there is a pause, or all clients would come back in the same moment.
        self.attempts = 1;
    }

    /// The connection broke, or an attempt failed: the next one goes to the next node.
    pub(super) fn lost(&mut self) {
        if let Some(next) = self.others.pop_front() {
            self.others.push_back(std::mem::replace(&mut self.client, next));
        }
        self.not_before = self.not_before.max(Instant::now() + pause(self.attempts));
    }

    /// An attempt, at first at once, after a loss when it is time; it needs nothing of ours and may be left to itself.
    pub(super) fn attempt(&mut self, resume: Resume) -> impl Future<Output = Result<Socket, ClientError>> + use<> {
        self.attempts = self.attempts.saturating_add(1);
        let (client, not_before, first) = (self.client.clone(), self.not_before, self.attempts == 1);
        async move {
            sleep_until(not_before).await;
            if !first {
                // The server lets a socket outlive its token but not begin with one that has run out.
                client.me().await?;
            }
            Socket::open(&client, &resume).await
        }
    }
}

/// A pause of full jitter that grows with each attempt that failed.
pub(super) fn pause(attempts: u32) -> Duration {
    let most = PAUSE_FIRST.saturating_mul(1 << attempts.saturating_sub(1).min(6)).min(PAUSE_MOST);
    most.mul_f64(fastrand::f64())
}
