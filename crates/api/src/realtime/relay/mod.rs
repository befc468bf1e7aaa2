//! What nodes tell each other over Redis: changes, who types and who is here, sessions that were ended, and how often
//! what was tried.
//!
//! Redis is a hint and holds nothing that lasts. Whatever it loses is found again: rows by the revisions and the sweep,
//! sessions by their re-check, presence by the next announcement. Nobody ever waits for it but a limit, and that one not
//! for long.

mod channel;
mod count;
mod letter;
mod listen;
mod send;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use deadpool_redis::redis::{AsyncConnectionConfig, Client, RedisError};
use deadpool_redis::{Manager, Pool};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use types::{Epoch, RoomId, SessionId, UserId};

use super::span::Part;
use crate::app::App;
use crate::db::StartError;
use crate::presence::Here;
use channel::Channels;
use letter::{Letter, Rows, Said};

/// Letters that may wait for Redis: some seconds of a busy node. Over it they are dropped.
const LETTERS: usize = 4_096;
/// Bytes of letters that may wait.
const BYTES: usize = 32 * 1024 * 1024;
/// Redis answers within this or counts as away.
const WITHIN: Duration = Duration::from_secs(1);
/// Connections beside the one that listens: one that sends, the others for limits.
const CONNECTIONS: usize = 8;

/// Tells a node from the others for as long as it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NodeId(pub u64);

/// A letter as Redis takes it: the channel and the bytes.
type Envelope = (String, Vec<u8>);

/// This node's tie to the others.
pub struct Relay {
    node: NodeId,
    client: Client,
    pool: Pool,
    channels: Channels,
    tx: mpsc::Sender<Envelope>,
    rx: Mutex<Option<mpsc::Receiver<Envelope>>>,
    waiting: AtomicUsize,
    /// Of the counters kept in Redis.
    script: deadpool_redis::redis::Script,
}

impl Relay {
    /// A relay over the Redis at `url`, for nodes that serve the database of this epoch. Nothing is connected yet, and a
    /// Redis that is away stops nobody.
    pub fn new(url: &str, epoch: &Epoch) -> Result<Relay, StartError> {
        let failed = |error: &dyn std::fmt::Display| StartError(format!("REDIS_URL can't be used: {error}"));
        let client = Client::open(url).map_err(|error: RedisError| failed(&error))?;
        let times =
            AsyncConnectionConfig::new().set_connection_timeout(Some(WITHIN)).set_response_timeout(Some(WITHIN));
        let manager = Manager::new_with_config(url, times).map_err(|error| failed(&error))?;
        let pool = Pool::builder(manager)
            .max_size(CONNECTIONS)
            .runtime(deadpool_redis::Runtime::Tokio1)
            .timeouts(deadpool_redis::Timeouts {
                wait: Some(count::WITHIN),
                create: Some(WITHIN),
                recycle: Some(WITHIN),
            })
            .build()
            .map_err(|error| failed(&error))?;
        let (tx, rx) = mpsc::channel(LETTERS);
        Ok(Relay {
            node: NodeId(fastrand::u64(..)),
            client,
            pool,
            channels: Channels::of(epoch),
            tx,
            rx: Mutex::new(Some(rx)),
            waiting: AtomicUsize::new(0),
            script: count::script(),
        })
    }

    /// Tells rows to the nodes where somebody listens to their stream.
    pub(super) fn publish(&self, part: &Part) {
        let channel = self.channels.of_topic(part.frame.topic);
        self.send(channel, Said::Rows(Rows::of(part)), part.frame.text.payload());
    }

    /// Tells that sessions were ended.
    pub fn end(&self, sessions: &[SessionId]) {
        self.send(self.channels.all(), Said::Ended { sessions: sessions.to_vec() }, b"");
    }

    /// Tells that somebody in a room types, or has stopped.
    pub fn typing(&self, room_id: RoomId, user_id: UserId, typing: bool) {
        let channel = self.channels.of_topic(super::Topic::Room(room_id));
        self.send(channel, Said::Typing { user_id, typing }, b"");
    }

    /// Tells who is connected here, and who is not any more.
    pub fn here(&self, people: Vec<Here>) {
        self.send(self.channels.all(), Said::Here { people }, b"");
    }

    fn ask(&self) {
        self.send(self.channels.all(), Said::Ask, b"");
    }

    /// Queues a letter; one that finds no room is dropped, and what it told is found in other ways.
    fn send(&self, channel: String, said: Said, frame: &[u8]) {
        let bytes = letter::write(&Letter { node: self.node, said }, frame);
        let length = bytes.len();
        if self.waiting.fetch_add(length, Ordering::AcqRel) + length > BYTES
            || self.tx.try_send((channel, bytes)).is_err()
        {
            self.waiting.fetch_sub(length, Ordering::AcqRel);
        }
    }
}

/// Sends and listens until the node stops. Does nothing without a relay.
pub async fn run(app: App) {
    let Some(relay) = &app.relay else { return };
    tokio::join!(send::run(&app, relay), listen::run(&app, relay));
}
