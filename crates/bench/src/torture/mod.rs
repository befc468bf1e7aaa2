//! Breaks nodes, Postgres, Redis and the links between them under load, and checks that no promise was broken.
//!
//! Read in this order: [`record`] is what is written down, [`check`] judges it; [`plan`] draws the blows from a seed and
//! [`blows`] lets them fall on the [`town`]; [`writer`], [`churner`] and [`reader`] are its people; [`trial`] is all of
//! it in one run. `seeded` shows that the checker finds what it is there for.

pub mod blows;
pub mod check;
pub mod churner;
mod cuts;
pub mod figures;
pub mod plan;
pub mod reader;
pub mod record;
mod redis_away;
mod resume;
mod seeded;
pub mod town;
pub mod trial;
pub mod truth;
pub mod voice;
pub mod writer;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use clap::Args;

use plan::Wanted;
use trial::{Trial, Verdict};

/// Counter-examples that are printed.
const PRINTED: usize = 3;

/// What `bench torture` is told.
#[derive(Debug, Args)]
pub struct Options {
    /// How long the load goes on.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Nodes.
    #[arg(long, default_value_t = 3)]
    nodes: usize,
    /// Posts per second that are tried: 420, and 150 without blows but those on Redis.
    #[arg(long)]
    rate: Option<u32>,
    /// Kills of nodes; one each ten seconds if not said.
    #[arg(long)]
    kills: Option<usize>,
    /// Kills of Postgres; one a minute if not said.
    #[arg(long)]
    postgres_kills: Option<usize>,
    /// Links cut at a COMMIT, before it and after it in turn; one each four seconds if not said.
    #[arg(long)]
    commits: Option<usize>,
    /// Cuts off every COMMIT's answer, until it were so many.
    #[arg(long, default_value_t = 0)]
    commit_answers: u64,
    /// Stops and starts every node in turn, so many times.
    #[arg(long, default_value_t = 0)]
    rolling: usize,
    /// Other blows; one each two seconds if not said.
    #[arg(long)]
    others: Option<usize>,
    /// Draws the plan; another one each time if not said.
    #[arg(long)]
    seed: Option<u64>,
    /// With a Redis, which is hit too.
    #[arg(long)]
    redis: bool,
    /// The program `confab`; that beside this one if not said.
    #[arg(long, value_name = "PATH")]
    server: Option<PathBuf>,
    /// Where operations, receipts and logs are kept.
    #[arg(long, value_name = "FOLDER")]
    log: Option<PathBuf>,
    /// Instead: somebody comes back after so many changes, at another node, after all were restarted.
    #[arg(long, value_name = "CHANGES", conflicts_with = "cuts")]
    resume: Option<usize>,
    /// Instead: people are removed, leave, and have their room deleted, their session ended and their password changed, so
    /// many times for each cause.
    #[arg(long, value_name = "TIMES")]
    cuts: Option<usize>,
    /// Instead: what nodes tell each other through Redis is lost, then Redis is stopped, then it is silent, for so many
    /// seconds each; what becomes of posts and of delivery across nodes.
    #[arg(long, value_name = "SECONDS", conflicts_with_all = ["cuts", "resume"])]
    redis_away: Option<u64>,
    /// Puts each known fault into the server, which must be built with `seeded-faults`, and shows that it is found.
    #[arg(long)]
    seeded_faults: bool,
    /// Only this one of them; may be repeated.
    #[arg(long, value_name = "FAULT")]
    fault: Vec<String>,
}

/// Runs the tool.
pub async fn run(options: Options) -> Result<()> {
    crate::host::raise_open_files()?;
    let server = crate::host::confab(options.server.as_deref())?;
    let seed = options.seed.unwrap_or_else(|| fastrand::u64(0..1_000_000));
    if options.seeded_faults || !options.fault.is_empty() {
        return seeded::run(server, seed, &options.fault, options.log).await;
    }
    if let Some(changes) = options.resume {
        return resume::run(&server, changes, options.redis).await;
    }
    if let Some(times) = options.cuts {
        return cuts::run(&server, times, options.redis).await;
    }
    if let Some(seconds) = options.redis_away {
        let log = options.log;
        let trial = redis_away::trial(server, seed, seconds, options.nodes, options.rate.unwrap_or(150), log);
        return redis_away::run(&trial, seconds).await;
    }
    let per = |each: u64| usize::try_from(options.seconds / each).unwrap_or(usize::MAX);
    let wanted = Wanted {
        time: Duration::from_secs(options.seconds),
        nodes: options.nodes.max(1),
        kills: options.kills.unwrap_or(per(10)),
        postgres_kills: options.postgres_kills.unwrap_or(per(60)),
        commits: options.commits.unwrap_or(per(4)),
        commit_answers: options.commit_answers,
        rolling: options.rolling,
        others: options.others.unwrap_or(per(2)),
        redis: options.redis,
    };
    eprintln!("seed {seed}: repeat it with --seed {seed} and the same options");
    let rate = options.rate.unwrap_or(420);
    let trial = Trial { server, seed, rate, wanted, script: Vec::new(), fault: None, log: options.log };
    let verdict = trial.run().await?;
    tell(&verdict)?;
    match verdict.violations.len() {
        0 => Ok(()),
        count => bail!("{count} broken promises"),
    }
}

/// One JSON line of figures; broken promises for people, the smallest counter-example first.
fn tell(verdict: &Verdict) -> Result<()> {
    println!("{}", serde_json::to_string(verdict)?);
    for violation in verdict.violations.iter().take(PRINTED) {
        eprintln!("broken: {}: {}", violation.rule, violation.what);
        for record in &violation.evidence {
            eprintln!("  {record}");
        }
    }
    Ok(())
}
