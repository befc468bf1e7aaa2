//! Cutting people off: removed, gone by themselves, or with their session ended, on the node where it happens and on
//! another; how long it takes. A trial in which anything above the cut is told ends the run.

use std::path::Path;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use client::{Client, ClientError, Resume, Socket, text};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use types::socket::ServerFrame;
use types::{Rev, RoomId, RoomKind};

use super::town::{Foundation, Person, Town};

/// The latest a cut may come without Redis, with what a busy machine adds.
const LATEST: Duration = Duration::from_secs(7);

/// People who are cut off beside one another, each in a room of their own.
const LANES: usize = 8;

/// Why somebody is cut off.
#[derive(Debug, Clone, Copy)]
enum Cause {
    Removed,
    Left,
    SessionEnded,
}

/// Runs so many trials of each cause on each of two nodes.
pub(super) async fn run(server: &Path, times: usize, redis: bool) -> Result<()> {
    let folder = crate::host::folder("cuts")?;
    let town = Town::found(&Foundation { server, nodes: 2, redis, fault: None, folder: folder.path() }).await?;
    let ada = town.person("ada").await?;
    let mut lanes = Vec::new();
    for number in 0..LANES {
        let mina = town.person(&format!("mina{number}")).await?;
        lanes.push((ada.client.create_room(&format!("garden {number}"), RoomKind::Public).await?.id, mina));
    }
    let mut late = 0;
    for cause in [Cause::Removed, Cause::Left, Cause::SessionEnded] {
        for node in 0..2 {
            let mut trials = JoinSet::new();
            for (room, mina) in &lanes {
                let (town, ada, mina, room) = (town.clone(), ada.clone(), mina.clone(), *room);
                trials.spawn(async move { lane(&town, &ada, &mina, room, cause, node, times.div_ceil(LANES)).await });
            }
            let mut took = Vec::new();
            while let Some(done) = trials.join_next().await {
                took.extend(done??);
            }
            took.sort_unstable();
            let times = took.len();
            let ms = |at: usize| took.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
            let limit = if node == 0 { Duration::from_millis(250) } else { Duration::from_secs(5) };
            let over = took.iter().filter(|time| **time > limit).count();
            late += over;
            let (p50, p99, most) = (ms(times / 2), ms(times * 99 / 100), ms(times.saturating_sub(1)));
            let place = if node == 0 { "same node" } else { "other node" };
            println!(
                "{}",
                json!({ "cause": format!("{cause:?}"), "on": place, "trials": took.len(), "p50_ms": p50,
                        "p99_ms": p99, "most_ms": most, "over_the_limit": over })
            );
        }
    }
    ensure!(late == 0, "{late} cuts came too late");
    Ok(())
}

/// Several cuts of one person, one after the other.
async fn lane(
    town: &Town,
    ada: &Person,
    mina: &Person,
    room: RoomId,
    cause: Cause,
    node: usize,
    times: usize,
) -> Result<Vec<Duration>> {
    let mut took = Vec::with_capacity(times);
    for _ in 0..times {
        took.push(once(town, ada, mina, room, cause, node).await?);
    }
    Ok(took)
}

/// One cut, asked for at the first node and felt at `node`; how long it took.
async fn once(town: &Town, ada: &Person, mina: &Person, room: RoomId, cause: Cause, node: usize) -> Result<Duration> {
    ada.client.add_members(room, &[mina.id()]).await?;
    let device = town.second_device(mina, node).await?;
    let mut socket = Socket::open(&device, &Resume::watching([room])).await?;
    socket.ready().await?;
    match cause {
        Cause::Removed => ada.client.remove_member(room, mina.id()).await?,
        Cause::Left => mina.client.leave(room).await?,
        Cause::SessionEnded => {
            let session = device.me().await?.session_id;
            mina.client.end_session(session).await?;
        }
    }
    let asked = Instant::now();
    let said = ada.client.post(room, &text("among us")).await?;
    let member = !matches!(cause, Cause::SessionEnded);
    let felt = timeout(LATEST, until_cut(&mut socket, room, member.then(|| said.seq())));
    let Ok(felt) = felt.await else { bail!("{cause:?} was not felt within {LATEST:?}") };
    felt?;
    let took = asked.elapsed();
    drop(socket);
    end(&device).await;
    Ok(took)
}

/// Reads until the room is gone or the socket closed; a row at or above `above` must not come.
async fn until_cut(socket: &mut Socket, room: RoomId, above: Option<Rev>) -> Result<()> {
    loop {
        match socket.next().await {
            Ok(ServerFrame::Gone { room_id }) if room_id == room => return Ok(()),
            Ok(ServerFrame::Changes(changes)) if above.is_some_and(|above| changes.rev >= above) => {
                bail!("told above the cut: {changes:?}");
            }
            Ok(_) => {}
            Err(ClientError::Closed(_)) => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
}

/// Signs a device out, if it is still signed in.
async fn end(device: &Client) {
    let _ = device.sign_out().await;
}
