//! Which blows fall when: drawn from a seed, so that the same seed gives the same plan.

use std::time::Duration;

use fastrand::Rng;
use serde::Serialize;

/// A blow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "blow", rename_all = "snake_case")]
#[expect(missing_docs, reason = "which node, how often and for how many milliseconds: the names say it")]
pub enum Blow {
    /// kill -9 of a node, which is started again after this long.
    KillNode { node: usize, down_ms: u64 },
    /// kill -9 of Postgres.
    KillPostgres,
    /// STOP and CONT.
    Freeze { node: usize, ms: u64 },
    /// Every connection of a node's clients is cut.
    CutClients { node: usize },
    /// One of them, in the middle of a frame.
    CutClientsAt { node: usize, bytes: u32 },
    /// What a node says to its clients, and they to it, comes late.
    DelayClients { node: usize, each_ms: u64, ms: u64 },
    /// Nothing passes between a node and its clients, and neither is told.
    HalfOpenClients { node: usize, ms: u64 },
    /// A node's connections to Postgres are cut.
    CutDatabase { node: usize },
    /// They are slow.
    DelayDatabase { node: usize, each_ms: u64, ms: u64 },
    /// Nothing passes there, and neither is told.
    HalfOpenDatabase { node: usize, ms: u64 },
    /// Connections are cut before their COMMIT.
    CutCommits { node: usize, count: u32 },
    /// Connections are cut after their COMMIT, before its answer.
    CutCommitAnswers { node: usize, count: u32 },
    /// Every answer to a COMMIT of any node is cut off, until it were so many.
    CutManyCommitAnswers { count: u64 },
    /// Every node is stopped and started in turn, as for an update; so many times.
    RollingRestarts { rounds: usize },
    /// kill -9 of Redis.
    KillRedis { down_ms: u64 },
    /// Redis forgets everything.
    FlushRedis,
    /// Nothing passes between a node and Redis.
    MuteRedis { node: usize, ms: u64 },
    /// Nothing passes between any node and Redis.
    MuteAllOfRedis { ms: u64 },
    /// All that nodes tell each other through Redis is lost.
    LosePublished { ms: u64 },
}

/// How a run is to be tortured.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// For how long.
    pub time: Duration,
    /// How many nodes there are.
    pub nodes: usize,
    /// Kills of nodes.
    pub kills: usize,
    /// Kills of Postgres.
    pub postgres_kills: usize,
    /// Connections cut at a COMMIT, before it and after it in turn.
    pub commits: usize,
    /// Answers to a COMMIT cut off from the beginning on, everywhere, until it were so many.
    pub commit_answers: u64,
    /// Times every node is stopped and started in turn.
    pub rolling: usize,
    /// All other blows.
    pub others: usize,
    /// Whether Redis is among what is hit.
    pub redis: bool,
}

/// Draws a plan, in order of time.
pub fn draw(seed: u64, wanted: &Wanted) -> Vec<(Duration, Blow)> {
    let mut rng = Rng::with_seed(seed);
    let mut plan = Vec::new();
    for blow in spread(&mut rng, wanted, wanted.kills) {
        let node = rng.usize(0..wanted.nodes);
        plan.push((blow, Blow::KillNode { node, down_ms: rng.u64(50..1_500) }));
    }
    for blow in spread(&mut rng, wanted, wanted.postgres_kills) {
        plan.push((blow, Blow::KillPostgres));
    }
    for (number, blow) in spread(&mut rng, wanted, wanted.commits).into_iter().enumerate() {
        let (node, count) = (rng.usize(0..wanted.nodes), rng.u32(1..8));
        let before = number % 2 == 0;
        plan.push((
            blow,
            if before { Blow::CutCommits { node, count } } else { Blow::CutCommitAnswers { node, count } },
        ));
    }
    for blow in spread(&mut rng, wanted, wanted.others) {
        plan.push((blow, other(&mut rng, wanted)));
    }
    let begin = wanted.time.mul_f64(0.05);
    if wanted.commit_answers > 0 {
        plan.push((begin, Blow::CutManyCommitAnswers { count: wanted.commit_answers }));
    }
    if wanted.rolling > 0 {
        plan.push((begin, Blow::RollingRestarts { rounds: wanted.rolling }));
    }
    plan.sort_by_key(|(at, _)| *at);
    plan
}

/// Moments spread over the run with some chance, none in its first and last twentieth.
fn spread(rng: &mut Rng, wanted: &Wanted, count: usize) -> Vec<Duration> {
    let slot = wanted.time.mul_f64(0.9 / count.max(1) as f64);
    (0..count).map(|n| wanted.time.mul_f64(0.05) + slot.mul_f64(n as f64 + rng.f64())).collect()
}

fn other(rng: &mut Rng, wanted: &Wanted) -> Blow {
    let node = rng.usize(0..wanted.nodes);
    let kinds = if wanted.redis { 11 } else { 8 };
    match rng.usize(0..kinds) {
        0 => Blow::Freeze { node, ms: rng.u64(200..2_500) },
        1 => Blow::CutClients { node },
        2 => Blow::CutClientsAt { node, bytes: rng.u32(1..40_000) },
        3 => Blow::DelayClients { node, each_ms: rng.u64(5..100), ms: rng.u64(500..3_000) },
        4 => Blow::HalfOpenClients { node, ms: rng.u64(500..3_000) },
        5 => Blow::CutDatabase { node },
        6 => Blow::DelayDatabase { node, each_ms: rng.u64(1..30), ms: rng.u64(500..3_000) },
        7 => Blow::HalfOpenDatabase { node, ms: rng.u64(500..3_000) },
        8 => Blow::KillRedis { down_ms: rng.u64(100..3_000) },
        9 => Blow::FlushRedis,
        _ => Blow::MuteRedis { node, ms: rng.u64(500..5_000) },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_its_plan_and_another_seed_another() {
        let time = Duration::from_secs(60);
        let wanted = Wanted {
            time,
            nodes: 3,
            kills: 10,
            postgres_kills: 2,
            commits: 4,
            others: 16,
            redis: true,
            ..Wanted::default()
        };
        let plan = draw(7, &wanted);
        assert_eq!(plan, draw(7, &wanted));
        assert_ne!(plan, draw(8, &wanted));
        assert_eq!(plan.len(), 32);
        assert!(plan.is_sorted_by_key(|(at, _)| *at) && plan.iter().all(|(at, _)| *at < time));
    }
}
