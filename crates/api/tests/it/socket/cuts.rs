//! Cutting people off: nothing above a removal reaches the removed, and a session that ends closes its sockets.

use client::{ClientError, Socket, text};
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{Changes, ErrorCode, Rev, RoomId, RoomKind, UpdateRoom};

use crate::support::{Person, Refused, Town};

/// Reads on to `gone`, giving all the changes of the room on the way.
async fn until_gone(socket: &mut Socket, room: RoomId) -> Vec<Changes> {
    let mut told = Vec::new();
    let pick = |frame| match frame {
        ServerFrame::Gone { room_id } if room_id == room => Some(()),
        ServerFrame::Changes(changes) if changes.room_id == room => {
            told.push(changes);
            None
        }
        _ => None,
    };
    socket.expect("gone", pick).await.unwrap();
    told
}

/// More is said in the room, then in one that both are in and the socket does not watch. Once that one's bump was told,
/// and an answer after it, a bump or rows of the first would have been told too.
async fn silent(socket: &mut Socket, speaker: &Person, room: RoomId) {
    speaker.say(room, "among us").await;
    let rooms = speaker.my_rooms().await.unwrap().items;
    let general = rooms.iter().find(|mine| mine.room.name.as_deref() == Some("general")).unwrap().room.id;
    speaker.say(general, "to everyone").await;
    let told = |frame: &ServerFrame| match frame {
        ServerFrame::Changes(changes) if changes.room_id == room => panic!("told after the cut: {changes:?}"),
        ServerFrame::Bump { room_id, .. } if *room_id == room => panic!("bumped after the cut"),
        _ => {}
    };
    let pick = |frame| {
        told(&frame);
        matches!(frame, ServerFrame::Bump { room_id, .. } if room_id == general).then_some(())
    };
    socket.expect("the bump of general", pick).await.unwrap();
    socket.send(&ClientFrame::Observe { reference: Some("silent".into()), user_ids: vec![] }).await.unwrap();
    let pick = |frame| {
        told(&frame);
        matches!(frame, ServerFrame::Ok { reference, .. } if reference == "silent").then_some(())
    };
    socket.expect("an answer", pick).await.unwrap();
}

fn highest(told: &[Changes]) -> Rev {
    told.iter().map(|changes| changes.rev).max().unwrap()
}

async fn removed_and_told(remover: &Person, removed: &Person, socket: &mut Socket, room: RoomId) {
    remover.say(room, "before").await;
    remover.remove_member(room, removed.id()).await.unwrap();
    let after = remover.say(room, "after").await;
    let told = until_gone(socket, room).await;
    let own: Vec<_> =
        told.iter().flat_map(|changes| &changes.members).filter(|row| row.user_id == removed.id()).collect();
    let removal = own.last().unwrap();
    assert!(removal.left_at.is_some());
    assert_eq!(highest(&told), removal.rev, "the removal ends the frame");
    assert!(removal.rev < after.rev);
    silent(socket, remover, room).await;
    socket.send(&ClientFrame::Post { reference: "p".into(), room_id: room, message: text("but") }).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Error { code, .. } => Some(code),
        _ => None,
    };
    assert_eq!(socket.expect("a refusal", pick).await.unwrap(), ErrorCode::NotFound);
    let head = remover.changes(room, removal.rev, None).await.unwrap();
    assert!(head.messages.iter().all(|message| message.author_id != removed.id()));
}

#[tokio::test]
async fn nothing_above_the_removal_reaches_the_removed() {
    let town = Town::found("cut_removed").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let mut socket = david.listen(&[room]).await;
    removed_and_told(&mina, &david, &mut socket, room).await;
}

#[tokio::test]
async fn nor_on_another_node() {
    let town = Town::found("cut_on_other_node").await;
    let (_ada, mina, david) = town.three().await;
    let node = town.second_node().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let mut socket = david.at_node(&node).listen(&[room]).await;
    removed_and_told(&mina, &david, &mut socket, room).await;
}

#[tokio::test]
async fn who_leaves_is_cut_on_all_devices_and_who_comes_back_hears_again() {
    let town = Town::found("cut_leave").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let second = david.second_device().await;
    let mut socket = second.listen(&[room]).await;
    david.leave(room).await.unwrap();
    until_gone(&mut socket, room).await;
    silent(&mut socket, &mina, room).await;
    david.join(room).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::MeChanges(changes) => {
            changes.marks.iter().any(|mark| mark.room_id == room && mark.joined).then_some(())
        }
        _ => None,
    };
    socket.expect("the way back", pick).await.unwrap();
    socket.send(&ClientFrame::Watch { reference: None, room_id: room, rev: 0 }).await.unwrap();
    let bodies = |frame| match frame {
        ServerFrame::Changes(changes) => changes.messages.last().map(|message| message.body.clone()),
        _ => None,
    };
    assert_eq!(socket.expect("what was missed", bodies).await.unwrap(), "among us");
    mina.say(room, "heard").await;
    assert_eq!(socket.expect("what is said now", bodies).await.unwrap(), "heard");
}

#[tokio::test]
async fn a_deleted_room_is_told_once_more_and_then_gone() {
    let town = Town::found("cut_deleted_room").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let mut socket = david.listen(&[room]).await;
    mina.delete_room(room).await.unwrap();
    let told = until_gone(&mut socket, room).await;
    assert!(told.iter().any(|changes| changes.room.as_ref().is_some_and(|row| row.deleted_at.is_some())));
    david.room(room).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn a_room_made_private_cuts_nobody() {
    let town = Town::found("cut_not_private").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut socket = david.listen(&[room]).await;
    let private = UpdateRoom { kind: Some(RoomKind::Private), ..UpdateRoom::default() };
    mina.update_room(room, &private).await.unwrap();
    let said = mina.say(room, "still among us").await;
    let pick = |frame| match frame {
        ServerFrame::Gone { .. } => panic!("nobody was to be cut"),
        ServerFrame::Changes(changes) => changes.messages.into_iter().next(),
        _ => None,
    };
    assert_eq!(socket.expect("what is said", pick).await.unwrap(), said);
}

async fn ends(mut socket: Socket) {
    let closed = socket.closed().await.unwrap();
    assert!(closed.is(CloseCode::SessionEnded), "{closed:?}");
    assert!(!closed.reconnects());
}

#[tokio::test]
async fn a_session_that_is_ended_closes_its_sockets_and_its_token_is_worth_nothing() {
    let town = Town::found("cut_session").await;
    let ada = town.person("ada").await;
    let device = ada.second_device().await;
    let socket = device.listen(&[]).await;
    let mut kept = ada.listen(&[]).await;
    let session = device.me().await.unwrap().session_id;
    ada.end_session(session).await.unwrap();
    ends(socket).await;
    device.me().await.refused(ErrorCode::SessionEnded);
    kept.send(&ClientFrame::Observe { reference: Some("1".into()), user_ids: vec![] }).await.unwrap();
    let pick = |frame| matches!(frame, ServerFrame::Ok { .. }).then_some(());
    kept.expect("the other session's answer", pick).await.unwrap();
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_on_every_node() {
    let town = Town::found("cut_password").await;
    let ada = town.person("ada").await;
    let node = town.second_node().await;
    let device = ada.second_device().await;
    let (here, there) = (device.listen(&[]).await, device.at_node(&node).listen(&[]).await);
    ada.change_password("a long quiet evening", "an even longer night").await.unwrap();
    ends(here).await;
    ends(there).await;
    match device.at_node(&node).me().await {
        Err(ClientError::Problem(problem)) => assert_eq!(problem.code, ErrorCode::SessionEnded),
        other => panic!("{other:?}"),
    }
    ada.me().await.unwrap();
}
