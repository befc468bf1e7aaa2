//! Messages to be sent later, with several nodes, restarts and faults: each is sent once.

use std::collections::HashSet;

use client::Posted;
use types::{MessageId, NewMessage, RoomKind, ScheduledId};

use super::scheduled::{later, their_time_comes};
use crate::support::{Person, Town, until};

async fn all_sent(person: &Person) {
    until("all to be sent", async || person.scheduled(None, None).await.unwrap().items.is_empty()).await;
}

#[tokio::test]
async fn two_nodes_that_look_at_the_same_moment_send_each_message_once() {
    let town = Town::found("scheduled_nodes").await;
    let (_ada, mina, david) = town.three().await;
    let far = town.second_node().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let before = mina.changes(room, 0, None).await.unwrap().rev;
    let mut planned = HashSet::new();
    for n in 0..50 {
        let author = if n % 2 == 0 { &mina } else { &david };
        planned.insert(MessageId(author.schedule(room, &later(&format!("{n}"))).await.unwrap().id.0));
    }
    their_time_comes(&town).await;
    let look = async |app| api::scheduled::due::send_due(app).await.unwrap();
    let rounds = tokio::join!(look(&town.node.app), look(&far.app), look(&town.node.app), look(&far.app));
    assert_eq!(rounds, (0, 0, 0, 0), "nothing was in the way");
    all_sent(&mina).await;
    all_sent(&david).await;
    let told = mina.changes(room, before, Some(1_000)).await.unwrap().messages;
    assert_eq!(told.len(), 50);
    assert_eq!(told.iter().map(|message| message.id).collect::<HashSet<_>>(), planned);
    let posted = [&town.node, &far].map(|node| node.app.metrics.messages_posted.get());
    assert_eq!(posted.iter().sum::<u64>(), 50, "no node stored what another had");
}

#[tokio::test]
async fn what_came_due_while_no_node_ran_is_sent_after_the_start() {
    let mut town = Town::found("scheduled_restart").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let row = ada.schedule(room, &later("good morning")).await.unwrap();
    town.node.stop().await;
    their_time_comes(&town).await;
    town.start().await;
    all_sent(&ada).await;
    assert_eq!(ada.message(MessageId(row.id.0)).await.unwrap().body, "good morning");
}

#[tokio::test]
async fn a_node_that_dies_between_the_post_and_its_mark_does_not_have_it_sent_twice() {
    let town = Town::found("scheduled_died").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let new = later("@ada once");
    let row = ada.schedule(room, &new).await.unwrap();
    // As that node did: the message is there, and its row still waits.
    let message = NewMessage { id: Some(MessageId(row.id.0)), body: new.body.clone(), ..NewMessage::default() };
    let posted = ada.post(room, &message).await.unwrap();
    assert!(matches!(posted, Posted::Stored(_)));
    let head = ada.changes(room, 0, None).await.unwrap().rev;
    their_time_comes(&town).await;
    all_sent(&ada).await;
    assert_eq!(ada.changes(room, 0, None).await.unwrap().rev, head, "the room has not moved");
    assert_eq!(ada.send_scheduled(ScheduledId(row.id.0)).await.unwrap(), posted.message().unwrap());
}

#[tokio::test]
async fn what_can_not_be_sent_for_now_waits_and_holds_up_no_other() {
    let town = Town::found("scheduled_trouble").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let unlucky = ada.schedule(room, &later("unlucky")).await.unwrap();
    let lucky = ada.schedule(room, &later("lucky")).await.unwrap();
    town.execute("ALTER TABLE messages ADD CONSTRAINT luck CHECK (body <> 'unlucky')").await;
    their_time_comes(&town).await;
    until("the lucky one", async || ada.message(MessageId(lucky.id.0)).await.is_ok()).await;
    // The node's own round may have it in hand just then.
    let tried = async || api::scheduled::due::send_due(&town.node.app).await.unwrap() == 1;
    until("it to be tried again", tried).await;
    let waiting = ada.scheduled(None, None).await.unwrap().items;
    assert_eq!(waiting.iter().map(|row| row.id).collect::<Vec<_>>(), [unlucky.id]);
    town.execute("ALTER TABLE messages DROP CONSTRAINT luck").await;
    until("it to be sent", async || api::scheduled::due::send_due(&town.node.app).await.unwrap() == 0).await;
    all_sent(&ada).await;
    assert_eq!(ada.message(MessageId(unlucky.id.0)).await.unwrap().body, "unlucky");
}
