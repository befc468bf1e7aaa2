//! Making rooms, changing them, and their end.

use client::text;
use sync::Asked;
use types::{ErrorCode, EventKind, RoomKind, UpdateRoom};

use crate::support::{Refused, Town};

fn archived(archived: bool) -> UpdateRoom {
    UpdateRoom { archived: Some(archived), ..UpdateRoom::default() }
}

#[tokio::test]
async fn a_name_is_taken_without_regard_to_case_until_its_room_is_deleted() {
    let town = Town::found("room_names").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("Garden", RoomKind::Public).await.unwrap();
    ada.create_room("gARDEN", RoomKind::Private).await.refused(ErrorCode::RoomNameTaken);
    ada.create_room("  ", RoomKind::Public).await.invalid("name", "required");
    ada.create_room(&"x".repeat(10_000), RoomKind::Public).await.invalid("name", "too_long");
    ada.create_room("a\u{0}b", RoomKind::Public).await.invalid("name", "bad_character");
    ada.create_room("Straße", RoomKind::Public).await.unwrap();
    ada.create_room("STRASSE", RoomKind::Public).await.refused(ErrorCode::RoomNameTaken);
    ada.create_room("us", RoomKind::Direct).await.invalid("kind", "not_supported");
    ada.delete_room(room.id).await.unwrap();
    ada.room(room.id).await.refused(ErrorCode::NotFound);
    ada.create_room("garden", RoomKind::Public).await.unwrap();
}

#[tokio::test]
async fn what_changes_about_a_room_is_told_in_place_and_never_unread() {
    let town = Town::found("room_lines").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    david.set_read(room, david.changes(room, 0, None).await.unwrap().rev, false).await.unwrap();
    let change = UpdateRoom { name: Some("orchard".into()), topic: Some("apples".into()), ..UpdateRoom::default() };
    let changed = mina.update_room(room, &change).await.unwrap();
    assert_eq!((changed.name.as_deref(), changed.topic.as_str()), (Some("orchard"), "apples"));
    let again = mina.update_room(room, &change).await.unwrap();
    assert_eq!(again.rev, changed.rev, "the same again changes nothing");
    let page = david.messages(room, Asked::Newest, None).await.unwrap();
    let lines: Vec<_> = page.events.iter().map(|event| (event.kind, event.text.as_deref())).collect();
    assert_eq!(lines[lines.len() - 2..], [(EventKind::Renamed, Some("orchard")), (EventKind::Topic, Some("apples"))]);
    let mine = david.my_rooms().await.unwrap().items.into_iter().find(|mine| mine.room.id == room).unwrap();
    assert_eq!(mine.unread, 0);
}

#[tokio::test]
async fn an_archived_room_is_read_and_not_written() {
    let town = Town::found("archived_room").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = david.say(room, "before").await;
    mina.update_room(room, &archived(true)).await.unwrap();
    david.post(room, &text("after")).await.refused(ErrorCode::RoomArchived);
    david.edit(said.id, "after").await.refused(ErrorCode::RoomArchived);
    assert_eq!(david.messages(room, Asked::Newest, None).await.unwrap().items, [said]);
    mina.update_room(room, &archived(false)).await.unwrap();
    david.say(room, "again").await;
}

#[tokio::test]
async fn a_room_made_private_leaves_the_directory_and_keeps_its_people() {
    let town = Town::found("public_to_private").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let listed = |items: Vec<types::DirectoryEntry>| items.iter().any(|entry| entry.room.id == room);
    assert!(listed(yuki.directory().await.unwrap().items));
    let private = UpdateRoom { kind: Some(RoomKind::Private), ..UpdateRoom::default() };
    mina.update_room(room, &private).await.unwrap();
    assert!(!listed(yuki.directory().await.unwrap().items));
    yuki.join(room).await.refused(ErrorCode::NotFound);
    david.say(room, "still here").await;
}
