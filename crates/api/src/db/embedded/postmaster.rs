//! One run of Postgres: started as a child, waited for until it takes connections, and ended with its owner.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Child;
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use super::cluster::Cluster;
use super::error::EmbeddedError;
use super::leftover::PidFile;

/// How large the log may grow before a start sets it aside.
const LARGEST_LOG: u64 = 8 * 1024 * 1024;

/// How long a start may take; the log replayed after a crash is at most a few hundred megabytes.
const START_PATIENCE: Duration = Duration::from_secs(300);

/// How long a start is repeated while the backends of a killed postmaster still end.
const ORPHAN_PATIENCE: Duration = Duration::from_secs(10);

/// Settings for a small machine, and for a log that holds no one's words.
const SETTINGS: [&str; 12] = [
    "listen_addresses=",
    "port=5432", // only the name of the socket
    "unix_socket_permissions=0700",
    "max_connections=100",
    "shared_buffers=128MB",
    "max_wal_size=512MB",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_checkpoints=off",
    // Without these two, a failed statement puts e-mail addresses and messages into the log.
    "log_error_verbosity=terse",
    "log_min_error_statement=panic",
];

/// Nothing here survives a crash of the machine, which a test does not need.
const NOT_DURABLE: [&str; 5] =
    ["fsync=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0", "autovacuum=off"];

/// A running Postgres. Dropped without [`Postmaster::stop`] or [`Postmaster::leave`], it is told to end.
#[derive(Debug)]
pub(super) struct Postmaster {
    child: Child,
    /// Whether it goes on when dropped.
    left: bool,
}

impl Postmaster {
    /// Starts Postgres and waits until it takes connections.
    pub(super) async fn start(cluster: &Cluster) -> Result<Self, EmbeddedError> {
        let deadline = Instant::now() + ORPHAN_PATIENCE;
        loop {
            let mut log = open_log(&cluster.home.log)?;
            let mut postmaster = Self::spawn(cluster, &log)?;
            if postmaster.until_ready(&cluster.home.data()).await? {
                return Ok(postmaster);
            }
            let output = said(&mut log);
            // Backends of a killed postmaster share its memory; they end by themselves or were told to.
            if !output.contains("is still in use") || Instant::now() >= deadline {
                return Err(EmbeddedError::Program { name: "postgres", output });
            }
            sleep(Duration::from_millis(50)).await;
        }
    }

    fn spawn(cluster: &Cluster, log: &Log) -> Result<Self, EmbeddedError> {
        let failed = |error| EmbeddedError::io("starting postgres", error);
        let mut command = cluster.command("postgres");
        command.arg("-D").arg(cluster.home.data());
        let socket = cluster.home.socket.to_string_lossy().replace('"', "\"\"");
        command.arg("-c").arg(format!("unix_socket_directories=\"{socket}\""));
        let relaxed: &[&str] = if cluster.options.durable { &[] } else { &NOT_DURABLE };
        for setting in SETTINGS.iter().chain(relaxed) {
            command.arg("-c").arg(setting);
        }
        command
            // A Ctrl-C in the terminal is for the server, which stops Postgres once it has no more need of it.
            .process_group(0)
            .stdin(Stdio::null())
            // Never a pipe of the caller's: whoever waits for its end would wait for that of Postgres.
            .stdout(log.file.try_clone().map_err(failed)?)
            .stderr(log.file.try_clone().map_err(failed)?);
        let child = tokio::process::Command::from(command).spawn().map_err(failed)?;
        Ok(Self { child, left: false })
    }

    /// Waits until Postgres takes connections; false where it ended instead.
    async fn until_ready(&mut self, data: &Path) -> Result<bool, EmbeddedError> {
        let start = Instant::now();
        let mut told = 0;
        while !self.is_ready(data) {
            if let Ok(ended) = timeout(Duration::from_millis(10), self.wait()).await {
                ended?;
                return Ok(false);
            }
            let waited = start.elapsed();
            if waited > START_PATIENCE {
                return Err(EmbeddedError::Program {
                    name: "postgres",
                    output: format!("not ready after {} seconds", waited.as_secs()),
                });
            }
            if waited.as_secs() / 5 > told {
                told = waited.as_secs() / 5;
                info!("waiting for Postgres, which repairs itself after a crash, for {} s", waited.as_secs());
            }
        }
        Ok(true)
    }

    fn is_ready(&self, data: &Path) -> bool {
        PidFile::read(data).is_some_and(|found| found.ready && Some(found.pid) == self.pid())
    }

    /// Waits for its end.
    pub(super) async fn wait(&mut self) -> Result<ExitStatus, EmbeddedError> {
        self.child.wait().await.map_err(|error| EmbeddedError::io("waiting for postgres", error))
    }

    /// Ends it by a fast shutdown, or by sterner means if that takes too long, and waits for its end.
    pub(super) async fn stop(mut self) -> Result<(), EmbeddedError> {
        for (signal, patience) in [(Signal::INT, 20), (Signal::QUIT, 5), (Signal::KILL, 5)] {
            self.tell(signal);
            if let Ok(ended) = timeout(Duration::from_secs(patience), self.wait()).await {
                return ended.map(|_| ());
            }
            warn!(?signal, "Postgres did not end in time");
        }
        Err(EmbeddedError::StillRunning { pid: self.child.id().unwrap_or_default() })
    }

    /// Lets go of it without ending it.
    pub(super) fn leave(mut self) {
        self.left = true;
    }

    /// Its process, until its end was noticed; so a signal never hits another process of the same number.
    fn pid(&self) -> Option<Pid> {
        Pid::from_raw(i32::try_from(self.child.id()?).ok()?)
    }

    fn tell(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // It may end before the signal reaches it.
            let _ = kill_process(pid, signal);
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        if !self.left {
            self.tell(Signal::INT);
        }
    }
}

/// The log, and where this run's part of it begins.
struct Log {
    file: File,
    start: u64,
}

/// Opens the log to append to, and first sets it aside where it has grown large.
fn open_log(path: &Path) -> Result<Log, EmbeddedError> {
    let failed = |error| EmbeddedError::io(format!("opening {}", path.display()), error);
    if fs::metadata(path).is_ok_and(|found| found.len() > LARGEST_LOG) {
        fs::rename(path, path.with_extension("log.old")).map_err(failed)?;
    }
    let file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
    let start = file.metadata().map_err(failed)?.len();
    Ok(Log { file, start })
}

/// What Postgres wrote since the log was opened.
fn said(log: &mut Log) -> String {
    let mut text = Vec::new();
    // An unreadable log leaves the error without its reason, no more.
    let _ = log.file.seek(SeekFrom::Start(log.start));
    let _ = log.file.read_to_end(&mut text);
    String::from_utf8_lossy(&text).into_owned()
}
