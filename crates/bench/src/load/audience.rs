//! Readers that count what reaches them, and the writer whose words they hear.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::{Stream, TryStreamExt};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::latency::{Latencies, Schedule, now, stamps};
use super::wire::{Inbox, Kind, Outlet, Wire};
use crate::host::Usage;

/// The longest the last words of a phase may be on their way.
const LAST_WORDS: Duration = Duration::from_secs(30);

/// What all readers have heard together.
#[derive(Default)]
struct Tally {
    readers: u64,
    deliveries: AtomicU64,
    bytes: AtomicU64,
    /// Told each time that so many deliveries more have come as there are readers.
    heard: Notify,
    timed: AtomicBool,
    times: Mutex<Vec<Vec<u32>>>,
    lost: Mutex<Option<String>>,
}

/// Readers at their places.
pub(super) struct Audience {
    tally: Arc<Tally>,
    _seats: JoinSet<()>,
}

/// What a phase came to.
#[derive(Debug, Clone)]
pub(super) struct Phase {
    pub(super) deliveries: u64,
    pub(super) bytes: u64,
    pub(super) seconds: f64,
    pub(super) cpu_seconds: f64,
    pub(super) usage: Usage,
    pub(super) latencies: Latencies,
}

impl Phase {
    pub(super) fn cpu_per_million(&self) -> f64 {
        self.cpu_seconds / (self.deliveries.max(1) as f64) * 1e6
    }

    pub(super) fn per_second(&self) -> f64 {
        self.deliveries as f64 / self.seconds.max(1e-9)
    }
}

/// How a phase is paced.
#[derive(Debug, Clone, Copy)]
pub(super) enum Load {
    /// As many words under way at once.
    Window(u64),
    /// So many words in a second, whatever becomes of them.
    Rate(f64),
}

impl Audience {
    /// Seats so many connections as they come, so that whoever came first answers pings while the last arrive.
    pub(super) async fn seat(count: usize, arrivals: impl Stream<Item = Result<Wire>>) -> Result<Audience> {
        let tally = Arc::new(Tally { readers: count.max(1) as u64, ..Tally::default() });
        let mut seats = JoinSet::new();
        let mut arrivals = pin!(arrivals);
        while let Some(wire) = arrivals.try_next().await? {
            let tally = tally.clone();
            seats.spawn(async move {
                if let Err(error) = listen(wire, &tally).await {
                    lock(&tally.lost).get_or_insert(error.to_string());
                    tally.heard.notify_one();
                }
            });
        }
        Ok(Audience { tally, _seats: seats })
    }

    /// How many hear.
    pub(super) fn readers(&self) -> u64 {
        self.tally.readers
    }

    /// Speaks for so long and waits until all was heard by all.
    pub(super) async fn hear(
        &self,
        speaker: &mut Speaker,
        load: Load,
        seconds: f64,
        usage: &dyn Fn() -> Usage,
    ) -> Result<Phase> {
        let tally = &self.tally;
        tally.timed.store(matches!(load, Load::Rate(_)), Ordering::Relaxed);
        let (before, begun) = (usage(), Instant::now());
        let (heard, bytes) = (tally.deliveries.load(Ordering::Relaxed), tally.bytes.load(Ordering::Relaxed));
        let mut said = 0;
        match load {
            Load::Window(window) => {
                let end = begun + Duration::from_secs_f64(seconds);
                while Instant::now() < end {
                    self.until(heard + (said * self.readers()).saturating_sub((window - 1) * self.readers())).await?;
                    speaker.say(now()).await?;
                    said += 1;
                }
            }
            Load::Rate(rate) => {
                let mut schedule = Schedule::new(begun, rate, seconds);
                while let Some(due) = schedule.next().await {
                    speaker.say(due).await?;
                    said += 1;
                }
            }
        }
        self.until(heard + said * self.readers()).await?;
        let (after, seconds) = (usage(), begun.elapsed().as_secs_f64());
        tally.timed.store(false, Ordering::Relaxed);
        let times = std::mem::take(&mut *lock(&tally.times));
        Ok(Phase {
            deliveries: said * self.readers(),
            bytes: tally.bytes.load(Ordering::Relaxed) - bytes,
            seconds,
            cpu_seconds: after.cpu_seconds - before.cpu_seconds,
            usage: after,
            latencies: Latencies::of(times.into_iter().flatten().map(u64::from))?,
        })
    }

    /// Waits until so much was heard in all.
    async fn until(&self, deliveries: u64) -> Result<()> {
        let tally = &self.tally;
        let all = async {
            while tally.deliveries.load(Ordering::Acquire) < deliveries && lock(&tally.lost).is_none() {
                tally.heard.notified().await;
            }
        };
        let in_time = tokio::time::timeout(LAST_WORDS, all).await.is_ok();
        if let Some(error) = lock(&tally.lost).as_ref() {
            bail!("a reader was lost: {error}");
        }
        if !in_time {
            bail!("{} deliveries of {deliveries} came", tally.deliveries.load(Ordering::Acquire));
        }
        Ok(())
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

async fn listen(mut wire: Wire, tally: &Tally) -> Result<()> {
    let mut times: Vec<u32> = Vec::new();
    loop {
        wire.inbox.fill().await?;
        let (arrived, timed) = (now(), tally.timed.load(Ordering::Relaxed));
        let (mut deliveries, mut bytes) = (0, 0);
        while let Some(frame) = wire.inbox.next() {
            match frame.kind {
                Kind::Text => {
                    bytes += frame.payload.len() as u64;
                    for stamp in stamps(frame.payload) {
                        deliveries += 1;
                        if timed {
                            times.push(u32::try_from(arrived.saturating_sub(stamp)).unwrap_or(u32::MAX));
                        }
                    }
                }
                Kind::Ping => wire.outlet.pong(frame.payload).await?,
                Kind::Close => bail!("closed: {}", String::from_utf8_lossy(frame.payload)),
                Kind::Other => {}
            }
        }
        if !times.is_empty() {
            lock(&tally.times).push(std::mem::take(&mut times));
        }
        tally.bytes.fetch_add(bytes, Ordering::Relaxed);
        let before = tally.deliveries.fetch_add(deliveries, Ordering::AcqRel);
        if before / tally.readers != (before + deliveries) / tally.readers {
            tally.heard.notify_one();
        }
    }
}

/// Who speaks, and in which words.
pub(super) struct Speaker {
    outlet: Outlet,
    words: Box<dyn FnMut(u64) -> String + Send>,
    _heard: JoinSet<()>,
}

impl Speaker {
    /// Takes a connection; `words` puts a moment into a frame. What comes back is read away.
    pub(super) fn new(wire: Wire, words: impl FnMut(u64) -> String + Send + 'static) -> Speaker {
        let Wire { inbox, outlet } = wire;
        let mut heard = JoinSet::new();
        heard.spawn(read_away(inbox));
        Speaker { outlet, words: Box::new(words), _heard: heard }
    }

    async fn say(&mut self, moment: u64) -> Result<()> {
        let words = (self.words)(moment);
        self.outlet.text(&words).await
    }
}

async fn read_away(mut inbox: Inbox) {
    while inbox.fill().await.is_ok() {
        while let Some(frame) = inbox.next() {
            if frame.kind == Kind::Text && frame.payload.starts_with(super::wire::REFUSAL) {
                eprintln!("the writer was refused: {}", String::from_utf8_lossy(frame.payload));
            }
        }
    }
}
