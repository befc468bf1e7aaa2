//! A link that can be broken: a TCP proxy that passes, delays, falls silent, or cuts at a byte; where it stands before
//! Postgres, at a COMMIT or at its answer; and where it stands before Redis, loses what is published.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::Result;
use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::watch;
use tokio::time::sleep;

use super::resp::{Answers, is_published};
use super::wire::{Asked, Messages, Said, UnderWay, said};

/// Where a proxy leads.
#[derive(Debug, Clone)]
pub enum Upstream {
    /// A node, wherever it listens since it was last started.
    Node(Address),
    /// The Unix socket of a Postgres, whose protocol is read on the way.
    Postgres(PathBuf),
    /// The Unix socket of a Redis, whose protocol is read on the way.
    Redis(PathBuf),
}

/// Where a node listens: a port is free only until somebody takes it, so each start takes another one.
pub type Address = Arc<Mutex<Option<SocketAddr>>>;

/// What becomes of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// They are passed on.
    Pass,
    /// Each piece is passed on after this time.
    Delay(Duration),
    /// Nothing is passed on either way and nobody is told; connections from before die when this ends.
    HalfOpen,
    /// Connections are refused, those that stand are cut.
    Refuse,
    /// All that was published is lost on its way from Redis; everything else is passed on.
    LosePublished,
}

/// The switches of a link.
pub struct Switches {
    mode: watch::Sender<Mode>,
    /// Raised to cut all that stands.
    generation: watch::Sender<u64>,
    /// Bytes towards the client until one connection is cut; below zero = never.
    bytes_left: AtomicI64,
    /// Answers to a COMMIT still to be cut off.
    commit_answers: AtomicI64,
    /// COMMITs still to be cut off before Postgres sees them.
    commits: AtomicI64,
    /// Answers cut off so far.
    answers_cut: AtomicU64,
}

/// A proxy; dropped, its connections end.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    switches: Arc<Switches>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

impl Proxy {
    /// Starts to listen on a free port.
    pub async fn start(upstream: Upstream) -> Result<Proxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let switches = Arc::new(Switches {
            mode: watch::Sender::new(Mode::Pass),
            generation: watch::Sender::new(0),
            bytes_left: AtomicI64::new(-1),
            commit_answers: AtomicI64::new(0),
            commits: AtomicI64::new(0),
            answers_cut: AtomicU64::new(0),
        });
        let task = tokio::spawn(accept(listener, upstream, switches.clone()));
        Ok(Proxy { address, switches, task })
    }

    /// Sets what becomes of bytes from now on.
    pub fn set(&self, mode: Mode) {
        let before = self.switches.mode.send_replace(mode);
        if mode == Mode::Refuse || before == Mode::HalfOpen {
            self.cut();
        }
    }

    /// Cuts every connection that stands.
    pub fn cut(&self) {
        self.switches.generation.send_modify(|generation| *generation += 1);
    }

    /// Cuts one connection after this many more bytes towards the client, in the middle of a frame as like as not.
    pub fn cut_after(&self, bytes: u32) {
        self.switches.bytes_left.store(i64::from(bytes), Ordering::Release);
    }

    /// Cuts off the answers to this many commits of transactions that added rows; they stand in the database.
    pub fn cut_commit_answers(&self, count: u32) {
        self.switches.commit_answers.store(i64::from(count), Ordering::Release);
    }

    /// Cuts this many connections in front of a COMMIT: Postgres rolls back.
    pub fn cut_commits(&self, count: u32) {
        self.switches.commits.store(i64::from(count), Ordering::Release);
    }

    /// How many answers were cut off.
    pub fn answers_cut(&self) -> u64 {
        self.switches.answers_cut.load(Ordering::Acquire)
    }
}

async fn accept(listener: TcpListener, upstream: Upstream, switches: Arc<Switches>) {
    loop {
        let Ok((client, _)) = listener.accept().await else { continue };
        if *switches.mode.borrow() == Mode::Refuse {
            continue;
        }
        let (upstream, switches) = (upstream.clone(), switches.clone());
        tokio::spawn(async move {
            let _ = client.set_nodelay(true);
            let mut generation = switches.generation.subscribe();
            generation.mark_unchanged();
            tokio::select! {
                _ = generation.changed() => {}
                () = carry(client, upstream, &switches) => {}
            }
        });
    }
}

/// Carries both ways until either end, or a switch, ends it.
async fn carry(client: TcpStream, upstream: Upstream, switches: &Switches) {
    let (from_client, to_client) = client.into_split();
    match upstream {
        Upstream::Node(address) => {
            let Some(address) = *address.lock() else { return };
            let Ok(server) = TcpStream::connect(address).await else { return };
            let _ = server.set_nodelay(true);
            let (from_server, to_server) = server.into_split();
            tokio::select! {
                () = pump(from_client, to_server, switches, Watch::Nothing) => {}
                () = pump(from_server, to_client, switches, Watch::Bytes) => {}
            }
        }
        Upstream::Redis(path) => {
            let Ok(server) = UnixStream::connect(path).await else { return };
            let (from_server, to_server) = server.into_split();
            tokio::select! {
                () = pump(from_client, to_server, switches, Watch::Nothing) => {}
                () = pump(from_server, to_client, switches, Watch::Published(Answers::default())) => {}
            }
        }
        Upstream::Postgres(path) => {
            let Ok(server) = UnixStream::connect(path).await else { return };
            let (from_server, to_server) = server.into_split();
            let under_way = UnderWay::default();
            let asks = Watch::Asks(Messages::of_client(), Asked::new(under_way.clone()));
            tokio::select! {
                () = pump(from_client, to_server, switches, asks) => {}
                () = pump(from_server, to_client, switches, Watch::Answers(Messages::of_server(), under_way)) => {}
            }
        }
    }
}

/// What is looked for in what passes.
enum Watch {
    Nothing,
    /// The byte to cut at.
    Bytes,
    /// A client's COMMIT.
    Asks(Messages, Asked),
    /// Postgres's answer to one.
    Answers(Messages, UnderWay),
    /// What Redis passes on from those who published it.
    Published(Answers),
}

async fn pump(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    switches: &Switches,
    mut watch: Watch,
) {
    let mut mode = switches.mode.subscribe();
    let mut buffer = vec![0; 16 * 1024];
    loop {
        let Ok(length) = from.read(&mut buffer).await else { return };
        let Some(bytes) = buffer.get(..length).filter(|bytes| !bytes.is_empty()) else { return };
        let now = *mode.borrow_and_update();
        match now {
            Mode::Pass | Mode::Refuse | Mode::LosePublished => {}
            Mode::Delay(time) => sleep(time).await,
            // What was read is lost with the connection, which is cut when this ends.
            Mode::HalfOpen => return std::future::pending().await,
        }
        let (passed, cut) = watch.pass(bytes, switches);
        if to.write_all(&passed).await.is_err() || cut {
            return;
        }
    }
}

impl Watch {
    /// What of these bytes is passed on now, and whether the connection is cut after it.
    fn pass(&mut self, bytes: &[u8], switches: &Switches) -> (Vec<u8>, bool) {
        match self {
            Watch::Nothing => (bytes.to_vec(), false),
            Watch::Published(answers) => {
                answers.push(bytes);
                let lose = *switches.mode.borrow() == Mode::LosePublished;
                let whole = std::iter::from_fn(|| answers.next());
                (whole.filter(|answer| !(lose && is_published(answer))).flatten().collect(), false)
            }
            Watch::Bytes => {
                let length = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
                let count = |left: i64| (left >= 0).then(|| (left - length).max(-1));
                let before = switches.bytes_left.fetch_update(Ordering::AcqRel, Ordering::Acquire, count);
                match before {
                    Ok(left) if left < length => {
                        let kept = usize::try_from(left).unwrap_or(0);
                        (bytes.get(..kept).unwrap_or_default().to_vec(), true)
                    }
                    _ => (bytes.to_vec(), false),
                }
            }
            Watch::Asks(messages, asked) => {
                messages.push(bytes);
                let mut passed = Vec::with_capacity(bytes.len());
                while let Some(message) = messages.next() {
                    if asked.commits(&message) && take(&switches.commits) {
                        return (passed, true);
                    }
                    passed.extend(message);
                }
                (passed, false)
            }
            Watch::Answers(messages, under_way) => {
                messages.push(bytes);
                let mut passed = Vec::with_capacity(bytes.len());
                while let Some(message) = messages.next() {
                    match said(&message) {
                        Said::Done if under_way.lock().front() == Some(&true) && take(&switches.commit_answers) => {
                            switches.answers_cut.fetch_add(1, Ordering::AcqRel);
                            return (passed, true);
                        }
                        Said::Ready => _ = under_way.lock().pop_front(),
                        Said::Done | Said::Other => {}
                    }
                    passed.extend(message);
                }
                (passed, false)
            }
        }
    }
}

/// Takes one of what is left; false if nothing is.
fn take(left: &AtomicI64) -> bool {
    left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| (left > 0).then(|| left - 1)).is_ok()
}
