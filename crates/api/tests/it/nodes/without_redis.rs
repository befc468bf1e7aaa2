//! Redis is a hint: without it all goes on, a little later.

use client::Live;
use sync::Asked;
use types::{Message, RoomId};

use super::Pair;

async fn hears(live: &mut Live, room: RoomId, said: &Message) {
    let heard = async {
        while live.room(room).unwrap().message(said.id).is_none() {
            live.next().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), heard).await.expect("it was not heard");
}

#[tokio::test]
async fn nothing_is_lost_while_redis_is_dead_or_frozen_or_emptied() {
    let mut pair = Pair::found("without_redis", Default::default(), |_| {}).await;
    let room = pair.room;
    let mut live = Live::new(pair.david.client.clone());
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    let (mina, mut said) = (pair.mina.clone(), Vec::new());
    let mut say = async |live: &mut Live, body: &str| {
        let message = mina.say(room, body).await;
        hears(live, room, &message).await;
        said.push(message);
    };
    say(&mut live, "with it").await;
    pair.redis.kill();
    say(&mut live, "just after its death").await;
    pair.joined(false).await;
    say(&mut live, "long after").await;
    pair.redis.revive().await;
    say(&mut live, "it is back, empty").await;
    pair.joined(true).await;
    say(&mut live, "and joined").await;
    pair.redis.freeze();
    say(&mut live, "frozen").await;
    pair.joined(false).await;
    pair.redis.thaw();
    pair.joined(true).await;
    say(&mut live, "thawed").await;
    let state = live.room(room).unwrap();
    for message in &said {
        assert_eq!(state.message(message.id), Some(message));
    }
}

#[tokio::test]
async fn a_node_starts_without_its_redis() {
    let mut pair = Pair::found("starts_without_redis", Default::default(), |_| {}).await;
    pair.redis.kill();
    let late = pair.town.second_node().await;
    let far = pair.mina.at_node(&late);
    let said = far.say(pair.room, "is anybody there?").await;
    assert_eq!(pair.david.messages(pair.room, Asked::Newest, None).await.unwrap().items.last(), Some(&said));
}
