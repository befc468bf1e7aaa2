//! `bench load`: what the server takes from a machine, beside floors measured in the same run. Each scenario is a file;
//! each starts a server of its own on the one database, so that none inherits the other's memory.
//!
//! Latencies are open-loop: a message's time is counted from the moment it was due, not from when it could be sent, so a
//! server that stalls can't hide it by holding up the generator (coordinated omission).

mod audience;
mod fan_out;
pub(crate) mod floor;
mod history;
mod idle;
mod latency;
mod pgbench;
mod report;
mod search;
mod send;
mod stage;
mod storm;
mod wire;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::host;
use report::Report;
use stage::Stage;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// One writer, one room, many readers.
    FanOut,
    /// Writers in rooms of their own, then all in one room.
    Send,
    /// Connections that say nothing.
    Idle,
    /// The newest page of a long history.
    History,
    /// All come back at once after a crash.
    Storm,
    /// Common queries over many messages.
    Search,
}

/// How much of what is measured.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Options {
    /// Scenarios; all if none is named
    #[arg(value_enum)]
    pub(crate) scenarios: Vec<Scenario>,
    /// How often everything is measured
    #[arg(long, default_value_t = 3)]
    pub(crate) runs: usize,
    /// Readers of the room that is fanned out to, and clients of the storm
    #[arg(long, default_value_t = 1_000)]
    pub(crate) readers: usize,
    /// Writers
    #[arg(long, default_value_t = 32)]
    pub(crate) writers: usize,
    /// Idle connections
    #[arg(long, default_value_t = 5_000)]
    pub(crate) idle: usize,
    /// Messages of the room whose history is read
    #[arg(long, default_value_t = 100_000)]
    pub(crate) messages: i64,
    /// Clients that read history
    #[arg(long, default_value_t = 16)]
    pub(crate) history_clients: usize,
    /// Messages that are searched
    #[arg(long, default_value_t = 100_000)]
    pub(crate) search_messages: i64,
    /// Seconds of each measured phase
    #[arg(long, default_value_t = 6.0)]
    pub(crate) seconds: f64,
    /// Messages under way at once while the fan-out is loaded as far as it goes
    #[arg(long, default_value_t = 8)]
    pub(crate) window: u64,
    /// The program `confab`; the one beside this program if absent
    #[arg(long)]
    pub(crate) server: Option<PathBuf>,
    /// Keep each server's log in this folder
    #[arg(long)]
    pub(crate) logs: Option<PathBuf>,
}

/// Measures, prints a JSON line for each measurement and at the end the ratios.
pub(crate) async fn run(options: Options) -> Result<()> {
    host::raise_open_files()?;
    let stage = Stage::set(options).await?;
    let mut report = Report::default();
    let measured = measure(&stage, &mut report).await;
    eprintln!("{}", report.table());
    stage.clear().await?;
    measured
}

async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let mut failed = Vec::new();
    for run in 1..=stage.options.runs {
        report.run = run;
        for scenario in Scenario::value_variants() {
            if !stage.wants(*scenario) {
                continue;
            }
            eprintln!("run {run} of {}: {scenario:?}", stage.options.runs);
            stage.refresh().await?;
            let measured = match scenario {
                Scenario::FanOut => fan_out::measure(stage, report).await,
                Scenario::Send => send::measure(stage, report).await,
                Scenario::Idle => idle::measure(stage, report).await,
                Scenario::History => history::measure(stage, report).await,
                Scenario::Storm => storm::measure(stage, report).await,
                Scenario::Search => search::measure(stage, report).await,
            };
            // What one scenario brings to its knees says nothing of the others.
            if let Err(error) = measured {
                eprintln!("{scenario:?} failed: {error:#}");
                failed.push(format!("{scenario:?} (run {run})"));
            }
        }
    }
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}
