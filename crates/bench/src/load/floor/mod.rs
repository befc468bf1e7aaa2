//! The floors of the live side: servers that do nothing but hand what they are told to all who listen. They run as
//! processes of their own (`bench floor …`), so that they are measured as Confab is.

mod actix;
mod coalescing;

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;

use crate::host::Process;

/// How a floor writes to its readers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Plain tokio: what waits for a reader goes out in one write.
    Coalescing,
    /// The library Confab stands on, used as its manual says.
    Actix,
}

impl Kind {
    /// Its name in what is reported.
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Coalescing => "floor-coalescing",
            Kind::Actix => "floor-actix-ws",
        }
    }
}

/// Which floor.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// How it writes
    #[arg(value_enum)]
    kind: Kind,
}

/// Serves until it is killed.
pub(crate) async fn run(options: Options) -> Result<()> {
    match options.kind {
        Kind::Coalescing => coalescing::serve().await,
        Kind::Actix => actix::serve().await,
    }
}

/// Starts a floor as a process of its own.
pub(super) async fn start(kind: Kind, log: &Path) -> Result<Process> {
    let mut command = tokio::process::Command::new(std::env::current_exe()?);
    command.arg("floor").arg(kind.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned()));
    Process::start(command, log).await
}

/// Says where it listens, as [`Process::start`] reads it.
fn say(address: std::net::SocketAddr) -> Result<()> {
    use std::io::Write;
    Ok(writeln!(std::io::stdout(), "ready at http://{address}")?)
}
