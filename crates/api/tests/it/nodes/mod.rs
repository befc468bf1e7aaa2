//! Several nodes on one database: alone, each finds what the others did; joined by a Redis, they tell each other at once.

mod alone;
mod arrivals;
mod counted;
mod departs;
mod joined;
mod people;
mod without_redis;

use api::Config;
use api::app::Faults;
use types::{RoomId, RoomKind};

use crate::support::{Node, Person, Redis, Town, until};

/// Two nodes joined by a Redis; Mina is at the first, David at the second, both in one room.
struct Pair {
    town: Town,
    far: Node,
    redis: Redis,
    mina: Person,
    david: Person,
    room: RoomId,
}

/// Nothing is found by looking: what one node does not tell the other, the other does not know.
const TOLD_ONLY: Faults = Faults { looks_never: true, ..Faults::NONE };

impl Pair {
    async fn found(test: &str, faults: Faults, choose: impl FnOnce(&mut Config)) -> Pair {
        let redis = Redis::start().await;
        let town = Town::found_with(test, faults, |config| {
            config.redis_url = Some(redis.url());
            choose(config);
        })
        .await;
        let far = town.second_node().await;
        let (_ada, mina, david) = town.three().await;
        let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
        let david = david.at_node(&far);
        let pair = Pair { town, far, redis, mina, david, room };
        pair.joined(true).await;
        pair
    }

    /// Waits until both nodes hear each other, or notice that they don't.
    async fn joined(&self, joined: bool) {
        for node in [&self.town.node, &self.far] {
            until("the nodes to hear each other or not", async || node.app.metrics.relay_up.get() == i64::from(joined))
                .await;
        }
    }
}
