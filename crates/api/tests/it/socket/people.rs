//! Typing and presence: told while they last, never replayed.

use client::Socket;
use types::socket::{ClientFrame, ServerFrame};
use types::{Presence, PresenceStatus, RoomId, RoomKind, UserId};

use crate::support::{Town, until};

/// The next list of who types that is this one.
async fn types(socket: &mut Socket, room: RoomId, wanted: &[UserId]) {
    let pick = |frame| match frame {
        ServerFrame::Typing { room_id, users, more } if room_id == room && users == wanted => {
            assert_eq!(more, 0);
            Some(())
        }
        _ => None,
    };
    socket.expect(&format!("{} to type", wanted.len()), pick).await.unwrap();
}

#[tokio::test]
async fn who_types_is_told_to_watchers_until_they_stop_post_or_leave() {
    let town = Town::found("typing").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (mut minas, mut davids) = (mina.listen(&[room]).await, david.listen(&[room]).await);
    let typing = |typing| ClientFrame::Typing { reference: None, room_id: room, typing };
    davids.send(&typing(true)).await.unwrap();
    types(&mut minas, room, &[david.id()]).await;
    davids.send(&typing(false)).await.unwrap();
    types(&mut minas, room, &[]).await;
    davids.send(&typing(true)).await.unwrap();
    types(&mut minas, room, &[david.id()]).await;
    // Who begins to watch is told who types just then.
    minas.send(&ClientFrame::Watch { reference: None, room_id: room, rev: 0 }).await.unwrap();
    types(&mut minas, room, &[david.id()]).await;
    david.say(room, "here it is").await;
    types(&mut minas, room, &[]).await;
    davids.send(&typing(true)).await.unwrap();
    types(&mut minas, room, &[david.id()]).await;
    davids.close().await;
    types(&mut minas, room, &[]).await;
}

#[tokio::test]
async fn a_stranger_cannot_type_in_a_room() {
    let town = Town::found("typing_stranger").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let mut socket = david.listen(&[]).await;
    socket.send(&ClientFrame::Typing { reference: Some("t".into()), room_id: room, typing: true }).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Error { code, .. } => Some(code),
        _ => None,
    };
    assert_eq!(socket.expect("a refusal", pick).await.unwrap(), types::ErrorCode::NotFound);
}

/// The next that is told of somebody.
async fn told(socket: &mut Socket, of: UserId) -> Presence {
    let pick = |frame| match frame {
        ServerFrame::Presence { items } => items.into_iter().find(|item| item.user_id == of),
        _ => None,
    };
    socket.expect("presence", pick).await.unwrap()
}

async fn status(socket: &mut Socket, of: UserId) -> PresenceStatus {
    told(socket, of).await.status
}

#[tokio::test]
async fn a_person_is_online_while_any_device_is_and_offline_only_after_a_grace() {
    let town = Town::found("presence").await;
    let (_ada, mina, david) = town.three().await;
    let mut minas = mina.listen(&[]).await;
    let observe = ClientFrame::Observe { reference: None, user_ids: vec![david.id()] };
    minas.send(&observe).await.unwrap();
    assert_eq!(status(&mut minas, david.id()).await, PresenceStatus::Offline);
    let first = david.listen(&[]).await;
    assert_eq!(status(&mut minas, david.id()).await, PresenceStatus::Online);
    let mut second = david.second_device().await.listen(&[]).await;
    first.close().await;
    second.send(&ClientFrame::Presence { reference: None, status: PresenceStatus::Away }).await.unwrap();
    // The first device's end is not told: the next word is the second's.
    assert_eq!(status(&mut minas, david.id()).await, PresenceStatus::Away);
    second.send(&ClientFrame::Presence { reference: None, status: PresenceStatus::Online }).await.unwrap();
    assert_eq!(status(&mut minas, david.id()).await, PresenceStatus::Online);
    let left = std::time::Instant::now();
    second.close().await;
    let offline = told(&mut minas, david.id()).await;
    assert_eq!(offline.status, PresenceStatus::Offline);
    assert!(left.elapsed() >= std::time::Duration::from_millis(900), "{:?}", left.elapsed());
    assert!(offline.last_seen.is_some());
    // Who asks later is told the same, once it is stored.
    until("the snapshot to know it", async || {
        minas.send(&observe).await.unwrap();
        told(&mut minas, david.id()).await == offline
    })
    .await;
}

#[tokio::test]
async fn who_shares_no_room_is_not_seen() {
    let town = Town::found("presence_strangers").await;
    let (ada, mina, david) = town.three().await;
    let general = ada.my_rooms().await.unwrap().items.remove(0).room.id;
    david.leave(general).await.unwrap();
    let _davids = david.listen(&[]).await;
    let mut minas = mina.listen(&[]).await;
    let user_ids = vec![david.id(), mina.id()];
    minas.send(&ClientFrame::Observe { reference: None, user_ids }).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Presence { items } => Some(items.iter().map(|item| item.user_id).collect::<Vec<_>>()),
        _ => None,
    };
    assert_eq!(minas.expect("a snapshot", pick).await.unwrap(), [mina.id()]);
}

#[tokio::test]
async fn who_leaves_the_last_room_in_common_is_not_seen_any_more() {
    let town = Town::found("presence_parting").await;
    let (_ada, mina, david) = town.three().await;
    let general = mina.my_rooms().await.unwrap().items.remove(0).room.id;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let davids = david.listen(&[]).await;
    let mut minas = mina.listen(&[]).await;
    minas.send(&ClientFrame::Observe { reference: None, user_ids: vec![david.id()] }).await.unwrap();
    assert_eq!(status(&mut minas, david.id()).await, PresenceStatus::Online);
    david.leave(general).await.unwrap();
    david.leave(room).await.unwrap();
    let parted = told(&mut minas, david.id()).await;
    assert_eq!((parted.status, parted.last_seen), (PresenceStatus::Offline, None));
    drop(davids);
    minas.send(&ClientFrame::Observe { reference: Some("after".into()), user_ids: vec![david.id()] }).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Presence { items } => Some(items),
        _ => None,
    };
    assert_eq!(minas.expect("a snapshot", pick).await.unwrap(), []);
}
