//! One socket's way out: a queue bounded in frames and in bytes, from which the connection itself takes what it writes.
//! Who does not read is closed, never waited for.
//!
//! Rows and answers go straight into the queue, encoded; the socket's task is not woken for them. It is told only what
//! it must act upon ([`Out`]), by a queue of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};

use actix_web::web::Bytes;
use parking_lot::Mutex;
use tokio::sync::{Notify, mpsc};
use types::{Rev, RoomId, Seq, UserId};

use super::bumps::Bumps;
use super::encoded::Encoded;
use super::span::Frame;
use super::wakes;
use crate::seeded;

/// Frames a socket may have waiting: enough for a burst, small enough that a thousand slow readers fit in memory.
const FRAMES: usize = 256;
/// Bytes a socket may have waiting.
const BYTES: usize = 1024 * 1024;
/// What the socket's own task writes waits until no more than this does.
const ROOM: usize = 64 * 1024;
/// Things the socket's task may have to act upon.
const ACTS: usize = 256;

/// What a socket's task must act upon.
#[derive(Debug, Clone)]
pub enum Out {
    /// Rows of the person's own stream or of the site's.
    Frame(Arc<Frame>),
    /// This person was taken out of the room: nothing of it follows.
    Gone(RoomId),
}

#[derive(Default)]
struct Queue {
    frames: VecDeque<Encoded>,
    bytes: usize,
    /// Of the connection, if it waits for more.
    waker: Option<Waker>,
    /// Nothing follows what is queued.
    ended: bool,
}

#[derive(Default)]
struct Shared {
    queue: Mutex<Queue>,
    /// The queue has room for what the socket's task writes.
    room: Notify,
    /// Bytes queued in all this time.
    queued: AtomicUsize,
    slow: AtomicBool,
    wake: Notify,
    bumps: Bumps,
}

/// The connection's end: what it takes is written.
pub struct WayOut(Arc<Shared>);

/// The end of the socket's task.
#[derive(Clone)]
pub struct Pen(Arc<Shared>);

/// The hub's end, cloned into every topic the socket is subscribed to.
#[derive(Clone)]
pub struct Outbox {
    /// Whose socket it is.
    pub user_id: UserId,
    acts: mpsc::Sender<Out>,
    /// Whether what does not fit is dropped in silence, a fault put in on purpose.
    lossy: bool,
    shared: Arc<Shared>,
}

/// A new way out, seen from both its ends.
pub fn way_out() -> (Pen, WayOut) {
    let shared = Arc::new(Shared::default());
    (Pen(shared.clone()), WayOut(shared))
}

impl Shared {
    /// Queues a frame, if `fits` says so of the frames and bytes that wait.
    fn push(&self, frame: &Encoded, fits: impl Fn(usize, usize) -> bool) -> bool {
        let mut queue = self.queue.lock();
        if queue.ended {
            return true;
        }
        if !fits(queue.frames.len(), queue.bytes) {
            return false;
        }
        queue.bytes += frame.len();
        queue.frames.push_back(frame.clone());
        let (waker, many) = (queue.waker.take(), queue.bytes > ROOM);
        drop(queue);
        self.queued.fetch_add(frame.len(), Ordering::Relaxed);
        if let Some(waker) = waker {
            wakes::wake(waker);
        }
        if many {
            wakes::hurry();
        }
        true
    }
}

impl WayOut {
    /// The next to write; none when all is written.
    pub fn poll(&self, context: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut queue = self.0.queue.lock();
        if let Some(frame) = queue.frames.pop_front() {
            queue.bytes -= frame.len();
            if queue.bytes <= ROOM {
                self.0.room.notify_one();
            }
            return Poll::Ready(Some(frame.bytes()));
        }
        if queue.ended {
            self.0.room.notify_one();
            return Poll::Ready(None);
        }
        match &mut queue.waker {
            Some(waker) => waker.clone_from(context.waker()),
            none => *none = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

/// The connection is gone: nobody takes what is queued.
impl Drop for WayOut {
    fn drop(&mut self) {
        let mut queue = self.0.queue.lock();
        *queue = Queue { ended: true, ..Queue::default() };
        drop(queue);
        self.0.room.notify_one();
    }
}

impl Pen {
    /// Waits until there is room, and queues.
    pub async fn write(&self, frame: &Encoded) {
        while !self.0.push(frame, |_, bytes| bytes <= ROOM) {
            self.0.room.notified().await;
        }
    }

    /// Queues a last frame and waits until all is taken. What a slow reader has not taken yet it never will.
    pub async fn end(&self, last: Option<&Encoded>) {
        if self.0.slow.load(Ordering::Acquire) {
            let mut queue = self.0.queue.lock();
            (queue.frames, queue.bytes) = (VecDeque::new(), 0);
        }
        if let Some(last) = last {
            self.0.push(last, |_, _| true);
        }
        let waker = {
            let mut queue = self.0.queue.lock();
            queue.ended = true;
            queue.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
        while !self.0.queue.lock().frames.is_empty() {
            self.0.room.notified().await;
        }
    }

    /// Bytes queued in all this time.
    pub fn queued(&self) -> usize {
        self.0.queued.load(Ordering::Relaxed)
    }

    /// Makes it the way out of somebody's socket: the hub's end, and what the socket's task is told.
    pub fn open(&self, user_id: UserId, lossy: bool) -> (Outbox, mpsc::Receiver<Out>) {
        let (acts, acted) = mpsc::channel(ACTS);
        (Outbox { user_id, acts, lossy, shared: self.0.clone() }, acted)
    }

    /// A handle to wait for the moment the socket is found slow, also while a write waits.
    pub fn slowness(&self) -> Slowness {
        Slowness(self.0.clone())
    }

    /// A handle on the rooms that moved.
    pub fn bumps(&self) -> Bumps {
        self.0.bumps.clone()
    }
}

impl Outbox {
    /// Queues without waiting. Over a limit the socket is marked slow and this is dropped: it resumes from its revision.
    pub fn push(&self, frame: &Encoded) {
        if self.lossy && self.shared.queue.lock().frames.len() > seeded::LAG {
            return;
        }
        let fits = |frames, bytes| bytes == 0 || (frames < FRAMES && bytes + frame.len() <= BYTES);
        if !self.shared.push(frame, fits) {
            self.slow();
        }
    }

    /// Tells the socket's task, without waiting, with the same limit.
    pub fn act(&self, out: Out) {
        if self.acts.try_send(out).is_err() {
            self.slow();
        }
    }

    fn slow(&self) {
        self.shared.slow.store(true, Ordering::Release);
        self.shared.wake.notify_one();
    }

    /// Notes that an unwatched room has moved, and whether it may have named who reads.
    pub fn bump(&self, room_id: RoomId, rev: Rev, last_seq: Seq, named: bool) {
        self.shared.bumps.note(room_id, rev, last_seq, named);
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

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use std::future::poll_fn;

    fn reader() -> UserId {
        UserId(uuid::Uuid::now_v7())
    }

    async fn next(way_out: &WayOut) -> Option<Bytes> {
        poll_fn(|context| way_out.poll(context)).await
    }

    #[tokio::test]
    async fn what_is_queued_is_taken_in_order_and_then_awaited() {
        let (pen, way_out) = way_out();
        let (outbox, _acts) = pen.open(reader(), false);
        for text in ["one", "two"] {
            outbox.push(&Encoded::text(text.as_bytes()));
        }
        assert_eq!(&next(&way_out).await.unwrap()[2..], b"one");
        assert_eq!(&next(&way_out).await.unwrap()[2..], b"two");
        let waiting = next(&way_out);
        tokio::pin!(waiting);
        assert!(waiting.as_mut().now_or_never().is_none());
        let (taken, ()) = tokio::join!(waiting, async { outbox.push(&Encoded::text(b"three")) });
        assert_eq!(&taken.unwrap()[2..], b"three");
    }

    #[tokio::test]
    async fn who_does_not_read_is_slow_after_so_many_frames_or_bytes() {
        for (size, fit) in [(1, FRAMES), (BYTES / 4, 3)] {
            let (pen, _way_out) = way_out();
            let (outbox, _acts) = pen.open(reader(), false);
            let frame = Encoded::text(&vec![b'x'; size]);
            for n in 0..=fit {
                assert!(pen.slowness().wait().now_or_never().is_none(), "after {n} frames of {size}");
                outbox.push(&frame);
            }
            pen.slowness().wait().now_or_never().expect("it is slow");
        }
    }

    #[tokio::test]
    async fn what_the_task_writes_waits_for_room_and_the_end_for_all_to_be_taken() {
        let (pen, way_out) = way_out();
        let large = Encoded::text(&vec![b'x'; ROOM + 1]);
        pen.write(&large).await;
        let second = pen.write(&large);
        tokio::pin!(second);
        assert!(second.as_mut().now_or_never().is_none(), "there was no room");
        assert!(next(&way_out).await.is_some());
        second.await;
        let last = Encoded::text(b"last");
        let end = pen.end(Some(&last));
        let reading = async {
            assert_eq!(next(&way_out).await, Some(large.bytes()));
            assert_eq!(&next(&way_out).await.unwrap()[2..], b"last");
            assert_eq!(next(&way_out).await, None);
        };
        tokio::join!(end, reading);
        drop(way_out);
        pen.write(&large).await;
    }
}
