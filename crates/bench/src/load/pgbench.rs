//! The floors of Postgres: one statement, again and again, by pgbench with prepared statements on the same server.

use anyhow::{Context, Result, bail};
use tokio::process::Command;

use super::report::Line;
use super::stage::Stage;

/// What a floor came to.
#[derive(Debug, Clone)]
pub(super) struct Floor {
    pub(super) per_second: f64,
    clients: usize,
    seconds: f64,
    average_ms: f64,
    postgres_cpu_seconds: f64,
}

/// Runs a script by so many clients for as long as a phase lasts.
pub(super) async fn run(stage: &Stage, name: &str, script: &str, clients: usize) -> Result<Floor> {
    let file = stage.folder().join(format!("{name}.sql"));
    std::fs::write(&file, script)?;
    let seconds = stage.options.seconds.ceil().max(1.0);
    let before = stage.postgres.usage();
    let output = Command::new(stage.postgres.program("pgbench")?)
        .args(["--no-vacuum", "--protocol=prepared", "--jobs=2"])
        .arg(format!("--client={clients}"))
        .arg(format!("--time={seconds}"))
        .arg("--file")
        .arg(&file)
        .arg(stage.postgres.url())
        .output()
        .await?;
    let after = stage.postgres.usage();
    let said = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!("pgbench failed: {said}{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(Floor {
        per_second: number(&said, "tps = ")?,
        clients,
        seconds,
        average_ms: number(&said, "latency average = ")?,
        // Its backends have ended: their time was added to the postmaster's.
        postgres_cpu_seconds: after.cpu_seconds - before.cpu_seconds,
    })
}

impl Floor {
    /// What is reported of it.
    pub(super) fn line(&self, scenario: &'static str, phase: &'static str) -> Line {
        let line = Line {
            scenario,
            phase,
            subject: "floor-pgbench",
            unit: "statements",
            postgres_cpu_seconds: Some(self.postgres_cpu_seconds),
            ..Line::default()
        };
        let done = (self.per_second * self.seconds).round() as u64;
        line.rate(done, self.seconds).with("clients", self.clients).with("average_ms", self.average_ms)
    }
}

fn number(said: &str, before: &str) -> Result<f64> {
    let after = said.split_once(before).and_then(|(_, rest)| rest.split_whitespace().next());
    after.and_then(|number| number.parse().ok()).with_context(|| format!("no {before:?} in {said}"))
}
