//! What a program posts through `client::Live`: stored once and in order, whatever happens on the way.

use std::time::Duration;

use client::{Live, Update, text};
use types::{ErrorCode, MessageId, RoomId, RoomKind};

use crate::support::{Person, Town, until};

/// Waits until these were stored, in whichever order that was told; what else happened.
async fn posted(live: &mut Live, ids: &[MessageId]) -> Vec<Update> {
    let (mut missing, mut others) = (ids.to_vec(), Vec::new());
    let all = async {
        while !missing.is_empty() {
            match live.next().await.unwrap() {
                Update::Posted { id, .. } => missing.retain(|other| *other != id),
                other => others.push(other),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(30), all).await.expect("a post did not arrive");
    others
}

/// The messages of a room, oldest first.
async fn stored(person: &Person, room: RoomId) -> Vec<MessageId> {
    person.changes(room, 0, Some(1_000)).await.unwrap().messages.iter().map(|message| message.id).collect()
}

#[tokio::test]
async fn what_is_posted_while_the_node_is_away_arrives_once_and_in_order_when_it_is_back() {
    let mut town = Town::found("posts_away").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let other = mina.room_with("kitchen", RoomKind::Public, &[]).await.id;
    let mut live = Live::new(mina.client.clone());
    live.watch(room).await.unwrap();
    let mut ids = vec![live.post(room, text("before"))];
    posted(&mut live, &ids).await;
    town.node.stop().await;
    ids.extend((0..5).map(|n| live.post(room, text(&format!("{n}")))));
    let elsewhere = live.post(other, text("not watched"));
    while live.next().await.unwrap() != Update::Lost {}
    ids.push(live.post(room, text("last")));
    town.start().await;
    let others = posted(&mut live, &[&ids[1..], &[elsewhere]].concat()).await;
    assert!(others.contains(&Update::Ready), "{others:?}");
    assert_eq!(live.outbox().rooms().count(), 0);
    assert_eq!(stored(&david, room).await, ids);
    assert_eq!(stored(&mina, other).await, [elsewhere]);
}

#[tokio::test]
async fn who_knows_another_node_goes_on_there() {
    let mut town = Town::found("posts_elsewhere").await;
    let far = town.second_node().await;
    let mina = town.person("mina").await;
    let room = mina.room_with("garden", RoomKind::Public, &[]).await.id;
    let mut live = Live::new(mina.client.clone()).or_at(&far.url);
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    town.node.stop().await;
    let ids: Vec<_> = (0..3).map(|n| live.post(room, text(&format!("{n}")))).collect();
    posted(&mut live, &ids).await;
    assert_eq!(stored(&mina.at_node(&far), room).await, ids);
}

#[tokio::test]
async fn a_refusal_that_passes_keeps_its_turn_and_the_later_ones_wait() {
    let town = Town::found("posts_refused").await;
    let mina = town.person("mina").await;
    let room = mina.room_with("garden", RoomKind::Public, &[]).await.id;
    let mut live = Live::new(mina.client.clone());
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    let path = format!("/api/v1/rooms/{room}");
    town.let_in(false).await;
    let ids: Vec<_> = (0..3).map(|n| live.post(room, text(&format!("{n}")))).collect();
    // Refused at least once: it is under way while this waits, and nothing is told.
    let refused = until("the first to be refused", async || {
        let _ = tokio::time::timeout(Duration::from_millis(20), live.next()).await;
        live.outbox().of(room).first().is_some_and(|pending| pending.attempts > 0)
    });
    refused.await;
    assert_eq!(
        live.outbox().of(room).iter().map(|pending| pending.attempts > 0).collect::<Vec<_>>(),
        [true, false, false]
    );
    town.let_in(true).await;
    until("the database to be back", async || {
        mina.raw(client::Method::GET, &path, mina.headers(), vec![]).await.is_ok_and(|answer| answer.status == 200)
    })
    .await;
    posted(&mut live, &ids).await;
    assert_eq!(stored(&mina, room).await, ids);
}

#[tokio::test]
async fn a_refusal_for_good_is_told_and_the_later_ones_go_on() {
    let town = Town::found("posts_final").await;
    let (ada, mina, _david) = town.three().await;
    let room = ada.room_with("garden", RoomKind::Public, &[&mina]).await.id;
    let mut live = Live::new(mina.client.clone());
    let long = live.post(room, text(&"x".repeat(9_000)));
    let good = live.post(room, text("short"));
    let others = posted(&mut live, &[good]).await;
    assert!(others.contains(&Update::Refused { room, id: long, code: ErrorCode::Invalid }), "{others:?}");
    // It waits for its writer, who may send it again or let it go.
    assert_eq!(live.outbox().of(room).iter().map(|pending| pending.id).collect::<Vec<_>>(), [long]);
    live.outbox_mut().retry(long);
    while !matches!(live.next().await.unwrap(), Update::Refused { id, .. } if id == long) {}
    assert!(live.outbox_mut().discard(long));
    assert_eq!(stored(&mina, room).await, [good]);
}

#[tokio::test]
async fn what_was_kept_goes_on_in_another_life_and_is_stored_once() {
    let town = Town::found("posts_kept").await;
    let mina = town.person("mina").await;
    let room = mina.room_with("garden", RoomKind::Public, &[]).await.id;
    let mut live = Live::new(mina.client.clone());
    let ids: Vec<_> = (0..3).map(|n| live.post(room, text(&format!("{n}")))).collect();
    let kept = serde_json::to_string(live.outbox()).unwrap();
    // Two of them are stored; whoever kept the outbox dies before they hear of it.
    posted(&mut live, &ids[..2]).await;
    drop(live);
    let mut again = Live::new(mina.client.clone()).with_outbox(serde_json::from_str(&kept).unwrap());
    posted(&mut again, &ids).await;
    assert_eq!(stored(&mina, room).await, ids);
}

#[tokio::test]
async fn one_who_never_waits_long_comes_back_and_posts_all_the_same() {
    let mut town = Town::found("posts_in_bits").await;
    let mina = town.person("mina").await;
    let room = mina.room_with("garden", RoomKind::Public, &[]).await.id;
    let mut live = Live::new(mina.client.clone());
    live.watch(room).await.unwrap();
    let mut ids = Vec::new();
    for round in 0..2 {
        ids.extend((0..5).map(|n| live.post(room, text(&format!("{round} {n}")))));
        until("everything to be stored", async || {
            for _ in 0..20 {
                // Dropped as soon as it would wait.
                let _ = futures_util::FutureExt::now_or_never(live.next());
                tokio::task::yield_now().await;
            }
            live.outbox().rooms().count() == 0
        })
        .await;
        if round == 0 {
            town.restart().await;
        }
    }
    assert_eq!(stored(&mina, room).await, ids);
}
