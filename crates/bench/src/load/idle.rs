//! Connections that say nothing: the memory each takes, and the processor time that all of them take. The floor is a
//! connection of actix-ws with nothing behind it.

use std::time::Duration;

use anyhow::Result;
use futures_util::{StreamExt, TryStreamExt, stream};
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
    let first = stage.gather(&node, 1, |_| Some(stage.hall)).await?;
    let before = usage();
    let wires = stage.gather(&node, count, |_| Some(stage.hall)).await?;
    let confab = rest(stage, report, "confab", wires, before, &usage).await?;
    drop(first);
    node.kill().await?;
    let floor = super::floor::start(Kind::Actix, &stage.folder().join("floor.log")).await?;
    let usage = || floor.usage();
    let _first = Wire::connect(floor.address, "/").await?;
    let before = usage();
    let wires = (0..count).map(|_| Wire::connect(floor.address, "/"));
    let wires: Vec<Wire> = stream::iter(wires).buffered(AT_ONCE).try_collect().await?;
    let bare = rest(stage, report, Kind::Actix.name(), wires, before, &usage).await?;
    report.ratio("idle: KB per connection / actix-ws", Goal::Value(20.0, 24.0), confab / 1e3, bare / 1e3);
    Ok(())
}

/// Lets connections rest; gives the bytes each takes.
async fn rest(
    stage: &Stage,
    report: &Report,
    subject: &'static str,
    wires: Vec<Wire>,
    before: Usage,
    usage: &dyn Fn() -> Usage,
) -> Result<f64> {
    let count = wires.len();
    let mut resting = JoinSet::new();
    for mut wire in wires {
        resting.spawn(async move {
            loop {
                wire.inbox.fill().await?;
                while let Some(frame) = wire.inbox.next() {
                    if frame.kind == FrameKind::Ping {
                        wire.outlet.pong(frame.payload).await?;
                    }
                }
            }
            #[expect(unreachable_code, reason = "names the type of the task's end")]
            anyhow::Ok(())
        });
    }
    tokio::time::sleep(SETTLE).await;
    let settled = usage();
    tokio::time::sleep(Duration::from_secs_f64(stage.options.seconds)).await;
    let after = usage();
    if let Some(ended) = resting.try_join_next() {
        ended??;
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
