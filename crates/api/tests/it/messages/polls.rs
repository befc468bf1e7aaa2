//! Polls: a kind of message, and votes as rows of the room's stream.

use chrono::{Duration, Utc};
use client::Posted;
use sync::{Asked, RoomState};
use types::{ErrorCode, Message, MessageId, MessageKind, NewPoll, RoomId, RoomKind, Vote};
use uuid::Uuid;

use crate::support::{Person, Refused, Town, next_changes, until};

fn tea() -> NewPoll {
    let options = ["green", "black", "none"].map(str::to_owned).to_vec();
    NewPoll { id: Some(MessageId(Uuid::now_v7())), question: "Tea?".into(), options, ..NewPoll::default() }
}

async fn ask(person: &Person, room: RoomId, poll: &NewPoll) -> Message {
    person.post_poll(room, poll).await.unwrap().message().unwrap()
}

#[tokio::test]
async fn a_poll_is_a_message_that_reads_as_text_and_is_stored_once() {
    let town = Town::found("polls").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let new = tea();
    let asked = ask(&mina, room, &new).await;
    assert_eq!(asked.kind, MessageKind::Poll);
    assert_eq!(asked.body, "📊 **Tea?**\n\n1. green\n2. black\n3. none");
    assert_eq!(asked.poll.as_ref().unwrap().options, new.options);
    assert!(matches!(mina.post_poll(room, &new).await.unwrap(), Posted::Again(again) if again == asked));
    let other = NewPoll { multiple: true, ..new.clone() };
    mina.post_poll(room, &other).await.refused(ErrorCode::IdTaken);
    assert_eq!(david.message(asked.id).await.unwrap(), asked);
    let page = david.messages(room, Asked::Newest, None).await.unwrap();
    assert_eq!(page.items, std::slice::from_ref(&asked));
    mina.edit(asked.id, "coffee?").await.refused(ErrorCode::NotEditable);
    mina.delete_message(asked.id).await.unwrap();
    let gone = david.message(asked.id).await.unwrap();
    assert_eq!((gone.kind, gone.poll, gone.body.as_str()), (MessageKind::Poll, None, ""));
    david.vote(asked.id, &[0]).await.refused(ErrorCode::MessageDeleted);
    mina.close_poll(asked.id).await.refused(ErrorCode::MessageDeleted);
}

#[tokio::test]
async fn a_vote_is_a_row_with_the_numbers_and_does_not_touch_the_message() {
    let town = Town::found("votes").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let asked = ask(&mina, room, &tea()).await;
    let mut socket = mina.listen(&[room]).await;
    let vote = |user_id, options: &[i64], counts: [i64; 3], voters, rev| Vote {
        message_id: asked.id,
        seq: asked.seq,
        user_id: Some(user_id),
        options: options.to_vec(),
        counts: counts.to_vec(),
        voters,
        rev: asked.seq + rev,
    };
    david.vote(asked.id, &[1]).await.unwrap();
    let changes = next_changes(&mut socket, room).await;
    assert_eq!(changes.votes, [vote(david.id(), &[1], [0, 1, 0], 1, 1)]);
    assert!(changes.messages.is_empty());
    david.vote(asked.id, &[1, 1]).await.unwrap();
    mina.vote(asked.id, &[1]).await.unwrap();
    let changes = next_changes(&mut socket, room).await;
    assert_eq!(changes.votes, [vote(mina.id(), &[1], [0, 2, 0], 2, 2)], "the same again changed nothing");
    david.vote(asked.id, &[0]).await.unwrap();
    let told = [vote(mina.id(), &[1], [0, 2, 0], 2, 2), vote(david.id(), &[0], [1, 1, 0], 2, 3)];
    let page = david.messages(room, Asked::Newest, None).await.unwrap();
    assert_eq!(page.votes, told);
    assert!(page.users.iter().any(|user| user.id == david.id()), "who voted is named");
    assert_eq!(mina.changes(room, asked.seq, None).await.unwrap().votes, told);
    let listed = mina.votes(asked.id, Some(0), None, None).await.unwrap();
    assert_eq!((listed.mine.as_slice(), listed.items.len()), ([1].as_slice(), 1));
    assert_eq!(listed.users.iter().map(|user| user.id).collect::<Vec<_>>(), [david.id()]);
    let first = mina.votes(asked.id, None, None, Some(1)).await.unwrap();
    assert_eq!(first.items, told[..1]);
    let second = mina.votes(asked.id, None, first.next.as_deref(), Some(1)).await.unwrap();
    assert_eq!((second.items, second.next), (told[1..].to_vec(), None));
    mina.vote(asked.id, &[]).await.unwrap();
    let mut state = RoomState::new(room);
    let _ = state.apply(&mina.changes(room, 0, None).await.unwrap());
    let tally = state.tally(asked.id).unwrap();
    assert_eq!((tally.counts, tally.voters), ([1, 0, 0].as_slice(), 1));
    assert_eq!((tally.of(mina.id()), tally.of(david.id())), (Some(vec![]), Some(vec![0])));
}

#[tokio::test]
async fn an_anonymous_poll_tells_numbers_and_to_each_their_own() {
    let town = Town::found("votes_anonymous").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david]).await.id;
    let new = NewPoll { anonymous: true, multiple: true, ..tea() };
    let asked = ask(&mina, room, &new).await;
    let mut socket = mina.listen(&[room]).await;
    david.vote(asked.id, &[2, 0]).await.unwrap();
    let vote = next_changes(&mut socket, room).await.votes.remove(0);
    assert_eq!((vote.user_id, vote.options.len(), vote.counts.as_slice()), (None, 0, [1, 0, 1].as_slice()));
    mina.vote(asked.id, &[0]).await.unwrap();
    let page = mina.messages(room, Asked::Newest, None).await.unwrap();
    assert_eq!(page.votes.iter().map(|vote| vote.counts.clone()).collect::<Vec<_>>(), [vec![2, 0, 1]]);
    let feed = mina.changes(room, 0, None).await.unwrap();
    assert!(feed.votes.iter().all(|vote| vote.user_id.is_none() && vote.options.is_empty()));
    let listed = mina.votes(asked.id, None, None, None).await.unwrap();
    assert_eq!((listed.mine.as_slice(), listed.items.len(), listed.users.len()), ([0].as_slice(), 0, 0));
    assert_eq!(david.votes(asked.id, None, None, None).await.unwrap().mine, [0, 2]);
}

#[tokio::test]
async fn what_can_not_be_asked_or_chosen_is_refused() {
    let town = Town::found("polls_refused").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let asks = async |change: &dyn Fn(&mut NewPoll)| {
        let mut poll = tea();
        change(&mut poll);
        ada.post_poll(room, &poll).await
    };
    asks(&|poll| poll.options.truncate(1)).await.invalid("options", "out_of_range");
    asks(&|poll| poll.options = (0..13).map(|n| n.to_string()).collect()).await.invalid("options", "out_of_range");
    asks(&|poll| poll.options[0] = "none".into()).await.invalid("options", "bad_format");
    asks(&|poll| poll.options[0] = "x".repeat(101)).await.invalid("options", "too_long");
    asks(&|poll| poll.question = " ".into()).await.invalid("question", "required");
    asks(&|poll| poll.id = Some(MessageId(Uuid::new_v4()))).await.invalid("id", "bad_format");
    asks(&|poll| poll.closes_at = Some(Utc::now())).await.invalid("closes_at", "out_of_range");
    let asked = ask(&ada, room, &tea()).await;
    ada.vote(asked.id, &[3]).await.invalid("options", "out_of_range");
    ada.vote(asked.id, &[-1]).await.invalid("options", "out_of_range");
    ada.vote(asked.id, &[0, 1]).await.invalid("options", "not_supported");
    let said = ada.say(room, "no poll").await;
    ada.vote(said.id, &[0]).await.refused(ErrorCode::NotFound);
    ada.close_poll(said.id).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn only_members_ask_and_vote_and_only_author_and_moderators_close() {
    let town = Town::found("polls_outside").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david, &yuki]).await.id;
    let asked = ask(&david, room, &tea()).await;
    for outsider in [&ada] {
        outsider.post_poll(room, &tea()).await.refused(ErrorCode::NotFound);
        let timed = NewPoll { closes_at: Some(Utc::now() + Duration::hours(1)), ..tea() };
        outsider.post_poll(room, &timed).await.refused(ErrorCode::NotFound);
        outsider.vote(asked.id, &[0]).await.refused(ErrorCode::NotFound);
        outsider.votes(asked.id, None, None, None).await.refused(ErrorCode::NotFound);
        outsider.close_poll(asked.id).await.refused(ErrorCode::NotFound);
    }
    yuki.close_poll(asked.id).await.refused(ErrorCode::NotAllowed);
    yuki.vote(asked.id, &[0]).await.unwrap();
    let closed = mina.close_poll(asked.id).await.unwrap();
    assert!(closed.poll.as_ref().unwrap().closed_at.is_some() && closed.edited_at.is_none());
    assert_eq!(david.close_poll(asked.id).await.unwrap(), closed, "doing it again changes nothing");
    yuki.vote(asked.id, &[1]).await.refused(ErrorCode::PollClosed);
    yuki.leave(room).await.unwrap();
    yuki.vote(asked.id, &[1]).await.refused(ErrorCode::NotFound);
    let page = mina.messages(room, Asked::Newest, None).await.unwrap();
    assert_eq!(page.votes[0].counts, [1, 0, 0], "a vote stays when its voter leaves");
}

#[tokio::test]
async fn a_poll_closes_at_its_time_once_however_many_nodes_look() {
    let town = Town::found("polls_close").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let _other = town.second_node().await;
    let closes_at = Utc::now() + Duration::hours(1);
    let new = NewPoll { closes_at: Some(closes_at), ..tea() };
    let asked = ask(&mina, room, &new).await;
    david.vote(asked.id, &[0]).await.unwrap();
    // Its time comes.
    town.execute(&format!(
        "UPDATE messages SET extra = jsonb_set(extra, '{{poll,closes_at}}', to_jsonb('2026-01-01T00:00:00Z'::text)) \
         WHERE id = '{}'; UPDATE poll_closings SET closes_at = '2026-01-01T00:00:00Z'",
        asked.id
    ))
    .await;
    david.vote(asked.id, &[1]).await.refused(ErrorCode::PollClosed);
    let closed_at = async || mina.message(asked.id).await.unwrap().poll.unwrap().closed_at;
    until("the poll is closed", async || closed_at().await.is_some()).await;
    assert_eq!(closed_at().await, mina.message(asked.id).await.unwrap().poll.unwrap().closes_at);
    town.until("SELECT NOT EXISTS (SELECT FROM poll_closings) AS held").await;
    assert_eq!(mina.message(asked.id).await.unwrap().rev, asked.seq + 2, "closed by one node, once");
    assert!(matches!(mina.post_poll(room, &new).await, Ok(Posted::Again(_))), "sent again after it closed");
}
