//! The checker proves itself: each fault that a server like this may have is put into it, and must be found.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Result, bail};
use futures_util::{StreamExt, stream};

use super::plan::Wanted;
use super::trial::Trial;

/// A fault, and how long a trial shows it.
struct Fault {
    name: &'static str,
    seconds: u64,
    kills: usize,
}

const fn fault(name: &'static str, seconds: u64, kills: usize) -> Fault {
    Fault { name, seconds, kills }
}

/// Every fault the server can be given.
const FAULTS: [Fault; 9] = [
    fault("publish-before-commit", 20, 3),
    fault("sequence-as-cursor", 15, 0),
    fault("drop-on-lag", 20, 2),
    fault("ack-before-commit", 20, 6),
    fault("forgetful-dedupe", 45, 0),
    fault("resume-off-by-one", 20, 4),
    fault("no-tail-sweep", 10, 0),
    fault("cached-membership", 20, 0),
    fault("removal-inside-a-frame", 20, 0),
];

/// Trials under way at a time: most of each is waiting.
const AT_ONCE: usize = 2;

fn trial(fault: &Fault, server: PathBuf, seed: u64, log: Option<&Path>) -> Trial {
    let (kills, hits) = (fault.kills, fault.kills * 3);
    let time = Duration::from_secs(fault.seconds);
    let wanted = Wanted { time, nodes: 3, kills, commits: hits, others: hits, ..Wanted::default() };
    let log = log.map(|folder| folder.join(fault.name));
    Trial { server, seed, rate: 240, wanted, script: Vec::new(), fault: Some(fault.name), log }
}

/// Tries them all, or those named, and says how many were found.
pub(super) async fn run(server: PathBuf, seed: u64, named: &[String], log: Option<PathBuf>) -> Result<()> {
    if let Some(unknown) = named.iter().find(|name| FAULTS.iter().all(|fault| fault.name != **name)) {
        let names: Vec<_> = FAULTS.iter().map(|fault| fault.name).collect();
        bail!("no fault is called {unknown}; there are {}", names.join(", "));
    }
    let chosen = FAULTS.iter().filter(|fault| named.is_empty() || named.iter().any(|name| name == fault.name));
    let trials: Vec<_> = chosen.map(|fault| (fault, trial(fault, server.clone(), seed, log.as_deref()))).collect();
    let verdicts = stream::iter(trials).map(|(fault, trial)| async move { (fault, trial.run().await) });
    let mut verdicts = std::pin::pin!(verdicts.buffered(AT_ONCE));
    let (mut caught, mut tried) = (0, 0);
    while let Some((fault, verdict)) = verdicts.next().await {
        tried += 1;
        let verdict = verdict?;
        super::tell(&verdict)?;
        let rules = verdict.violations.iter().map(|violation| violation.rule);
        let rules: std::collections::BTreeSet<_> = rules.collect();
        caught += usize::from(!rules.is_empty());
        eprintln!(
            "{}: {}",
            fault.name,
            if rules.is_empty() { "NOT CAUGHT".into() } else { format!("caught by {rules:?}") }
        );
    }
    println!("{caught} of {tried} caught");
    match caught == tried {
        true => Ok(()),
        false => bail!("a fault was not caught"),
    }
}
