//! What an earlier run left behind: a postmaster whose server was killed, backends whose postmaster was killed, and
//! files that name processes long gone.
//!
//! A left-over postmaster is stopped rather than adopted: that takes a moment, and afterwards the cluster runs with
//! this server's settings, as its child, and as every other start does. All of this relies on the lock of the data
//! directory: no other server is there that could still want what is ended here.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tokio::time::{Instant, sleep};
use tracing::{info, warn};

use super::cluster::Cluster;
use super::error::EmbeddedError;

/// Ever sterner ways to end a postmaster, and how long each is given.
const ENDINGS: [(Signal, Duration); 3] = [
    (Signal::INT, Duration::from_secs(20)),
    (Signal::QUIT, Duration::from_secs(5)),
    (Signal::KILL, Duration::from_secs(5)),
];

/// What `postmaster.pid` says; Postgres keeps it up to date from its first moment to its last.
#[derive(Debug, Clone, Copy)]
pub(super) struct PidFile {
    /// The postmaster's process.
    pub(super) pid: Pid,
    /// Whether it accepts connections.
    pub(super) ready: bool,
}

impl PidFile {
    /// Reads it from a cluster's folder; nothing where it is missing or not wholly written yet.
    pub(super) fn read(data: &Path) -> Option<Self> {
        let text = fs::read_to_string(data.join("postmaster.pid")).ok()?;
        let mut lines = text.lines();
        let pid = Pid::from_raw(lines.next()?.trim().parse().ok()?)?;
        let ready = lines.nth(6).is_some_and(|status| status.trim() == "ready");
        Some(Self { pid, ready })
    }
}

/// Ends what is left of an earlier run, so that a postmaster can be started.
pub(super) async fn end(cluster: &Cluster) -> Result<(), EmbeddedError> {
    let data = cluster.home.data();
    if let Some(found) = PidFile::read(&data) {
        if is_postmaster(found.pid, &data) {
            info!(pid = found.pid.as_raw_nonzero(), "stopping the Postgres that an earlier server left running");
            end_postmaster(found.pid, &data).await?;
        }
        end_orphans(&data).await;
        // Postgres refuses to start while the process named here lives, even if it is a wholly different one.
        // Where it doesn't live, Postgres itself makes sure that no backend of it does either.
        if test_kill_process(found.pid) != Err(rustix::io::Errno::SRCH) {
            // It is gone already where Postgres ended properly.
            let _ = fs::remove_file(data.join("postmaster.pid"));
        }
    }
    for name in [".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        // The same holds for the lock of the socket.
        let _ = fs::remove_file(cluster.home.socket.join(name));
    }
    Ok(())
}

async fn end_postmaster(pid: Pid, data: &Path) -> Result<(), EmbeddedError> {
    for (signal, patience) in ENDINGS {
        // It may end before the signal reaches it.
        let _ = kill_process(pid, signal);
        if until(patience, || !is_postmaster(pid, data)).await {
            return Ok(());
        }
        warn!(pid = pid.as_raw_nonzero(), ?signal, "the left-over Postgres did not end in time");
    }
    Err(EmbeddedError::StillRunning { pid: pid.as_raw_nonzero().get().unsigned_abs() })
}

/// Kills backends that outlived their postmaster: an idle one ends by itself, a busy one would hold up the next start.
async fn end_orphans(data: &Path) {
    for pid in orphans(data) {
        warn!(pid = pid.as_raw_nonzero(), "ending a Postgres backend that outlived its server");
        let _ = kill_process(pid, Signal::KILL);
    }
    until(Duration::from_secs(2), || orphans(data).is_empty()).await;
}

/// The processes of Postgres that work in the cluster's folder, where the system tells (Linux).
fn orphans(data: &Path) -> Vec<Pid> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter(|entry| fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd == data))
        .filter(|entry| fs::read_to_string(entry.path().join("comm")).is_ok_and(|name| name.trim() == "postgres"))
        .filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?))
        .collect()
}

/// Whether a process is the postmaster of the cluster in `data`, and not another that was given its number since.
fn is_postmaster(pid: Pid, data: &Path) -> bool {
    let pid = pid.as_raw_nonzero();
    let data = data.to_string_lossy();
    if Path::new("/proc/self").exists() {
        // A process that has ended but was not yet collected by its parent has an empty command line.
        let command = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let mut arguments = command.split(|byte| *byte == 0);
        return arguments.next().is_some_and(|program| program.ends_with(b"postgres"))
            && arguments.any(|argument| argument == data.as_bytes());
    }
    std::process::Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output().is_ok_and(|output| {
        let command = String::from_utf8_lossy(&output.stdout);
        command.contains("postgres") && command.contains(data.as_ref())
    })
}

/// Waits for something that sends no event; says whether it came.
async fn until(patience: Duration, reached: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while !reached() {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(Duration::from_millis(10)).await;
    }
    true
}
