//! The queue of what is not confirmed: order, one in flight, refusals.

use types::*;

use super::model::{Act, Server};
use super::{at, message_id, new_message, room_id};
use crate::{Outbox, PendingState};

fn three() -> Outbox {
    let mut outbox = Outbox::default();
    (0..3).for_each(|n| outbox.push(room_id(), message_id(n), new_message("hi"), at(n)));
    outbox
}

fn sent(outbox: &mut Outbox) -> Option<MessageId> {
    outbox.next_to_send(room_id()).and_then(|message| message.id)
}

#[test]
fn one_post_is_under_way_at_a_time_and_they_keep_their_order() {
    let mut outbox = three();
    assert_eq!(sent(&mut outbox), Some(message_id(0)));
    assert_eq!(sent(&mut outbox), None);
    assert!(outbox.confirmed(message_id(0)));
    assert_eq!(sent(&mut outbox), Some(message_id(1)));
}

#[test]
fn a_retryable_refusal_keeps_its_turn_and_a_final_one_lets_the_later_ones_pass() {
    let mut outbox = three();
    sent(&mut outbox);
    outbox.failed(message_id(0), ErrorCode::RateLimited, true);
    assert_eq!(sent(&mut outbox), Some(message_id(0)));
    outbox.failed(message_id(0), ErrorCode::Invalid, false);
    assert_eq!(outbox.of(room_id())[0].state, PendingState::Failed(ErrorCode::Invalid));
    assert_eq!(sent(&mut outbox), Some(message_id(1)));
    outbox.retry(message_id(0));
    assert_eq!(sent(&mut outbox), None);
    assert!(outbox.confirmed(message_id(1)));
    assert_eq!(sent(&mut outbox), Some(message_id(0)));
}

#[test]
fn what_was_under_way_when_the_connection_broke_is_sent_again() {
    let mut outbox = three();
    sent(&mut outbox);
    outbox.lost();
    assert_eq!(sent(&mut outbox), Some(message_id(0)));
}

#[test]
fn a_message_under_way_cannot_be_deleted_and_a_waiting_one_can() {
    let mut outbox = three();
    sent(&mut outbox);
    assert!(outbox.delete(message_id(0)).is_none());
    assert_eq!(outbox.delete(message_id(2)).unwrap().id, message_id(2));
    assert_eq!(outbox.of(room_id()).len(), 2);
}

#[test]
fn a_row_of_the_stream_confirms_in_place() {
    let mut server = Server::new();
    let changes = server.act(&Act::Post(0)).unwrap();
    let mut outbox = three();
    outbox.push(room_id(), changes.messages[0].id, new_message("hi"), at(9));
    outbox.settle(&changes);
    assert_eq!(outbox.of(room_id()).len(), 3);
    (0..3).for_each(|n| assert!(outbox.confirmed(message_id(n))));
    assert_eq!(outbox.rooms().count(), 0);
}

#[test]
fn it_outlives_a_reload() {
    let mut outbox = three();
    sent(&mut outbox);
    let text = serde_json::to_string(&outbox).unwrap();
    let mut again: Outbox = serde_json::from_str(&text).unwrap();
    assert_eq!(again, outbox);
    again.lost();
    assert_eq!(sent(&mut again), Some(message_id(0)));
}

#[test]
fn what_was_pending_in_a_room_one_was_taken_out_of_keeps_its_text() {
    let mut outbox = three();
    sent(&mut outbox);
    outbox.refuse(room_id(), ErrorCode::NotAMember);
    assert_eq!(sent(&mut outbox), None);
    outbox.lost();
    assert_eq!(sent(&mut outbox), None);
    let kept = outbox.take_room(room_id());
    assert!(kept.iter().all(|pending| pending.state == PendingState::Failed(ErrorCode::NotAMember)));
    assert_eq!(kept.len(), 3);
    outbox.refuse(room_id(), ErrorCode::NotAMember);
    assert_eq!(outbox.rooms().count(), 0);
}
