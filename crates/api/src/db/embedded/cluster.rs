//! The cluster as files: made once by `initdb`, with an empty database `confab`, and then kept.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tokio::io::AsyncWriteExt;
use tracing::info;

use super::Options;
use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::home::Home;

/// What an unfinished cluster's folder begins with.
const UNFINISHED: &str = "unfinished-";

/// A cluster that is wholly made, and what runs it.
#[derive(Debug)]
pub(super) struct Cluster {
    /// Where it is kept.
    pub(super) home: Home,
    /// The Postgres of the major that made it.
    pub(super) binaries: Binaries,
    /// How it is run.
    pub(super) options: Options,
}

impl Cluster {
    /// Opens the cluster in a home, making it at first.
    pub(super) async fn open(home: Home, options: Options) -> Result<Self, EmbeddedError> {
        let data = home.data();
        let made_by = made_by(&data)?;
        let binaries = Binaries::find(&data, made_by, &home.account)?;
        let cluster = Self { home, binaries, options };
        cluster.remove_unfinished()?;
        if made_by.is_none() {
            cluster.make().await?;
        }
        Ok(cluster)
    }

    /// A command that runs one of Postgres's programs as the account, untouched by the caller's settings.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.binaries.program(program));
        // The account may not be able to enter the current folder.
        command.current_dir(&self.home.folder);
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            if name.starts_with("PG") || name.starts_with("LC_") || name == "LANG" {
                command.env_remove(name.as_ref());
            }
        }
        command.env("LC_ALL", "C");
        self.home.account.assume(&mut command);
        command
    }

    /// Makes the cluster beside its place and moves it there when it is whole, so that a kill in between is harmless.
    async fn make(&self) -> Result<(), EmbeddedError> {
        let data = self.home.data();
        info!(folder = %data.display(), postgres = self.binaries.major, "making the embedded Postgres cluster");
        let unfinished = self.home.folder.join(format!("{UNFINISHED}{}", std::process::id()));
        run("initdb", self.initdb(&unfinished), "").await?;
        let mut single = self.command("postgres");
        single.args(["--single", "-c", "exit_on_error=true", "-D"]).arg(&unfinished);
        if !self.options.durable {
            single.arg("-F");
        }
        single.arg("postgres");
        run("postgres --single", single, "CREATE DATABASE confab;\n").await?;
        fs::rename(&unfinished, &data)
            .and_then(|()| File::open(&self.home.folder)?.sync_all())
            .map_err(|error| EmbeddedError::io(format!("moving the new cluster to {}", data.display()), error))
    }

    fn initdb(&self, data: &Path) -> Command {
        let mut initdb = self.command("initdb");
        initdb.arg("-D").arg(data).args([
            "--username=confab",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-instructions",
        ]);
        if self.binaries.major >= 17 {
            // Postgres's own order of characters does not change with an update of the system, which breaks indexes.
            initdb.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]);
        }
        if !self.options.durable {
            initdb.arg("--no-sync");
        }
        initdb
    }

    /// Removes what a killed server left of a cluster it was making.
    fn remove_unfinished(&self) -> Result<(), EmbeddedError> {
        let folder = &self.home.folder;
        let failed = |error| EmbeddedError::io(format!("clearing {}", folder.display()), error);
        for entry in fs::read_dir(folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_dir_all(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }
}

/// The major version that made the cluster, or nothing where there is none yet.
fn made_by(data: &Path) -> Result<Option<u32>, EmbeddedError> {
    let path: PathBuf = data.join("PG_VERSION");
    let failed = |error| EmbeddedError::io(format!("reading {}", path.display()), error);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound && !data.exists() => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    match text.trim().parse() {
        Ok(major) => Ok(Some(major)),
        Err(_) => Err(failed(std::io::Error::new(ErrorKind::InvalidData, format!("not a major version: {text:?}")))),
    }
}

/// Runs a program that ends by itself.
async fn run(name: &'static str, command: Command, input: &str) -> Result<(), EmbeddedError> {
    let failed = |error| EmbeddedError::io(format!("running {name}"), error);
    let mut child = tokio::process::Command::from(command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading says why in its output.
        let _ = stdin.write_all(input.as_bytes()).await;
    }
    let output = child.wait_with_output().await.map_err(failed)?;
    if output.status.success() {
        return Ok(());
    }
    Err(EmbeddedError::Program { name, output: String::from_utf8_lossy(&output.stderr).into_owned() })
}
