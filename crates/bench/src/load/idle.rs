//! Connections that say nothing: the memory each takes, and the processor time that all of them take. The floor is a
//! connection of actix-ws with nothing behind it.

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use anyhow::Result;
use client::Resume;
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tokio::task::JoinSet;

use super::floor::Kind;
use super::report::{Goal, Line, Report};
use super::stage::Stage;
use super::wire::{Kind as FrameKind, Wire};
use crate::host::Usage;

/// Connections made at once.
const AT_ONCE: usize = 48;
/// From the last connection to the moment memory is read.
const SETTLE: Duration = Duration::from_secs(2);

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let count = stage.options.idle;
    let node = stage.node().await?;
    let usage = || node.usage();
    // The first connection brings what is made once.
    let _first = stage.enter(&node, 0, &Resume::watching([stage.hall])).await?;
    let arrivals = stage.arrivals(&node, count, Some(stage.hall));
    let confab = rest(stage, report, "confab", arrivals, &usage).await?;
    node.kill().await?;
    let floor = super::floor::start(Kind::Actix, &stage.folder().join("floor.log")).await?;
    let usage = || floor.usage();
    let _first = Wire::connect(floor.address, "/").await?;
    let arrivals = stream::iter((0..count).map(|_| Wire::connect(floor.address, "/"))).buffered(AT_ONCE);
    let bare = rest(stage, report, Kind::Actix.name(), arrivals, &usage).await?;
    report.ratio("idle: KB per connection / actix-ws", Goal::Value(20.0, 24.0), confab / 1e3, bare / 1e3);
    Ok(())
}

/// Lets connections rest; gives the bytes each takes.
async fn rest(
    stage: &Stage,
    report: &Report,
    subject: &'static str,
    arrivals: impl Stream<Item = Result<Wire>>,
    usage: &dyn Fn() -> Usage,
) -> Result<f64> {
    let before = usage();
    let mut resting = JoinSet::new();
    let mut arrivals = pin!(arrivals);
    while let Some(wire) = arrivals.try_next().await? {
        resting.spawn(doze(wire));
    }
    let count = resting.len();
    tokio::time::sleep(SETTLE).await;
    let settled = usage();
    tokio::time::sleep(Duration::from_secs_f64(stage.options.seconds)).await;
    let after = usage();
    if let Some(ended) = resting.try_join_next() {
        match ended? {
            Ok(never) => match never {},
            Err(error) => return Err(error.context("an idle connection was lost")),
        }
    }
    let each = settled.resident.saturating_sub(before.resident) as f64 / count.max(1) as f64;
    let line = Line {
        scenario: "idle",
        phase: "resting",
        subject,
        unit: "connections",
        cpu_seconds: Some(after.cpu_seconds - settled.cpu_seconds),
        resident_bytes: Some(settled.resident),
        ..Line::default()
    };
    let line = line.rate(count as u64, stage.options.seconds).with("resident_bytes_before", before.resident);
    report.line(line.with("bytes_per_connection", each.round()))?;
    Ok(each)
}

/// Reads what comes and answers pings.
async fn doze(mut wire: Wire) -> Result<Infallible> {
    loop {
        wire.inbox.fill().await?;
        while let Some(frame) = wire.inbox.next() {
            if frame.kind == FrameKind::Ping {
                wire.outlet.pong(frame.payload).await?;
            }
        }
    }
}
