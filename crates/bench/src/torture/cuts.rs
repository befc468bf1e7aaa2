//! Cutting people off: removed, gone by themselves, with their room deleted, with their session ended or their password
//! changed at another device, on the node where it happens and on another, with Redis and with Redis away; how long it
//! takes. A trial in which anything above the cut is told ends the run.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail, ensure};
use client::{ClientError, Resume, Socket, text};
use serde_json::json;
use tokio::sync::Barrier;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use types::socket::ServerFrame;
use types::{ErrorCode, Rev, RoomId, RoomKind};
use uuid::Uuid;

use super::town::{Foundation, PASSWORD, Person, Town};

/// The latest a cut may come without Redis, with what a busy machine adds.
const LATEST: Duration = Duration::from_secs(7);

/// People who are cut off beside one another, each in a room of their own.
const LANES: usize = 8;

/// How often a node looks for what nobody told it of: heads of rooms, and sessions.
const HEADS_LOOKED_AT: Duration = Duration::from_secs(1);
const SESSIONS_LOOKED_AT: Duration = Duration::from_secs(4);

/// What a password is changed to, for a while.
const ANOTHER: &str = "a short loud morning";

/// Why somebody is cut off.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cause {
    Removed,
    Left,
    RoomDeleted,
    SessionEnded,
    PasswordChanged,
}

impl Cause {
    const ALL: [Cause; 5] =
        [Cause::Removed, Cause::Left, Cause::RoomDeleted, Cause::SessionEnded, Cause::PasswordChanged];

    /// Whether a session ends by it; else it is a place in a room.
    fn ends_a_session(self) -> bool {
        matches!(self, Cause::SessionEnded | Cause::PasswordChanged)
    }

    /// How often a node looks for it that nobody told of it.
    fn looked_for_each(self) -> Duration {
        if self.ends_a_session() { SESSIONS_LOOKED_AT } else { HEADS_LOOKED_AT }
    }
}

/// Where Redis is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Redis {
    None,
    Up,
    Away,
}

/// What is tried: why, and at which node it is felt.
#[derive(Debug, Clone, Copy)]
struct Kind {
    cause: Cause,
    node: usize,
}

/// Somebody to cut off: a room of their own, their device at the node where they feel it, and how the lanes keep step.
struct Lane {
    town: Arc<Town>,
    ada: Person,
    mina: Person,
    room: RoomId,
    together: Arc<Barrier>,
}

/// Runs so many trials of each cause on each of two nodes; with a Redis, once more when it is away.
pub(super) async fn run(server: &Path, times: usize, redis: bool) -> Result<()> {
    let folder = crate::host::folder("cuts")?;
    let town = Town::found(&Foundation { server, nodes: 2, redis, fault: None, folder: folder.path() }).await?;
    let ada = town.person("ada").await?;
    let together = Arc::new(Barrier::new(LANES));
    let mut lanes = Vec::new();
    for number in 0..LANES {
        let mina = town.person(&format!("mina{number}")).await?;
        let room = ada.client.create_room(&format!("garden {number}"), RoomKind::Public).await?.id;
        lanes.push(Arc::new(Lane { town: town.clone(), ada: ada.clone(), mina, room, together: together.clone() }));
    }
    let mut late = 0;
    for redis in if redis { &[Redis::Up, Redis::Away][..] } else { &[Redis::None] } {
        if let (Redis::Away, Some(redis)) = (redis, &town.redis) {
            redis.lock().await.kill().await?;
        }
        for cause in Cause::ALL {
            for node in 0..2 {
                late += trials(&lanes, Kind { cause, node }, *redis, times.div_ceil(LANES)).await?;
            }
        }
    }
    ensure!(late == 0, "{late} cuts came too late");
    Ok(())
}

/// Trials of one kind, in all lanes beside one another; how many came too late.
async fn trials(lanes: &[Arc<Lane>], kind: Kind, redis: Redis, times: usize) -> Result<usize> {
    let mut under_way = JoinSet::new();
    for lane in lanes {
        let lane = lane.clone();
        under_way.spawn(async move {
            let mut took = Vec::with_capacity(times);
            for _ in 0..times {
                took.push(lane.once(kind).await?);
            }
            anyhow::Ok(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = under_way.join_next().await {
        took.extend(done??);
    }
    took.sort_unstable();
    let (here, trials) = (kind.node == 0, took.len());
    let ms = |at: usize| took.get(at).map_or(0.0, |time| time.as_secs_f64() * 1_000.0);
    let limit = Duration::from_millis(if here || redis == Redis::Up { 250 } else { 5_000 });
    let over = took.iter().filter(|time| **time > limit).count();
    let (p50, p99, most) = (ms(trials / 2), ms(trials * 99 / 100), ms(trials.saturating_sub(1)));
    println!(
        "{}",
        json!({ "cause": format!("{:?}", kind.cause), "on": if here { "same node" } else { "other node" },
                "redis": format!("{redis:?}"), "trials": trials, "p50_ms": p50, "p99_ms": p99, "most_ms": most,
                "limit_ms": limit.as_millis(), "over_the_limit": over })
    );
    Ok(over)
}

impl Lane {
    /// One cut, asked for at the first node and felt at that of `kind`; how long it took.
    async fn once(&self, kind: Kind) -> Result<Duration> {
        let Lane { town, ada, mina, together, .. } = self;
        let room = match kind.cause {
            // Deleting is for good: each trial has a room of its own.
            Cause::RoomDeleted => {
                ada.client.create_room(&format!("shed {}", Uuid::now_v7()), RoomKind::Public).await?.id
            }
            _ => self.room,
        };
        ada.client.add_members(room, &[mina.id()]).await?;
        // A password is checked for each sign-in, which takes a processor for a while.
        let device = match kind.cause.ends_a_session() {
            true => town.second_device(mina, kind.node).await?,
            false => mina.client.at(&town.station(kind.node)?.url),
        };
        let session = device.me().await?.session_id;
        let mut socket = Socket::open(&device, &Resume::watching([room])).await?;
        socket.ready().await?;
        // Nobody is cut off while others still make ready: what is measured is the server, not the making ready.
        together.wait().await;
        // At any moment between two looks of a node that is told nothing, not always just after one.
        sleep(kind.cause.looked_for_each().mul_f64(fastrand::f64())).await;
        match kind.cause {
            Cause::Removed => ada.client.remove_member(room, mina.id()).await?,
            Cause::Left => mina.client.leave(room).await?,
            Cause::RoomDeleted => ada.client.delete_room(room).await?,
            Cause::SessionEnded => mina.client.end_session(session).await?,
            Cause::PasswordChanged => mina.client.change_password(PASSWORD, ANOTHER).await?,
        }
        let asked = Instant::now();
        let above = self.lowest_above(kind.cause, room).await?;
        let felt = timeout(LATEST, until_cut(&mut socket, room, above)).await;
        let Ok(felt) = felt else { bail!("{:?} was not felt within {LATEST:?}", kind.cause) };
        felt?;
        let took = asked.elapsed();
        // Nor does anybody make ready while others are being cut off.
        together.wait().await;
        if kind.cause == Cause::PasswordChanged {
            mina.client.change_password(ANOTHER, PASSWORD).await?;
        }
        Ok(took)
    }

    /// The lowest revision that must not be told any more: that of a post after the cut. Where there is nothing to
    /// compare with, none.
    async fn lowest_above(&self, cause: Cause, room: RoomId) -> Result<Option<Rev>> {
        let said = self.ada.client.post(room, &text("among us")).await;
        if cause == Cause::RoomDeleted {
            // Its last row tells that it is deleted, so there can't be one above it.
            let code = said.err().and_then(|error| error.code());
            ensure!(code == Some(ErrorCode::NotFound), "a post to a deleted room was answered with {code:?}");
            return Ok(None);
        }
        let said = said?;
        Ok((!cause.ends_a_session()).then(|| said.seq()))
    }
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
