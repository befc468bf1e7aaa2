//! Writers that each wait for the answer before they go on: in rooms of their own, then all in one room. The floor is a
//! durable insert of one row, by as many clients of pgbench.

use std::time::Duration;

use anyhow::{Result, bail};
use client::Resume;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use types::RoomId;
use uuid::Uuid;

use super::latency::{Latencies, Schedule, now};
use super::pgbench;
use super::report::{Goal, Line, Report};
use super::stage::Stage;
use super::wire::Wire;
use crate::host::Node;

/// The longest an answer is waited for.
const ANSWER: Duration = Duration::from_secs(20);
/// What a person says, and what the floor's row holds.
const WORDS: &str = "It rained in the night and the road is dry again, so we can go when the others are up";

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let clients = stage.options.writers;
    let script = format!("INSERT INTO floor_rows VALUES (gen_random_uuid(), '{}', '{WORDS}');", stage.market);
    let floor = pgbench::run(stage, "insert", &script, clients).await?;
    report.line(floor.line("send", "insert"))?;
    let own = rooms(stage, report, "own rooms", |place| stage.desks.get(place).copied()).await?;
    let one = rooms(stage, report, "one room", |_| Some(stage.market)).await?;
    report.ratio("send, own rooms: acked per second / insert", Goal::AtLeast(2.0, 1.2), own, floor.per_second);
    report.ratio("send, one room: acked per second / insert", Goal::AtLeast(1.5, 1.0), one, floor.per_second);
    Ok(())
}

/// Sends as fast as answers come, then at half that rate; gives the first rate.
async fn rooms(
    stage: &Stage,
    report: &Report,
    phase: &'static str,
    room: impl Fn(usize) -> Option<RoomId>,
) -> Result<f64> {
    let node = stage.node().await?;
    let mut writers = Vec::new();
    for place in 0..stage.options.writers {
        let Some(room) = room(place) else { bail!("writer {place} has no room") };
        let wire = stage.enter(&node, place, &Resume::watching([room])).await?;
        writers.push(Writer { wire, room, sent: 0 });
    }
    let seconds = stage.options.seconds;
    let (writers, _) = write(writers, |_| Pace::free(1.0), stage, &node).await?;
    let (writers, full) = write(writers, |_| Pace::free(seconds), stage, &node).await?;
    report.line(Line { scenario: "send", phase, ..full.clone() })?;
    let each = full.per_second / 2.0 / writers.len().max(1) as f64;
    let spread = Duration::from_secs_f64(1.0 / each / writers.len().max(1) as f64);
    let start = Instant::now();
    let paced =
        |place: usize| Pace::Due(Schedule::new(start + spread * u32::try_from(place).unwrap_or(0), each, seconds));
    let (_, half) = write(writers, paced, stage, &node).await?;
    let phase = if phase == "one room" { "one room, half" } else { "own rooms, half" };
    report.line(Line { scenario: "send", phase, ..half })?;
    node.kill().await?;
    Ok(full.per_second)
}

struct Writer {
    wire: Wire,
    room: RoomId,
    sent: u64,
}

/// When the next thing is done.
pub(super) enum Pace {
    /// As soon as the last one is answered, until then.
    Free(Instant),
    /// When it is due.
    Due(Schedule),
}

impl Pace {
    pub(super) fn free(seconds: f64) -> Pace {
        Pace::Free(Instant::now() + Duration::from_secs_f64(seconds))
    }

    /// The moment from which the next is counted; none at the end.
    pub(super) async fn next(&mut self) -> Option<u64> {
        match self {
            Pace::Free(end) => (Instant::now() < *end).then(now),
            Pace::Due(schedule) => schedule.next().await,
        }
    }
}

/// Lets all writers write at their pace.
async fn write(
    writers: Vec<Writer>,
    pace: impl Fn(usize) -> Pace,
    stage: &Stage,
    node: &Node,
) -> Result<(Vec<Writer>, Line)> {
    let (before, of_postgres, begun) = (node.usage(), stage.postgres.usage(), Instant::now());
    let mut tasks = JoinSet::new();
    let mut free = true;
    for (place, mut writer) in writers.into_iter().enumerate() {
        let mut pace = pace(place);
        free = matches!(pace, Pace::Free(_));
        tasks.spawn(async move {
            let mut times = Vec::new();
            while let Some(due) = pace.next().await {
                writer.post().await?;
                times.push(now().saturating_sub(due));
            }
            anyhow::Ok((writer, times))
        });
    }
    let (mut writers, mut times) = (Vec::new(), Vec::new());
    while let Some(done) = tasks.join_next().await {
        let (writer, its) = done??;
        writers.push(writer);
        times.extend(its);
    }
    let (after, postgres, seconds) = (node.usage(), stage.postgres.usage(), begun.elapsed().as_secs_f64());
    let (count, cpu) = (times.len() as u64, after.cpu_seconds - before.cpu_seconds);
    let line = Line {
        subject: "confab",
        unit: "messages",
        latency: Some(Latencies::of(times)?.summary()),
        cpu_seconds: Some(cpu),
        cpu_seconds_per_million: Some(cpu / count.max(1) as f64 * 1e6),
        postgres_cpu_seconds: Some(postgres.cpu_seconds - of_postgres.cpu_seconds),
        resident_bytes: Some(after.resident),
        postgres_resident_bytes: Some(postgres.resident),
        ..Line::default()
    };
    let line = line.rate(count, seconds).with("writers", writers.len()).with("closed_loop", free);
    Ok((writers, line))
}

impl Writer {
    /// Posts and waits until it is acknowledged.
    async fn post(&mut self) -> Result<()> {
        self.sent += 1;
        let (room, id) = (self.room, Uuid::now_v7());
        let text = format!(
            "{{\"type\":\"post\",\"ref\":\"{}\",\"room_id\":\"{room}\",\
             \"message\":{{\"id\":\"{id}\",\"body\":\"{WORDS}\"}}}}",
            self.sent
        );
        self.wire.outlet.text(&text).await?;
        timeout(ANSWER, self.wire.expect("{\"type\":\"ok\"")).await??;
        Ok(())
    }
}
