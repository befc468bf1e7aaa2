//! The newest page of a long room, over REST by clients that keep their connection. The floor is the same select through
//! pgbench.

use anyhow::{Context, Result, bail};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Duration, Instant};

use super::latency::{Latencies, Schedule, now};
use super::pgbench;
use super::report::{Goal, Line, Report};
use super::send::Pace;
use super::stage::Stage;
use super::wire::Wire;
use crate::host::Node;

/// Messages of a page.
const PAGE: usize = 50;

pub(super) async fn measure(stage: &Stage, report: &mut Report) -> Result<()> {
    let clients = stage.options.history_clients;
    // One more than a page, as the server asks to know whether there are older ones.
    let script = format!(
        "SELECT id, room_id, seq, rev, kind, author_id, body, created_at, edited_at, deleted_at, parent_id, \
         thread_root_id, in_room, extra, reply_count, last_reply_at, participants, pinned_at, pinned_by FROM messages \
         WHERE room_id = '{}' AND in_room AND seq < 9223372036854775807 ORDER BY seq DESC LIMIT {};",
        stage.library,
        PAGE + 1
    );
    let floor = pgbench::run(stage, "select", &script, clients).await?;
    report.line(floor.line("history", "select"))?;
    let node = stage.node().await?;
    let mut readers = Vec::new();
    for place in 0..clients {
        let token = stage.person(place)?.access_token().context("not signed in")?;
        let request = format!(
            "GET /api/v1/rooms/{}/messages?limit={PAGE} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {token}\r\n\r\n",
            stage.library,
            node.address()
        );
        readers.push((Wire::over(TcpStream::connect(node.address()).await?)?, request));
    }
    let seconds = stage.options.seconds;
    let (readers, _) = read(readers, |_| Pace::free(1.0), stage, &node).await?;
    let (readers, full) = read(readers, |_| Pace::free(seconds), stage, &node).await?;
    report.line(Line { phase: "newest page", ..full.clone() })?;
    let each = full.per_second / 2.0 / clients.max(1) as f64;
    let spread = Duration::from_secs_f64(1.0 / each / clients.max(1) as f64);
    let start = Instant::now();
    let paced =
        |place: usize| Pace::Due(Schedule::new(start + spread * u32::try_from(place).unwrap_or(0), each, seconds));
    let (_, half) = read(readers, paced, stage, &node).await?;
    report.line(Line { phase: "newest page, half", ..half })?;
    node.kill().await?;
    let figure = "history: newest 50 per second / select";
    report.ratio(figure, Goal::AtLeast(0.6, 0.4), full.per_second, floor.per_second);
    Ok(())
}

type Reader = (Wire, String);

/// Lets all readers ask at their pace.
async fn read(
    readers: Vec<Reader>,
    pace: impl Fn(usize) -> Pace,
    stage: &Stage,
    node: &Node,
) -> Result<(Vec<Reader>, Line)> {
    let (before, of_postgres, begun) = (node.usage(), stage.postgres.usage(), Instant::now());
    let mut tasks = JoinSet::new();
    let mut free = true;
    for (place, (mut wire, request)) in readers.into_iter().enumerate() {
        let mut pace = pace(place);
        free = matches!(pace, Pace::Free(_));
        tasks.spawn(async move {
            let (mut times, mut bytes) = (Vec::new(), 0);
            while let Some(due) = pace.next().await {
                bytes = ask(&mut wire, &request).await?;
                times.push(now().saturating_sub(due));
            }
            anyhow::Ok(((wire, request), times, bytes))
        });
    }
    let (mut readers, mut times, mut bytes) = (Vec::new(), Vec::new(), 0);
    while let Some(done) = tasks.join_next().await {
        let (reader, its, page) = done??;
        readers.push(reader);
        times.extend(its);
        bytes = page;
    }
    let (after, postgres, seconds) = (node.usage(), stage.postgres.usage(), begun.elapsed().as_secs_f64());
    let (count, cpu) = (times.len() as u64, after.cpu_seconds - before.cpu_seconds);
    let line = Line {
        scenario: "history",
        subject: "confab",
        unit: "requests",
        latency: Some(Latencies::of(times)?.summary()),
        cpu_seconds: Some(cpu),
        cpu_seconds_per_million: Some(cpu / count.max(1) as f64 * 1e6),
        postgres_cpu_seconds: Some(postgres.cpu_seconds - of_postgres.cpu_seconds),
        resident_bytes: Some(after.resident),
        ..Line::default()
    };
    let line = line.rate(count, seconds).with("clients", readers.len()).with("closed_loop", free);
    Ok((readers, line.with("bytes_per_page", bytes)))
}

/// Asks once and passes over the answer; gives its length.
async fn ask(wire: &mut Wire, request: &str) -> Result<usize> {
    wire.outlet.write(request.as_bytes()).await?;
    let head = wire.inbox.head().await?;
    if !head.starts_with("HTTP/1.1 200") {
        bail!("history was refused: {head}");
    }
    let field = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok()).flatten()
    });
    let length = field.with_context(|| format!("an answer without its length: {head}"))?;
    wire.inbox.skip(length).await?;
    Ok(length)
}
