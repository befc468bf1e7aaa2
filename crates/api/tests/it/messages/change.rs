//! Editing and deleting.

use types::{ErrorCode, RoomKind, RoomRole};

use crate::support::{Refused, Town};

#[tokio::test]
async fn an_edit_moves_the_revision_and_not_the_place_and_keeps_what_was_said() {
    let town = Town::found("edit_keeps_place").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let first = ada.say(room, "one").await;
    let later = ada.say(room, "later").await;
    let second = ada.edit(first.id, "two").await.unwrap();
    assert_eq!((second.seq, second.created_at), (first.seq, first.created_at));
    assert!(second.rev > later.rev && second.edited_at.is_some());
    assert_eq!(ada.edit(first.id, "two").await.unwrap(), second, "the same again changes nothing");
    ada.edit(first.id, "three").await.unwrap();
    let said: Vec<_> = ada.history(first.id).await.unwrap().items.into_iter().map(|old| (old.rev, old.body)).collect();
    assert_eq!(said, [(first.rev, "one".into()), (second.rev, "two".into())]);
}

#[tokio::test]
async fn deleting_leaves_a_tombstone_without_words() {
    let town = Town::found("tombstones").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = david.say(room, "oh no").await;
    david.edit(said.id, "oh dear").await.unwrap();
    david.delete_message(said.id).await.unwrap();
    let tombstone = mina.message(said.id).await.unwrap();
    assert_eq!((tombstone.body.as_str(), tombstone.seq), ("", said.seq));
    assert!(tombstone.deleted_at.is_some());
    david.edit(said.id, "again").await.refused(ErrorCode::MessageDeleted);
    let feed = mina.changes(room, said.rev, None).await.unwrap();
    assert_eq!(feed.messages, [tombstone]);
    let old = mina.history(said.id).await.map(|page| page.items.len()).unwrap_or_default();
    assert_eq!(old, 0, "what was deleted is not told through its history");
}

#[tokio::test]
async fn only_the_author_edits_and_only_author_or_moderator_deletes() {
    let town = Town::found("who_changes").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david, &yuki]).await.id;
    let said = yuki.say(room, "my words").await;
    for other in [&mina, &david] {
        other.edit(said.id, "your words").await.refused(ErrorCode::NotAllowed);
    }
    david.delete_message(said.id).await.refused(ErrorCode::NotAllowed);
    mina.set_role(room, david.id(), RoomRole::Moderator).await.unwrap();
    david.delete_message(said.id).await.unwrap();
    assert!(yuki.message(said.id).await.unwrap().deleted_at.is_some());
}

#[tokio::test]
async fn who_has_left_changes_nothing_any_more() {
    let town = Town::found("change_after_leaving").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = david.say(room, "bye").await;
    david.leave(room).await.unwrap();
    david.edit(said.id, "hello").await.refused(ErrorCode::NotFound);
    david.delete_message(said.id).await.refused(ErrorCode::NotFound);
    assert_eq!(mina.message(said.id).await.unwrap(), said);
}
