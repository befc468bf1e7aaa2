//! Passing messages on.

use types::{ErrorCode, Forward, MessageId, RoomKind};
use uuid::Uuid;

use crate::support::{Refused, Town};

#[tokio::test]
async fn a_forwarded_message_is_a_copy_with_its_author_and_time() {
    let town = Town::found("forward").await;
    let (_ada, mina, david) = town.three().await;
    let from = mina.room_with("garden", RoomKind::Private, &[]).await.id;
    let to = mina.room_with("shed", RoomKind::Private, &[&david]).await.id;
    let said = mina.say(from, "the key is under the pot").await;
    let forward = Forward { id: Some(MessageId(Uuid::now_v7())), room_id: to, body: "look".into() };
    let passed = mina.forward(said.id, &forward).await.unwrap();
    let copy = passed.forwarded.clone().unwrap();
    assert_eq!((copy.message_id, copy.room_id, copy.author_id), (said.id, from, mina.id()));
    assert_eq!((copy.body.as_str(), passed.body.as_str()), ("the key is under the pot", "look"));
    assert_eq!(mina.forward(said.id, &forward).await.unwrap(), passed, "the same again is the same message");
    mina.edit(said.id, "no, under the mat").await.unwrap();
    assert_eq!(david.message(passed.id).await.unwrap(), passed, "a copy stays as it was");

    let bare = Forward { id: None, room_id: to, body: String::new() };
    let bare = mina.forward(passed.id, &bare).await.unwrap();
    assert_eq!(bare.forwarded.unwrap().message_id, passed.id);
}

#[tokio::test]
async fn only_what_one_reads_goes_only_where_one_writes() {
    let town = Town::found("forward_outside").await;
    let (_ada, mina, david) = town.three().await;
    let secret = mina.room_with("garden", RoomKind::Private, &[]).await.id;
    let davids = david.create_room("shed", RoomKind::Private).await.unwrap().id;
    let said = mina.say(secret, "the key is under the pot").await;
    let to = |room_id| Forward { id: None, room_id, body: String::new() };
    david.forward(said.id, &to(davids)).await.refused(ErrorCode::NotFound);
    mina.forward(said.id, &to(davids)).await.refused(ErrorCode::NotFound);
    mina.delete_message(said.id).await.unwrap();
    mina.forward(said.id, &to(secret)).await.refused(ErrorCode::MessageDeleted);
}
