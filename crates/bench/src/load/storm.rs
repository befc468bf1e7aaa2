//! All come back at once: the server is killed under its clients, starts anew, and each client asks for what it missed.
//! What that costs the database is counted statement by statement.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::Resume;
use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::timeout;
use types::Rev;

use super::latency::{Latencies, now, stamp, stamps};
use super::report::{Goal, Line, Report};
use super::stage::Stage;
use super::wire::{Kind, REFUSAL, Wire};
use crate::host::Node;

/// What each client missed in the first storm.
const MISSED: usize = 10;
/// The longest anyone may take to come back.
const BACK: Duration = Duration::from_secs(60);
/// Statements named in the report.
const NAMED: usize = 16;

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    storm(stage, report, "something missed", MISSED).await?;
    // Who missed nothing is told no changes, so that all statements are what coming back costs beside them.
    let each = storm(stage, report, "nothing missed", 0).await?;
    report.ratio("storm: statements per client beyond the changes", Goal::Value(0.2, 0.2), each, 1.0);
    Ok(())
}

/// Kills the server and lets all come back; gives the statements each client cost.
async fn storm(stage: &Stage, report: &Report, phase: &'static str, missed: usize) -> Result<f64> {
    let clients = stage.options.readers;
    let resumes = crash(stage, missed).await?;
    let node = stage.node().await?;
    stage.postgres.count().await?;
    let (usage, of_postgres, begun) = (node.usage(), stage.postgres.usage(), now());
    let wires = connect_all(stage, &node, &resumes).await?;
    let mut tasks = JoinSet::new();
    for wire in wires {
        tasks.spawn(timeout(BACK, come_back(wire, missed)));
    }
    let mut times = Vec::new();
    while let Some(done) = tasks.join_next().await {
        times.push(done???.saturating_sub(begun));
    }
    let (after, postgres) = (node.usage(), stage.postgres.usage());
    let seconds = now().saturating_sub(begun) as f64 / 1e6;
    let counted = stage.postgres.counted().await?;
    let statements: i64 = counted.iter().map(|(_, calls)| calls).sum();
    let each = statements as f64 / clients.max(1) as f64;
    let named: Vec<_> = counted.iter().take(NAMED).map(|(text, calls)| json!([calls, shortened(text)])).collect();
    let cpu = after.cpu_seconds - usage.cpu_seconds;
    let line = Line {
        scenario: "storm",
        phase,
        subject: "confab",
        unit: "clients",
        latency: Some(Latencies::of(times)?.summary()),
        cpu_seconds: Some(cpu),
        cpu_seconds_per_million: Some(cpu / clients.max(1) as f64 * 1e6),
        postgres_cpu_seconds: Some(postgres.cpu_seconds - of_postgres.cpu_seconds),
        resident_bytes: Some(after.resident),
        ..Line::default()
    };
    let line = line.rate(clients as u64, seconds).with("statements_per_client", each).with("statements", named);
    report.line(line.with("missed", missed))?;
    Ok(each)
}

/// A server with all clients connected, killed under them; gives what each holds.
async fn crash(stage: &Stage, missed: usize) -> Result<Vec<Resume>> {
    let clients = stage.options.readers;
    let node = stage.node().await?;
    let wires: Vec<Wire> = stage.arrivals(&node, clients, Some(stage.hall)).try_collect().await?;
    let owner = stage.person(0)?.at(&node.url);
    let mut held = None;
    for _ in 0..=missed {
        let posted = owner.post(stage.hall, &client::text(&stamp(0))).await?;
        held.get_or_insert(posted.seq());
    }
    let resumes = resumes(stage, &node, clients, held.context("nothing was posted")?).await?;
    node.kill().await?;
    drop(wires);
    Ok(resumes)
}

/// What each client holds: the hall as it was before the last posts, and the heads of its other streams.
async fn resumes(stage: &Stage, node: &Node, clients: usize, held: Rev) -> Result<Vec<Resume>> {
    let each = (0..clients).map(|place| async move {
        let heads = stage.person(place)?.at(&node.url).heads().await?;
        let rooms = [(stage.hall, held)].into();
        anyhow::Ok(Resume { epoch: Some(heads.epoch), rooms, me: Some(heads.me), site: Some(heads.site) })
    });
    stream::iter(each).buffered(32).try_collect().await
}

/// Connects all without waiting for one another's answers.
async fn connect_all(stage: &Stage, node: &Node, resumes: &[Resume]) -> Result<Vec<Wire>> {
    let each = resumes.iter().enumerate().map(|(place, resume)| stage.knock(node, place, resume));
    futures_util::future::try_join_all(each).await
}

/// Reads until what was missed is there and what follows is live; gives that moment.
async fn come_back(mut wire: Wire, missed: usize) -> Result<u64> {
    let mut came = 0;
    loop {
        wire.inbox.fill().await?;
        while let Some(frame) = wire.inbox.next() {
            match frame.kind {
                Kind::Text if frame.payload.starts_with(b"{\"type\":\"ready\"") => {
                    if came != missed {
                        bail!("{came} of {missed} missed messages came");
                    }
                    return Ok(now());
                }
                Kind::Text if frame.payload.starts_with(REFUSAL) => {
                    bail!("refused: {}", String::from_utf8_lossy(frame.payload))
                }
                Kind::Text => came += stamps(frame.payload).count(),
                Kind::Close => bail!("closed: {}", String::from_utf8_lossy(frame.payload)),
                Kind::Ping => wire.outlet.pong(frame.payload).await?,
                Kind::Other => {}
            }
        }
    }
}

/// Enough of a statement to know it again.
fn shortened(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let text = words.join(" ");
    let (begin, end): (String, String) = (text.chars().take(70).collect(), text.chars().skip(70).collect());
    match end.find(" FROM ").and_then(|at| end.get(at..)) {
        Some(from) => format!("{begin} …{}", from.chars().take(90).collect::<String>()),
        None => begin,
    }
}
