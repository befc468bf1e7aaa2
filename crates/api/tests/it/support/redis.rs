//! A Redis of a test's own, so that it may be stopped, emptied or muted without harm to another test.

use std::process::{Child, Command, Stdio};

use deadpool_redis::redis;
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use super::until;

/// A running `redis-server`; dropping it kills it.
pub(crate) struct Redis {
    process: Child,
    dir: TempDir,
}

impl Redis {
    pub(crate) async fn start() -> Redis {
        let dir = TempDir::new().unwrap();
        let redis = Redis { process: spawn(&dir), dir };
        redis.answers().await;
        redis
    }

    /// For REDIS_URL.
    pub(crate) fn url(&self) -> String {
        format!("redis+unix://{}", self.dir.path().join("redis.sock").display())
    }

    /// Kills it; whoever asks is refused until [`Redis::revive`].
    pub(crate) fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Starts it anew, empty.
    pub(crate) async fn revive(&mut self) {
        self.process = spawn(&self.dir);
        self.answers().await;
    }

    /// Stops it where it stands: it takes what it is sent and says nothing.
    pub(crate) fn freeze(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn thaw(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.process.id()).ok().and_then(Pid::from_raw).unwrap();
        kill_process(pid, signal).unwrap();
    }

    async fn answers(&self) {
        let client = redis::Client::open(self.url()).unwrap();
        until("Redis to answer", async || client.get_multiplexed_async_connection().await.is_ok()).await;
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn spawn(dir: &TempDir) -> Child {
    let socket = dir.path().join("redis.sock");
    Command::new("redis-server")
        .args(["--port", "0", "--save", "", "--appendonly", "no", "--unixsocket"])
        .arg(&socket)
        .arg("--dir")
        .arg(dir.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server is needed: `cargo xtask prepare` installs it")
}
