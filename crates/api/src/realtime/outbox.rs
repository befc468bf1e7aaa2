//! One socket's way out: a queue bounded in frames and in bytes. Who does not read is closed, never waited for.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use bytestring::ByteString;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use types::{Rev, RoomId, Seq, UserId};

use super::span::Frame;
use crate::seeded;

/// Frames a socket may have waiting: enough for a burst, small enough that a thousand slow readers fit in memory.
const FRAMES: usize = 256;
/// Bytes a socket may have waiting.
const BYTES: usize = 1024 * 1024;

/// What waits for a socket.
#[derive(Debug, Clone)]
pub enum Out {
    /// Rows of a stream.
    Frame(Arc<Frame>),
    /// An encoded frame that belongs to no stream: an answer, typing, presence.
    Text(ByteString),
    /// This person was taken out of the room: nothing of it follows.
    Gone(RoomId),
}

impl Out {
    fn bytes(&self) -> usize {
        match self {
            Out::Frame(frame) => frame.text.len(),
            Out::Text(text) => text.len(),
            Out::Gone(_) => 64,
        }
    }
}

struct Shared {
    bytes: AtomicUsize,
    slow: AtomicBool,
    wake: Notify,
    bumps: Mutex<HashMap<RoomId, (Rev, Seq)>>,
    bumped: Notify,
}

/// The writing end, cloned into every topic the socket is subscribed to.
#[derive(Clone)]
pub struct Outbox {
    /// Whose socket it is.
    pub user_id: UserId,
    tx: mpsc::Sender<Out>,
    /// Whether what does not fit is dropped in silence, a fault put in on purpose.
    lossy: bool,
    shared: Arc<Shared>,
}

/// The reading end, held by the socket's task.
pub struct Receiver {
    rx: mpsc::Receiver<Out>,
    shared: Arc<Shared>,
}

impl Outbox {
    /// A queue for a socket of `user_id`.
    pub fn new(user_id: UserId, lossy: bool) -> (Outbox, Receiver) {
        let (tx, rx) = mpsc::channel(FRAMES);
        let shared = Arc::new(Shared {
            bytes: AtomicUsize::new(0),
            slow: AtomicBool::new(false),
            wake: Notify::new(),
            bumps: Mutex::default(),
            bumped: Notify::new(),
        });
        (Outbox { user_id, tx, lossy, shared: shared.clone() }, Receiver { rx, shared })
    }

    /// Queues without waiting. Over a limit the socket is marked slow and this is dropped: it resumes from its revision.
    pub fn send(&self, out: Out) {
        if self.lossy && matches!(out, Out::Frame(_)) && self.tx.max_capacity() - self.tx.capacity() > seeded::LAG {
            return;
        }
        let bytes = out.bytes();
        let before = self.shared.bytes.fetch_add(bytes, Ordering::AcqRel);
        let fits = before == 0 || before + bytes <= BYTES;
        if !fits || self.tx.try_send(out).is_err() {
            self.shared.bytes.fetch_sub(bytes, Ordering::AcqRel);
            self.shared.slow.store(true, Ordering::Release);
            self.shared.wake.notify_one();
        }
    }

    /// Notes that an unwatched room has moved; several moves become one bump.
    pub fn bump(&self, room_id: RoomId, rev: Rev, last_seq: Seq) {
        let mut bumps = self.shared.bumps.lock();
        let entry = bumps.entry(room_id).or_insert((rev, last_seq));
        *entry = (entry.0.max(rev), entry.1.max(last_seq));
        drop(bumps);
        self.shared.bumped.notify_one();
    }
}

impl Receiver {
    /// The next to write; cancel-safe.
    pub async fn recv(&mut self) -> Option<Out> {
        let out = self.rx.recv().await?;
        self.shared.bytes.fetch_sub(out.bytes(), Ordering::AcqRel);
        Some(out)
    }

    /// A handle to wait for the moment the socket is found slow, also while a write waits.
    pub fn slowness(&self) -> Slowness {
        Slowness(self.shared.clone())
    }

    /// A handle on the rooms that moved.
    pub fn bumps(&self) -> Bumps {
        Bumps(self.shared.clone())
    }
}

/// The unwatched rooms that have moved.
#[derive(Clone)]
pub struct Bumps(Arc<Shared>);

impl Bumps {
    /// Waits until there are some; cancel-safe.
    pub async fn wait(&self) {
        while self.0.bumps.lock().is_empty() {
            self.0.bumped.notified().await;
        }
    }

    /// Takes them.
    pub fn take(&self) -> Vec<(RoomId, Rev, Seq)> {
        self.0.bumps.lock().drain().map(|(room, (rev, seq))| (room, rev, seq)).collect()
    }
}

/// Resolves when a socket could not keep up.
#[derive(Clone)]
pub struct Slowness(Arc<Shared>);

impl Slowness {
    /// Waits for it; cancel-safe.
    pub async fn wait(&self) {
        while !self.0.slow.load(Ordering::Acquire) {
            self.0.wake.notified().await;
        }
    }
}
