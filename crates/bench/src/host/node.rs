//! A node of Confab: the program as it is shipped, with an environment of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::Signal;
use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::{Process, Usage};

/// The longest a node may take from listening to being ready.
const READY: Duration = Duration::from_secs(30);

/// How a node is started.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The program `confab`.
    pub program: PathBuf,
    /// The database.
    pub database_url: String,
    /// Where it keeps what is its own, and its log.
    pub folder: PathBuf,
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// More of the environment.
    pub variables: Vec<(String, String)>,
}

impl Launch {
    /// A node on a free port, open to new accounts and without limits of rate.
    pub fn new(program: &Path, database_url: &str, folder: &Path) -> Launch {
        Launch {
            program: program.to_owned(),
            database_url: database_url.to_owned(),
            folder: folder.to_owned(),
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            variables: Vec::new(),
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        let ours = |name: &str| name.starts_with("CONFAB_") || name == "DATABASE_URL";
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(ours)) {
            command.env_remove(name);
        }
        command
            .arg("serve")
            .env("DATABASE_URL", &self.database_url)
            .env("CONFAB_LISTEN", self.listen.to_string())
            .env("CONFAB_DATA_DIR", &self.folder)
            .env("CONFAB_RATE_LIMITS", "off")
            .env("CONFAB_REGISTRATION", "open")
            .envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// A running node; killed when dropped.
#[derive(Debug)]
pub struct Node {
    process: Process,
    /// Its address, as clients take it.
    pub url: String,
}

impl Node {
    /// Starts a node and waits until it is ready.
    pub async fn start(launch: &Launch) -> Result<Node> {
        std::fs::create_dir_all(&launch.folder)?;
        let process = Process::start(launch.command(), &launch.folder.join("confab.log")).await?;
        let node = Node { url: format!("http://{}", process.address), process };
        let client = client::Client::new(&node.url);
        let deadline = Instant::now() + READY;
        loop {
            let answer = client.raw(client::Method::GET, "/health/ready", Default::default(), Vec::new()).await;
            match answer {
                Ok(answer) if answer.status == 200 => return Ok(node),
                answer if Instant::now() > deadline => bail!("the node did not become ready: {answer:?}"),
                _ => sleep(Duration::from_millis(20)).await,
            }
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.process.address
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// What it has used so far.
    pub fn usage(&self) -> Usage {
        self.process.usage()
    }

    /// Kills it, as a power cut would, and waits for its end.
    pub async fn kill(mut self) -> Result<()> {
        self.process.kill().await
    }

    /// Asks it to stop and waits for its end.
    pub async fn stop(mut self) -> Result<()> {
        self.process.stop().await
    }

    /// Freezes it.
    pub fn freeze(&self) -> Result<()> {
        self.process.signal(Signal::STOP)
    }

    /// Lets it go on.
    pub fn thaw(&self) -> Result<()> {
        self.process.signal(Signal::CONT)
    }
}

/// The program `confab`: the one given, or the one built beside this program.
pub fn confab(given: Option<&Path>) -> Result<PathBuf> {
    if let Some(given) = given {
        return given.canonicalize().with_context(|| format!("{} is not there", given.display()));
    }
    let own = std::env::current_exe()?;
    let beside = own.with_file_name("confab");
    if !beside.is_file() {
        bail!("{} is not there: build it (cargo build --package api, with --release to measure)", beside.display());
    }
    Ok(beside)
}
