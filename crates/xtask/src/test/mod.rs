//! Everything that CI runs, as steps with a name each, cheapest first. A step prints the commands it runs, the first
//! that fails ends the run with its name, and the end shows where the time went.

mod beside;
mod deny;
mod steps;

use crate::machine;
use crate::progress::spoken;
use anyhow::{Context, Result, bail};
use beside::Beside;
use std::time::{Duration, Instant};
use steps::{BESIDE, STEPS, Step};

pub(crate) use deny::advisories;
pub(crate) use steps::screenshots;

/// Which of the steps to run.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Run this step alone (may be given several times)
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Print the steps and run none
    #[arg(long)]
    list: bool,
}

/// Runs the steps asked for.
pub(crate) fn run(options: &Options) -> Result<()> {
    let steps = chosen(&options.only)?;
    if options.list {
        for step in steps {
            println!("{:14} {}", step.name, step.what);
        }
        return Ok(());
    }
    let mut beside = None;
    let started = Instant::now();
    if options.only.is_empty() {
        eprintln!("== what this machine has");
        machine::prepare_tests()?;
        beside = Some(Beside::begin(BESIDE)?);
    }
    let mut times = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        eprintln!("\n== {}/{} {}: {}", index + 1, steps.len(), step.name, step.what);
        let began = Instant::now();
        let result = match beside.take_if(|beside| beside.name == step.name) {
            Some(beside) => beside.end(),
            None => (step.run)(),
        };
        let took = began.elapsed();
        if let Err(error) = result {
            return Err(error.context(format!(
                "step {} failed after {} (again alone: cargo xtask test --only {})",
                step.name,
                spoken(took),
                step.name
            )));
        }
        eprintln!("== {} passed in {}", step.name, spoken(took));
        times.push((step.name, took));
    }
    print_times(&times, started.elapsed());
    Ok(())
}

fn chosen(only: &[String]) -> Result<Vec<&'static Step>> {
    let here: Vec<&Step> = STEPS.iter().filter(|step| (step.exists)()).collect();
    if only.is_empty() {
        return Ok(here);
    }
    for name in only {
        if !here.iter().any(|step| step.name == name) {
            bail!("no step {name}; see `cargo xtask test --list`");
        }
    }
    Ok(here.into_iter().filter(|step| only.iter().any(|name| name == step.name)).collect())
}

fn print_times(times: &[(&str, Duration)], total: Duration) {
    eprintln!("\n== all steps passed");
    for (name, took) in times.iter().chain([&("total", total)]) {
        eprintln!("   {name:14} {:>12}", spoken(*took));
    }
}

/// Shows the line, then runs it.
fn shown(command: &mut std::process::Command) -> Result<()> {
    eprintln!("$ {}", crate::command::line(command));
    crate::command::run(command).context("the step's command failed")
}
