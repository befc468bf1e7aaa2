//! Tools that look at Confab from outside: the server under measure is always a process of its own, started on a private
//! Postgres. [`host`] holds what the tools share; each tool is a folder and a subcommand.

pub mod host;
mod load;
pub mod torture;

use clap::{Parser, Subcommand};

/// Measures Confab, from outside.
#[derive(Parser)]
#[command(name = "bench", version)]
struct Cli {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Measures speed and memory beside floors measured in the same run.
    Load(load::Options),
    /// A floor's server: what the load tool starts beside Confab.
    #[command(hide = true)]
    Floor(load::floor::Options),
    /// Breaks nodes, databases and links under load, and checks that no promise was broken.
    Torture(Box<torture::Options>),
}

/// Reads the command line and runs the tool it names.
pub async fn run() -> anyhow::Result<()> {
    match Cli::parse().tool {
        Tool::Load(options) => load::run(options).await,
        Tool::Floor(options) => load::floor::run(options).await,
        Tool::Torture(options) => torture::run(*options).await,
    }
}
