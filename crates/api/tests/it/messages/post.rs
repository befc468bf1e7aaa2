//! Posting: the same request again is harmless for ever, anything else under its id is refused.

use client::{Posted, text};
use types::{ErrorCode, MessageId, NewMessage, PostedReceipt, RoomKind};

use crate::support::{Refused, Town};

#[tokio::test]
async fn a_repeat_answers_with_the_message_as_it_is_now() {
    let town = Town::found("repeat_as_it_is").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let new = text("helo");
    let Posted::Stored(first) = ada.post(room, &new).await.unwrap() else { panic!("it is the first") };
    assert_eq!((first.rev, first.body.as_str(), Some(first.id)), (first.seq, "helo", new.id));
    assert_eq!(ada.post(room, &new).await.unwrap(), Posted::Again(first.clone()));
    let edited = ada.edit(first.id, "hello").await.unwrap();
    assert_eq!(ada.post(room, &new).await.unwrap(), Posted::Again(edited));
    ada.delete_message(first.id).await.unwrap();
    let tombstone = ada.message(first.id).await.unwrap();
    assert!(tombstone.deleted_at.is_some());
    assert_eq!(ada.post(room, &new).await.unwrap(), Posted::Again(tombstone));
}

#[tokio::test]
async fn a_repeat_by_one_who_has_left_tells_only_the_place() {
    let town = Town::found("repeat_after_leaving").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let new = text("before I go");
    let stored = david.post(room, &new).await.unwrap();
    mina.remove_member(room, david.id()).await.unwrap();
    let receipt = Posted::Receipt(PostedReceipt { id: stored.id(), seq: stored.seq() });
    assert_eq!(david.post(room, &new).await.unwrap(), receipt);
    david.post(room, &text("and another thing")).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn another_body_room_or_author_under_a_known_id_is_refused() {
    let town = Town::found("id_taken").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let other = mina.create_room("orchard", RoomKind::Public).await.unwrap().id;
    let new = text("hello");
    let stored = mina.post(room, &new).await.unwrap().message().unwrap();
    let changed = NewMessage { body: "hullo".into(), ..new.clone() };
    mina.post(room, &changed).await.refused(ErrorCode::IdTaken);
    mina.post(other, &new).await.refused(ErrorCode::IdTaken);
    david.post(room, &new).await.refused(ErrorCode::IdTaken);
    assert_eq!(mina.message(stored.id).await.unwrap(), stored);
}

#[tokio::test]
async fn thirty_two_times_the_same_at_once_on_two_nodes_is_one_message() {
    let town = Town::found("same_at_once").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let node = town.second_node().await;
    let new = text("once");
    let posts = (0..32).map(|n| {
        let (ada, new) = (if n % 2 == 0 { ada.clone() } else { ada.at_node(&node) }, new.clone());
        tokio::spawn(async move {
            loop {
                match ada.post(room, &new).await {
                    // Another node was storing it just then: a client tries again, and so does this.
                    Err(error) if error.is_passing() => {}
                    answered => break answered.unwrap(),
                }
            }
        })
    });
    let (mut stored, mut places) = (0, Vec::new());
    for posted in posts.collect::<Vec<_>>() {
        let posted = posted.await.unwrap();
        stored += i32::from(matches!(posted, Posted::Stored(_)));
        places.push(posted.seq());
    }
    places.dedup();
    assert_eq!((stored, places.len()), (1, 1));
    assert_eq!(ada.changes(room, 0, None).await.unwrap().messages.len(), 1);
}

#[tokio::test]
async fn the_server_makes_an_id_where_none_is_given_and_refuses_one_that_is_not_of_its_kind() {
    let town = Town::found("message_ids").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let made = ada.post(room, &NewMessage { id: None, ..text("hello") }).await.unwrap();
    assert_eq!(made.id().0.get_version_num(), 7);
    let random = MessageId("5b0b6c1e-54a5-4e0b-9f37-111111111111".parse().unwrap());
    ada.post(room, &NewMessage { id: Some(random), ..text("hello") }).await.map(drop).invalid("id", "bad_format");
}

#[tokio::test]
async fn a_body_that_is_blank_too_long_or_holds_nul_is_refused_with_its_reason() {
    let town = Town::found("bad_bodies").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    for (body, reason) in
        [("", "required"), (" \n\t ", "required"), (&"ä".repeat(8_001), "too_long"), ("a\0b", "bad_character")]
    {
        ada.post(room, &text(body)).await.invalid("body", reason);
    }
    ada.say(room, &"ä".repeat(8_000)).await;
    let alone = NewMessage { in_room: true, ..text("hi") };
    ada.post(room, &alone).await.invalid("in_room", "not_supported");
    let file = NewMessage { attachments: vec!["a.png".into()], ..text("hi") };
    ada.post(room, &file).await.invalid("attachments", "not_supported");
}
