//! One writer, one room, many readers: loaded as far as it goes, then at half of that. The floors are loaded alike, and
//! hear at the rate that Confab was given.

use anyhow::{Context, Result};
use client::Resume;
use futures_util::{StreamExt, stream};
use uuid::Uuid;

use super::audience::{Audience, Load, Phase, Speaker};
use super::floor::Kind;
use super::latency::stamp;
use super::report::{Goal, Line, Report};
use super::stage::Stage;
use super::wire::Wire;
use crate::host::Usage;

/// What a person says.
const WORDS: &str = "It rained in the night and the road is dry again, so we can go";
/// Seconds before anything counts.
const WARM_UP: f64 = 1.0;
/// Connections made at once.
const AT_ONCE: usize = 48;

/// What Confab came to, to be held beside the floors.
struct Heard {
    full: Phase,
    half: Phase,
    /// Words in a second of the second phase.
    rate: f64,
}

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let confab = confab(stage, report).await.context("Confab")?;
    let bytes = usize::try_from(confab.half.bytes / confab.half.deliveries.max(1))?;
    for kind in [Kind::Coalescing, Kind::Actix] {
        let floor = floor(stage, report, kind, confab.rate, bytes).await.context(kind.name())?;
        let (name, goal) = match kind {
            Kind::Coalescing => ("coalescing", Goal::AtMost(1.5, 2.0)),
            Kind::Actix => ("actix-ws", Goal::AtMost(1.0, 1.25)),
        };
        let full = (confab.full.cpu_per_million(), floor.full.cpu_per_million());
        let half = (confab.half.cpu_per_million(), floor.half.cpu_per_million());
        report.ratio(&format!("fan-out, full: CPU s per million / {name}"), goal, full.0, full.1);
        report.ratio(&format!("fan-out, same rate: CPU s per million / {name}"), goal, half.0, half.1);
        let p99 = (confab.half.latencies.summary().p99_ms, floor.half.latencies.summary().p99_ms);
        report.ratio(&format!("fan-out, same rate: p99 ms / {name}"), Goal::AtMost(2.0, 4.0), p99.0, p99.1);
    }
    Ok(())
}

async fn confab(stage: &Stage, report: &Report) -> Result<Heard> {
    let node = stage.node().await?;
    let readers = stage.options.readers;
    let audience = Audience::seat(readers, stage.arrivals(&node, readers, Some(stage.hall))).await?;
    let room = stage.hall;
    let mut speaker = Speaker::new(stage.enter(&node, 0, &Resume::default()).await?, move |moment| {
        let (id, when) = (Uuid::now_v7(), stamp(moment));
        format!(
            "{{\"type\":\"post\",\"ref\":\"1\",\"room_id\":\"{room}\",\
             \"message\":{{\"id\":\"{id}\",\"body\":\"{when} {WORDS}\"}}}}"
        )
    });
    let usage = || node.usage();
    let Measures { window, seconds } = measures(stage);
    audience.hear(&mut speaker, window, WARM_UP, &usage).await?;
    let before = stage.postgres.usage();
    let full = audience.hear(&mut speaker, window, seconds, &usage).await?;
    let between = stage.postgres.usage();
    let rate = full.per_second() / audience.readers() as f64 / 2.0;
    let half = audience.hear(&mut speaker, Load::Rate(rate), seconds, &usage).await?;
    let after = stage.postgres.usage();
    report.line(of_postgres(line("full", "confab", &full, stage), before, between))?;
    report.line(of_postgres(line("half", "confab", &half, stage), between, after).with("rate", rate))?;
    drop(audience);
    node.kill().await?;
    Ok(Heard { full, half, rate })
}

async fn floor(stage: &Stage, report: &Report, kind: Kind, rate: f64, bytes: usize) -> Result<Heard> {
    let server = super::floor::start(kind, &stage.folder().join("floor.log")).await?;
    let readers = stage.options.readers;
    let arrivals = stream::iter((0..readers).map(|_| Wire::connect(server.address, "/"))).buffered(AT_ONCE);
    let audience = Audience::seat(readers, arrivals).await?;
    let mut speaker = Speaker::new(Wire::connect(server.address, "/").await?, move |moment| {
        // As long as what Confab writes to a reader for a message.
        format!("{:-<bytes$}", stamp(moment))
    });
    let usage = || server.usage();
    let Measures { window, seconds } = measures(stage);
    audience.hear(&mut speaker, window, WARM_UP, &usage).await?;
    let full = audience.hear(&mut speaker, window, seconds, &usage).await?;
    let half = audience.hear(&mut speaker, Load::Rate(rate), seconds, &usage).await?;
    let own_rate = full.per_second() / audience.readers() as f64 / 2.0;
    let own = audience.hear(&mut speaker, Load::Rate(own_rate), seconds, &usage).await?;
    report.line(line("full", kind.name(), &full, stage))?;
    report.line(line("half", kind.name(), &half, stage).with("rate", rate))?;
    report.line(line("own half", kind.name(), &own, stage).with("rate", own_rate))?;
    Ok(Heard { full, half, rate })
}

struct Measures {
    window: Load,
    seconds: f64,
}

fn measures(stage: &Stage) -> Measures {
    Measures { window: Load::Window(stage.options.window.max(1)), seconds: stage.options.seconds }
}

fn line(phase: &'static str, subject: &'static str, heard: &Phase, stage: &Stage) -> Line {
    Line {
        scenario: "fan-out",
        phase,
        subject,
        unit: "deliveries",
        latency: (phase != "full").then(|| heard.latencies.summary()),
        cpu_seconds: Some(heard.cpu_seconds),
        cpu_seconds_per_million: Some(heard.cpu_per_million()),
        resident_bytes: Some(heard.usage.resident),
        ..Line::default()
    }
    .rate(heard.deliveries, heard.seconds)
    .with("readers", stage.options.readers)
    .with("bytes_per_delivery", heard.bytes / heard.deliveries.max(1))
}

fn of_postgres(line: Line, before: Usage, after: Usage) -> Line {
    Line {
        postgres_cpu_seconds: Some(after.cpu_seconds - before.cpu_seconds),
        postgres_resident_bytes: Some(after.resident),
        ..line
    }
}
