//! Carries a plan out.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::plan::Blow;
use super::town::Town;
use crate::host::proxy::{Mode, Proxy};

/// A node that was restarted serves for this long before the next one is.
const BETWEEN_RESTARTS: Duration = Duration::from_secs(1);

/// What really fell.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fallen {
    /// Nodes killed while they ran.
    pub nodes: usize,
    /// Postgres killed.
    pub postgres: usize,
    /// Other blows.
    pub others: usize,
}

/// Lets every blow fall at its time, and waits until the last has ended.
pub async fn fall(town: &Arc<Town>, plan: Vec<(Duration, Blow)>) -> Result<Fallen> {
    let began = Instant::now();
    let mut under_way = JoinSet::new();
    for (at, blow) in plan {
        sleep_until(began + at).await;
        let town = town.clone();
        under_way.spawn(async move { strike(&town, &blow).await.map(|hit| (blow, hit)) });
    }
    let mut fallen = Fallen::default();
    while let Some(done) = under_way.join_next().await {
        match done?? {
            (Blow::KillNode { .. }, hit) => fallen.nodes += usize::from(hit),
            (Blow::KillPostgres, hit) => fallen.postgres += usize::from(hit),
            (_, hit) => fallen.others += usize::from(hit),
        }
    }
    Ok(fallen)
}

/// One blow, to its end; whether it hit something.
async fn strike(town: &Town, blow: &Blow) -> Result<bool> {
    let ms = Duration::from_millis;
    match *blow {
        Blow::KillNode { node, down_ms } => {
            let station = town.station(node)?;
            let hit = station.kill().await?;
            sleep(ms(down_ms)).await;
            station.up().await?;
            return Ok(hit);
        }
        // It may be down already, from the blow before.
        Blow::KillPostgres => return Ok(town.kill_postgres().is_ok()),
        Blow::Freeze { node, ms: time } => town.station(node)?.freeze(ms(time)).await?,
        Blow::CutClients { node } => town.station(node)?.clients.cut(),
        Blow::CutClientsAt { node, bytes } => town.station(node)?.clients.cut_after(bytes),
        Blow::DelayClients { node, each_ms, ms: time } => {
            for_a_while([&town.station(node)?.clients], Mode::Delay(ms(each_ms)), ms(time)).await;
        }
        Blow::HalfOpenClients { node, ms: time } => {
            for_a_while([&town.station(node)?.clients], Mode::HalfOpen, ms(time)).await;
        }
        Blow::CutDatabase { node } => town.station(node)?.database.cut(),
        Blow::DelayDatabase { node, each_ms, ms: time } => {
            for_a_while([&town.station(node)?.database], Mode::Delay(ms(each_ms)), ms(time)).await;
        }
        Blow::HalfOpenDatabase { node, ms: time } => {
            for_a_while([&town.station(node)?.database], Mode::HalfOpen, ms(time)).await;
        }
        Blow::CutCommits { node, count } => town.station(node)?.database.cut_commits(count),
        Blow::CutCommitAnswers { node, count } => town.station(node)?.database.cut_commit_answers(count),
        Blow::CutManyCommitAnswers { count } => cut_answers(town, count).await,
        Blow::RollingRestarts { rounds } => {
            for station in (0..rounds).flat_map(|_| &town.stations) {
                station.stop().await?;
                station.up().await?;
                // An operator looks whether it serves before the next is stopped.
                sleep(BETWEEN_RESTARTS).await;
            }
        }
        Blow::KillRedis { down_ms } => {
            let Some(redis) = &town.redis else { return Ok(false) };
            redis.lock().await.kill().await?;
            sleep(ms(down_ms)).await;
            redis.lock().await.restart().await?;
        }
        Blow::FlushRedis => {
            let Some(redis) = &town.redis else { return Ok(false) };
            return Ok(redis.lock().await.flush().await.is_ok());
        }
        Blow::MuteRedis { node, ms: time } => {
            let Some(link) = &town.station(node)?.redis else { return Ok(false) };
            for_a_while([link], Mode::HalfOpen, ms(time)).await;
        }
        Blow::MuteAllOfRedis { ms: time } => for_a_while(town.links_to_redis(), Mode::HalfOpen, ms(time)).await,
        Blow::LosePublished { ms: time } => for_a_while(town.links_to_redis(), Mode::LosePublished, ms(time)).await,
    }
    Ok(true)
}

/// Goes on until this many answers were cut off in all.
async fn cut_answers(town: &Town, count: u64) {
    let before = town.answers_cut();
    while town.answers_cut() < before + count {
        town.stations.iter().for_each(|station| station.database.cut_commit_answers(1));
        sleep(Duration::from_millis(20)).await;
    }
    town.stations.iter().for_each(|station| station.database.cut_commit_answers(0));
}

async fn for_a_while<'a>(links: impl IntoIterator<Item = &'a Proxy, IntoIter: Clone>, mode: Mode, time: Duration) {
    let links = links.into_iter();
    links.clone().for_each(|link| link.set(mode));
    sleep(time).await;
    links.for_each(|link| link.set(Mode::Pass));
}
