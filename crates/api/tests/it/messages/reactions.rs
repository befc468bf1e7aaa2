//! Reactions: rows of the room's stream of their own.

use sync::Asked;
use types::{ErrorCode, Reaction, ReactionCount, RoomKind, UpdateRoom};

use crate::support::{Refused, Town, next_changes};

#[tokio::test]
async fn a_reaction_is_a_row_with_its_number_and_does_not_touch_the_message() {
    let town = Town::found("reactions").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "tea?").await;
    let mut socket = mina.listen(&[room]).await;
    david.react(said.id, "👍").await.unwrap();
    let row = |user_id, removed, count, rev| Reaction {
        message_id: said.id,
        seq: said.seq,
        emoji: "👍".into(),
        user_id,
        removed,
        count,
        rev,
    };
    let changes = next_changes(&mut socket, room).await;
    assert_eq!(changes.reactions, [row(david.id(), false, 1, said.seq + 1)]);
    assert!(changes.messages.is_empty());
    david.react(said.id, "👍").await.unwrap();
    mina.react(said.id, "👍").await.unwrap();
    let changes = next_changes(&mut socket, room).await;
    assert_eq!(changes.reactions, [row(mina.id(), false, 2, said.seq + 2)], "the same again changed nothing");
    assert_eq!(mina.message(said.id).await.unwrap(), said);

    let page = david.messages(room, Asked::Newest, None).await.unwrap();
    let user_ids = vec![david.id(), mina.id()];
    let counted =
        ReactionCount { message_id: said.id, emoji: "👍".into(), count: 2, user_ids, first_rev: said.seq + 1 };
    assert_eq!(page.reactions, [counted]);
    david.take_back(said.id, "👍").await.unwrap();
    let feed = mina.changes(room, said.seq, None).await.unwrap();
    assert_eq!(feed.reactions, [row(mina.id(), false, 2, said.seq + 2), row(david.id(), true, 1, said.seq + 3)]);
    let listed = mina.reactions(said.id, Some("👍")).await.unwrap();
    assert_eq!(listed.items.iter().map(|item| item.user_id).collect::<Vec<_>>(), [mina.id()]);
    assert_eq!(listed.users.len(), 1);
}

#[tokio::test]
async fn what_is_no_emoji_and_the_twenty_first_one_are_refused() {
    let town = Town::found("reactions_refused").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let said = ada.say(room, "tea?").await;
    for text in ["a", "tea", "%F0%9F%91%8D%F0%9F%91%8D", "%3Cscript%3E"] {
        ada.react(said.id, text).await.invalid("emoji", "bad_format");
    }
    let emoji: Vec<&str> = emojis::iter().map(emojis::Emoji::as_str).take(21).collect();
    for one in &emoji[..20] {
        ada.react(said.id, one).await.unwrap();
    }
    ada.react(said.id, emoji[20]).await.refused(ErrorCode::TooMany);
    ada.react(said.id, emoji[3]).await.unwrap();
    ada.take_back(said.id, emoji[3]).await.unwrap();
    ada.react(said.id, emoji[20]).await.unwrap();
    ada.delete_message(said.id).await.unwrap();
    ada.react(said.id, emoji[0]).await.refused(ErrorCode::MessageDeleted);
    let page = ada.messages(room, Asked::Newest, None).await.unwrap();
    assert!(page.reactions.is_empty(), "a tombstone has none");
}

#[tokio::test]
async fn only_members_react_and_see_who_did() {
    let town = Town::found("reactions_outside").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david]).await.id;
    let said = mina.say(room, "tea?").await;
    mina.react(said.id, "👍").await.unwrap();
    david.leave(room).await.unwrap();
    david.react(said.id, "👍").await.refused(ErrorCode::NotFound);
    david.take_back(said.id, "👍").await.refused(ErrorCode::NotFound);
    david.reactions(said.id, None).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn nobody_reacts_or_pins_in_an_archived_room() {
    let town = Town::found("reactions_archived").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "tea?").await;
    david.react(said.id, "👍").await.unwrap();
    let archived = UpdateRoom { archived: Some(true), ..UpdateRoom::default() };
    mina.update_room(room, &archived).await.unwrap();
    david.react(said.id, "🎉").await.refused(ErrorCode::RoomArchived);
    david.take_back(said.id, "👍").await.refused(ErrorCode::RoomArchived);
    mina.pin(said.id).await.refused(ErrorCode::RoomArchived);
    let counts = david.messages(room, Asked::Newest, None).await.unwrap().reactions;
    assert_eq!(counts.iter().map(|count| (count.emoji.as_str(), count.count)).collect::<Vec<_>>(), [("👍", 1)]);
}
