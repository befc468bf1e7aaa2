//! Answers in threads, and quotes.

use client::text;
use sync::Asked;
use types::{ErrorCode, Message, MessageId, NewMessage, RoomKind};
use uuid::Uuid;

use crate::support::{Person, Refused, Town, next_changes};

fn reply(parent: &Message, body: &str) -> NewMessage {
    NewMessage { parent_id: Some(parent.id), ..text(body) }
}

async fn answer(person: &Person, parent: &Message, body: &str) -> Message {
    person.post(parent.room_id, &reply(parent, body)).await.unwrap().message().unwrap()
}

#[tokio::test]
async fn answers_stand_in_their_thread_and_not_in_the_rooms_history() {
    let town = Town::found("threads").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let later = mina.say(room, "and who cups?").await;
    let first = answer(&david, &root, "I do").await;
    assert_eq!((first.parent_id, first.thread_root_id, first.in_room), (Some(root.id), Some(root.id), false));
    let nested = answer(&mina, &first, "thank you").await;
    assert_eq!((nested.parent_id, nested.thread_root_id), (Some(first.id), Some(root.id)), "threads are one level");
    let shown = NewMessage { in_room: true, ..reply(&root, "for all to see") };
    let shown = david.post(room, &shown).await.unwrap().message().unwrap();

    let history = mina.messages(room, Asked::Newest, None).await.unwrap();
    let ids: Vec<MessageId> = history.items.iter().map(|message| message.id).collect();
    assert_eq!(ids, [root.id, later.id, shown.id]);
    let thread = mina.thread(room, root.id, Asked::Newest, Some(2)).await.unwrap();
    assert_eq!(thread.items, [nested.clone(), shown.clone()]);
    let older = mina.thread(room, root.id, Asked::Before(thread.previous.unwrap()), Some(2)).await.unwrap();
    assert_eq!((older.items, older.previous), (vec![first], None));

    let root = mina.message(root.id).await.unwrap();
    assert_eq!((root.reply_count, root.last_reply_at), (3, Some(shown.created_at)));
    assert_eq!(root.participants, [david.id(), mina.id()], "who replied last is first");
    assert!(root.rev > shown.seq && root.edited_at.is_none());
}

#[tokio::test]
async fn an_answer_and_the_first_message_it_counts_come_in_one_span() {
    let town = Town::found("thread_span").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let mut socket = mina.listen(&[room]).await;
    let said = answer(&david, &root, "I do").await;
    let changes = next_changes(&mut socket, room).await;
    assert_eq!((changes.since, changes.rev), (root.seq, said.seq + 1));
    let root = mina.message(root.id).await.unwrap();
    assert_eq!(changes.messages, [said.clone(), root.clone()]);
    let feed = mina.changes(room, changes.since, None).await.unwrap();
    assert_eq!(feed.messages, [said.clone(), root.clone()]);

    david.delete_message(said.id).await.unwrap();
    let counted = mina.message(root.id).await.unwrap();
    assert_eq!((counted.reply_count, counted.last_reply_at), (0, None));
    let feed = mina.changes(room, changes.rev, None).await.unwrap();
    assert_eq!(feed.messages, [mina.message(said.id).await.unwrap(), counted]);
}

#[tokio::test]
async fn a_post_and_its_answer_are_repeated_without_harm() {
    let town = Town::found("thread_repeats").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let root = ada.say(room, "one").await;
    let new = reply(&root, "two");
    let first = ada.post(room, &new).await.unwrap().message().unwrap();
    assert_eq!(ada.post(room, &new).await.unwrap(), client::Posted::Again(first));
    assert_eq!(ada.message(root.id).await.unwrap().reply_count, 1);
    let elsewhere = NewMessage { parent_id: None, ..new.clone() };
    ada.post(room, &elsewhere).await.refused(ErrorCode::IdTaken);
    let shown = NewMessage { in_room: true, ..new };
    ada.post(room, &shown).await.refused(ErrorCode::IdTaken);
}

#[tokio::test]
async fn only_what_is_there_is_answered_or_quoted() {
    let town = Town::found("thread_refusals").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[]).await.id;
    let other = david.create_room("shed", RoomKind::Private).await.unwrap().id;
    let (here, gone) = (mina.say(room, "here").await, mina.say(room, "gone").await);
    mina.delete_message(gone.id).await.unwrap();
    let foreign = david.say(other, "elsewhere").await;
    let nowhere = MessageId(Uuid::now_v7());
    for missing in [nowhere, foreign.id] {
        mina.post(room, &NewMessage { parent_id: Some(missing), ..text("hm") }).await.invalid("parent_id", "unknown");
        mina.post(room, &NewMessage { quoted_id: Some(missing), ..text("hm") }).await.invalid("quoted_id", "unknown");
    }
    mina.post(room, &reply(&gone, "hm")).await.refused(ErrorCode::MessageDeleted);
    let quote = NewMessage { quoted_id: Some(here.id), ..text("as I said") };
    let quote = mina.post(room, &quote).await.unwrap().message().unwrap();
    assert_eq!((quote.quoted_id, quote.in_room, quote.thread_root_id), (Some(here.id), true, None));

    david.post(room, &reply(&here, "let me in")).await.refused(ErrorCode::NotFound);
    david.thread(room, here.id, Asked::Newest, None).await.refused(ErrorCode::NotFound);
    mina.thread(room, foreign.id, Asked::Newest, None).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn answers_are_not_unread_in_the_room() {
    let town = Town::found("thread_unread").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "one").await;
    david.set_read(room, root.seq, false).await.unwrap();
    answer(&mina, &root, "two").await;
    let unread = david.unread(room).await.unwrap();
    assert_eq!((unread.unread, unread.last_seq), (0, root.seq));
    mina.say(room, "three").await;
    assert_eq!(david.unread(room).await.unwrap().unread, 1);
}

#[tokio::test]
async fn many_answers_at_once_are_all_counted() {
    let town = Town::found("thread_many").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "count").await;
    let posts = (0..40).map(|n| {
        let (person, new) = (if n % 2 == 0 { &mina } else { &david }, reply(&root, &format!("{n}")));
        async move { person.post(room, &new).await.unwrap().seq() }
    });
    let mut places = futures_util::future::join_all(posts).await;
    places.sort_unstable();
    places.dedup();
    assert_eq!(places.len(), 40);
    assert_eq!(mina.message(root.id).await.unwrap().reply_count, 40);
    let mut mirror = sync::RoomState::new(room);
    let mut since = 0;
    loop {
        let feed = mina.changes(room, since, Some(7)).await.unwrap();
        let _ = mirror.apply(&feed);
        since = feed.rev;
        if !feed.more {
            break;
        }
    }
    assert_eq!(mirror.replies(root.id).count(), 40);
    assert_eq!(mirror.message(root.id), Some(&mina.message(root.id).await.unwrap()));
}
