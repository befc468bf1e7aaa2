//! Postgres with no set-up: a private cluster kept in the data directory, started with the server and stopped with it.
//!
//! Read in this order: `home` says where the cluster is kept and who may use it, `account` as whom it runs,
//! `binaries` which Postgres runs it, `cluster` how it is made, `postmaster` how one run of it starts and ends,
//! `supervisor` how it is kept running.
//!
//! The cluster listens on a Unix socket only, in a folder that nobody but its account and root can enter. Hence its
//! `trust` authentication: whoever reaches the socket could read the data files just as well, so a password would
//! guard nothing and be one more secret to leak, and no port of the machine is taken or opened.

mod account;
mod binaries;
mod cluster;
mod error;
mod home;
mod leftover;
mod postmaster;
mod supervisor;

use std::path::{Path, PathBuf};

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tracing::info;

pub use self::error::EmbeddedError;

use self::cluster::Cluster;
use self::home::{Home, Locks};
use self::postmaster::Postmaster;
use self::supervisor::{Order, supervise};

/// How a cluster is run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// Whether what was committed survives a crash of the machine; only tests go without, to be quick.
    pub durable: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { durable: true }
    }
}

/// A private cluster in the data directory; stops with its owner.
#[derive(Debug)]
pub struct Embedded {
    /// The folder of the Unix socket, all that a connection needs to know.
    socket: PathBuf,
    /// Tells the supervisor how to end; dropping it means "stop", so a cluster never outlives its owner's runtime.
    order: oneshot::Sender<Order>,
    /// Ends once the postmaster has ended, or was left running on purpose.
    supervisor: JoinHandle<Result<(), EmbeddedError>>,
    /// Held for as long as this value lives, so that a second server on the same data directory is refused.
    _locks: Locks,
}

impl Embedded {
    /// Starts (initialising at first) the private cluster under `data_dir/postgres`.
    pub async fn start(data_dir: &Path) -> Result<Self, EmbeddedError> {
        Self::start_with(data_dir, Options::default()).await
    }

    /// Starts the cluster as [`Embedded::start`] does, with options.
    pub async fn start_with(data_dir: &Path, options: Options) -> Result<Self, EmbeddedError> {
        let (home, locks) = Home::open(data_dir)?;
        let cluster = Cluster::open(home, options).await?;
        leftover::end(&cluster).await?;
        let postmaster = Postmaster::start(&cluster).await?;
        let socket = cluster.home.socket.clone();
        info!(
            socket = %socket.display(),
            postgres = cluster.binaries.major,
            account = %cluster.home.account.name,
            "the embedded Postgres is ready"
        );
        let (order, orders) = oneshot::channel();
        let supervisor = tokio::spawn(supervise(cluster, postmaster, orders));
        Ok(Self { socket, order, supervisor, _locks: locks })
    }

    /// The URL of the database `confab`, as tokio-postgres and libpq accept it.
    pub fn url(&self) -> String {
        self.url_for("confab")
    }

    /// The URL of another database of the same cluster.
    pub fn url_for(&self, database: &str) -> String {
        let host = percent_encoded(&self.socket.to_string_lossy());
        format!("postgres://confab@{host}/{}", percent_encoded(database))
    }

    /// Fast shutdown; waits for it.
    pub async fn stop(self) -> Result<(), EmbeddedError> {
        self.end(Order::Stop).await
    }

    /// Lets go of the cluster without stopping it, for tests that share one between processes.
    pub async fn leave_running(self) -> Result<(), EmbeddedError> {
        self.end(Order::Leave).await
    }

    async fn end(self, order: Order) -> Result<(), EmbeddedError> {
        // A supervisor that has already ended has nothing left to be told.
        let _ = self.order.send(order);
        self.supervisor.await.map_err(|error| EmbeddedError::io("waiting for the end of Postgres", error.into()))?
    }
}

/// Encodes all but the characters that a URL leaves alone everywhere.
fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}
