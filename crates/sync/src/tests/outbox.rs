//! The queue of what is not confirmed: order, one in flight, refusals, edits and deletions of what waits.

use types::*;

use super::model::{Act, Server};
use super::{at, message_id, new_message, room_id};
use crate::{Act as What, Outbox, PendingState};

fn three() -> Outbox {
    let mut outbox = Outbox::default();
    (0..3).for_each(|n| outbox.push(room_id(), message_id(n), new_message("hi"), at(n)));
    outbox
}

fn sent(outbox: &mut Outbox) -> Option<MessageId> {
    outbox.next_to_send(room_id()).map(|pending| pending.id)
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
fn a_message_under_way_cannot_be_discarded_and_a_waiting_one_can() {
    let mut outbox = three();
    sent(&mut outbox);
    assert!(!outbox.discard(message_id(0)));
    assert!(outbox.discard(message_id(2)));
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

/// What would be sent now, in a word each.
fn words(outbox: &Outbox) -> Vec<String> {
    let word = |what: &What| match what {
        What::Post(message) => format!("post {}", message.body),
        What::Edit(body) => format!("edit {body}"),
        What::Delete => "delete".into(),
    };
    outbox.of(room_id()).iter().map(|pending| word(&pending.act)).collect()
}

fn edit(outbox: &mut Outbox, n: i64, body: &str) {
    outbox.edit(room_id(), message_id(n), body.into(), at(10));
}

#[test]
fn what_the_server_cannot_have_is_changed_where_it_stands() {
    let mut outbox = three();
    edit(&mut outbox, 1, "hello");
    assert_eq!(words(&outbox), ["post hi", "post hello", "post hi"]);
    outbox.remove(room_id(), message_id(2), at(11));
    assert_eq!(words(&outbox), ["post hi", "post hello"]);
}

#[test]
fn a_post_the_server_may_have_keeps_its_text_and_is_edited_or_deleted_after() {
    let mut outbox = three();
    sent(&mut outbox);
    outbox.lost();
    edit(&mut outbox, 0, "a");
    edit(&mut outbox, 0, "b");
    assert_eq!(words(&outbox), ["post hi", "post hi", "post hi", "edit b"]);
    outbox.remove(room_id(), message_id(0), at(11));
    outbox.remove(room_id(), message_id(0), at(12));
    edit(&mut outbox, 0, "c");
    assert_eq!(words(&outbox), ["post hi", "post hi", "post hi", "delete"]);
}

#[test]
fn an_edit_under_way_is_followed_by_the_next_and_its_answer_takes_only_itself() {
    let mut outbox = Outbox::default();
    edit(&mut outbox, 7, "a");
    sent(&mut outbox);
    edit(&mut outbox, 7, "b");
    assert_eq!(words(&outbox), ["edit a", "edit b"]);
    assert!(outbox.done(message_id(7), &What::Edit("a".into())));
    assert_eq!(words(&outbox), ["edit b"]);
    assert!(!outbox.done(message_id(7), &What::Edit("a".into())));
}

#[test]
fn an_edit_overtakes_no_post_of_its_room() {
    let mut outbox = three();
    edit(&mut outbox, 9, "later");
    for n in [0, 1, 2, 9] {
        assert_eq!(sent(&mut outbox), Some(message_id(n)));
        outbox.confirmed(message_id(n));
    }
    assert_eq!(words(&outbox), ["edit later"]);
}

#[test]
fn a_refused_post_takes_in_what_was_to_follow_on_it() {
    let mut outbox = three();
    sent(&mut outbox);
    edit(&mut outbox, 0, "better");
    outbox.failed(message_id(0), ErrorCode::RoomArchived, false);
    assert_eq!(words(&outbox), ["post better", "post hi", "post hi"]);
    sent(&mut outbox);
    outbox.remove(room_id(), message_id(1), at(11));
    outbox.failed(message_id(1), ErrorCode::RoomArchived, false);
    assert_eq!(words(&outbox), ["post better", "post hi"]);
}

#[test]
fn what_follows_on_a_refused_post_waits_for_it() {
    let mut outbox = three();
    sent(&mut outbox);
    outbox.refuse(room_id(), ErrorCode::NotAMember);
    edit(&mut outbox, 0, "better");
    outbox.retry(message_id(1));
    assert_eq!(sent(&mut outbox), Some(message_id(1)));
    outbox.confirmed(message_id(1));
    assert_eq!(sent(&mut outbox), None);
    outbox.retry(message_id(0));
    assert_eq!(sent(&mut outbox), Some(message_id(0)));
}

#[test]
fn deleting_what_is_gone_already_is_done() {
    let mut outbox = Outbox::default();
    outbox.remove(room_id(), message_id(5), at(1));
    sent(&mut outbox);
    outbox.failed(message_id(5), ErrorCode::NotFound, false);
    assert_eq!(outbox.rooms().count(), 0);
}

#[test]
fn rows_confirm_edits_that_were_sent_and_deletions() {
    let mut outbox = Outbox::default();
    edit(&mut outbox, 5, "message 5");
    outbox.remove(room_id(), message_id(6), at(1));
    let deleted = Message { deleted_at: Some(at(3)), ..super::message(6, 0) };
    outbox.settle_with(room_id(), &[super::message(5, 0), deleted]);
    assert_eq!(words(&outbox), ["edit message 5"]);
    sent(&mut outbox);
    outbox.settle_with(room_id(), &[super::message(5, 0)]);
    assert_eq!(outbox.rooms().count(), 0);
}
