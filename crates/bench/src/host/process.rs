//! A server as a process of its own: started, waited for until it says where it listens, and ended with its owner.

use std::fs::File;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::Usage;

/// The longest a server may take to say where it listens.
const START: Duration = Duration::from_secs(60);

/// A running server; killed when dropped.
#[derive(Debug)]
pub struct Process {
    child: Child,
    pid: u32,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Process {
    /// Starts a program that prints `http://ADDRESS` once it listens; what it complains of goes to `log`.
    pub async fn start(mut command: Command, log: &Path) -> Result<Process> {
        let program = command.as_std().get_program().to_owned();
        let file = File::options().append(true).create(true).open(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file).kill_on_drop(true);
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let pid = child.id().context("it ended at once")?;
        let stdout = child.stdout.take().context("its output is not there")?;
        let said = timeout(START, listening(stdout)).await.map_err(|_| anyhow!("it did not listen in time"))?;
        match said {
            Some(address) => Ok(Process { child, pid, address }),
            None => bail!("{} did not start:\n{}", program.display(), std::fs::read_to_string(log)?),
        }
    }

    /// Its number.
    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// What it has used so far.
    pub fn usage(&self) -> Usage {
        Usage::of(self.pid)
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> Result<()> {
        // Until its end was noticed its number belongs to nobody else.
        let id = self.child.id().context("it has ended")?;
        let pid = Pid::from_raw(i32::try_from(id)?).context("no process has this number")?;
        Ok(kill_process(pid, signal)?)
    }

    /// Kills it and waits for its end.
    pub async fn kill(&mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Asks it to stop and waits for its end.
    pub async fn stop(&mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        self.child.wait().await?;
        Ok(())
    }
}

/// The address in the first line that has one; what follows is read away, so that the server never waits for a reader.
async fn listening(stdout: tokio::process::ChildStdout) -> Option<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let address = line.split_once("http://").and_then(|(_, rest)| rest.trim().parse().ok());
        if address.is_some() {
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return address;
        }
    }
    None
}
