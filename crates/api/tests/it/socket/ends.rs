//! A server that stops says so, and its people come back by themselves with nothing missing.

use client::{Live, Method, text};
use types::socket::{CloseCode, ServerFrame};
use types::{ErrorCode, RoomKind};

use crate::support::{Town, next_changes, until};

#[tokio::test]
async fn a_server_that_stops_asks_everyone_to_come_back() {
    let town = Town::found("restart").await;
    let ada = town.person("ada").await;
    let mut socket = ada.listen(&[]).await;
    town.node.app.drain();
    let pick = |frame| match frame {
        ServerFrame::Restart { after_ms } => Some(after_ms),
        _ => None,
    };
    assert!(socket.expect("restart", pick).await.unwrap() >= 500);
    let closed = socket.closed().await.unwrap();
    assert!(closed.is(CloseCode::Restart) && closed.reconnects(), "{closed:?}");
}

#[tokio::test]
async fn a_listener_outlives_a_restart_and_misses_nothing() {
    let mut town = Town::found("restart_listener").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut live = Live::new(david.client.clone());
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    town.restart().await;
    let said = mina.say(room, "after the restart").await;
    let heard = async {
        while live.room(room).unwrap().message(said.id).is_none() {
            live.next().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), heard).await.expect("it did not come back");
}

#[tokio::test]
async fn who_reads_too_slowly_is_put_out_and_comes_back_to_all_of_it() {
    let town = Town::found("slow_reader").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut slow = david.listen(&[room]).await;
    let long = "x".repeat(8_000);
    // Far more than the queue and the kernel's buffers take.
    for _ in 0..60 {
        let posts = (0..32).map(|_| {
            let (mina, long) = (mina.clone(), long.clone());
            tokio::spawn(async move { mina.say(room, &long).await })
        });
        for post in posts.collect::<Vec<_>>() {
            post.await.unwrap();
        }
        if town.node.app.metrics.slow_closes.get() > 0 {
            break;
        }
    }
    let closed = slow.closed().await.unwrap();
    assert!(closed.is(CloseCode::Slow) && closed.reconnects(), "{closed:?}");
    let mut live = Live::new(david.client.clone());
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    let known = live.room(room).unwrap().rev();
    let head = mina.changes(room, known, None).await.unwrap();
    assert_eq!((head.rev, head.reset), (known, false));
}

#[tokio::test]
async fn while_the_database_is_away_everyone_is_asked_to_come_back_and_afterwards_nothing_is_missing() {
    let town = Town::found("database_away").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut live = Live::new(david.client.clone());
    live.watch(room).await.unwrap();
    live.ready().await.unwrap();
    let new = text("said twice, stored once");
    town.let_in(false).await;
    let refused = mina.post(room, &new).await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::Unavailable), "{refused}");
    let path = format!("/api/v1/rooms/{room}");
    let answer = mina.raw(Method::GET, &path, mina.headers(), vec![]).await.unwrap();
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    town.let_in(true).await;
    until("the post to be stored", async || mina.post(room, &new).await.is_ok()).await;
    let heard = async {
        while live.room(room).unwrap().message(new.id.unwrap()).is_none() {
            live.next().await.unwrap();
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), heard).await.expect("it was not heard");
    assert_eq!(mina.changes(room, 0, None).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn a_socket_outlives_the_stream_of_another_person() {
    let town = Town::found("independent_sockets").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (minas, mut davids) = (mina.listen(&[room]).await, david.listen(&[room]).await);
    minas.close().await;
    let said = mina.say(room, "still here").await;
    while !next_changes(&mut davids, room).await.messages.contains(&said) {}
}
