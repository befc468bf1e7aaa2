//! A Redis of one's own that keeps nothing on disk.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

/// A Redis, running or not.
pub struct Redis {
    folder: PathBuf,
    child: Option<Child>,
}

impl Redis {
    /// Starts one whose working folder is `folder`.
    pub async fn start(folder: &Path) -> Result<Redis> {
        let mut redis = Redis { folder: folder.to_owned(), child: None };
        redis.restart().await?;
        Ok(redis)
    }

    /// The Unix socket it listens at.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("redis.sock")
    }

    /// Starts it, if it does not run, and waits until it answers.
    pub async fn restart(&mut self) -> Result<()> {
        if self.child.is_none() {
            let spawned = Command::new("redis-server")
                .args(["--port", "0", "--unixsocket", "redis.sock", "--save", "", "--appendonly", "no"])
                .current_dir(&self.folder)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true)
                .spawn();
            self.child = Some(spawned.context("starting redis-server (the Debian package is redis-server)")?);
        }
        for _ in 0..200 {
            if self.ask("PING").await.is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(20)).await;
        }
        bail!("redis-server did not answer in time")
    }

    /// Kills it.
    pub async fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    /// Empties it.
    pub async fn flush(&self) -> Result<()> {
        self.ask("FLUSHALL").await
    }

    async fn ask(&self, command: &str) -> Result<()> {
        let asked = async {
            let mut stream = UnixStream::connect(self.socket()).await?;
            stream.write_all(format!("{command}\r\n").as_bytes()).await?;
            let mut answer = [0; 1];
            stream.read_exact(&mut answer).await?;
            match &answer {
                b"+" => Ok(()),
                _ => bail!("Redis refused {command}"),
            }
        };
        timeout(Duration::from_secs(2), asked).await?
    }
}
