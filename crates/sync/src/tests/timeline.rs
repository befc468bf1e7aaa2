//! The lines of a page: groups, days, system lines, the "New" line, pending posts.

use types::*;

use super::model::Server;
use super::{at, event, message, message_id, new_message, room_id, user};
use crate::{Key, Line, Outbox, Reader, RoomState, timeline, unread};

/// A room with these rows, all loaded.
fn room(messages: Vec<Message>, events: Vec<Event>) -> RoomState {
    let mut state = RoomState::new(room_id());
    let _ = state.apply(&Changes { messages, events, ..Server::new().feed(0, 0) });
    state
}

fn reader(mark: Option<Seq>) -> Reader<impl Fn(Time) -> i64> {
    Reader { me: user(0), mark, day: |at: Time| at.timestamp().div_euclid(86_400) }
}

/// Each line in a word.
fn words(state: &RoomState, outbox: &Outbox, mark: Option<Seq>) -> Vec<String> {
    let word = |line: &Line<'_>| match line {
        Line::Day { day, .. } => format!("day {day}"),
        Line::New => "new".into(),
        Line::Message { message, head, .. } => {
            format!("{}{}", if *head { "head " } else { "" }, message.seq)
        }
        Line::Event(event) => format!("event {}", event.seq),
        Line::Pending { head, .. } => format!("{}pending", if *head { "head " } else { "" }),
    };
    let lines = timeline(state, outbox, &reader(mark));
    let mut keys: Vec<Key> = lines.iter().map(Line::key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), lines.len(), "keys are unique");
    lines.iter().map(word).collect()
}

fn at_time(seq: Seq, author: u8, seconds: i64) -> Message {
    Message { created_at: at(seconds), ..message(seq, author) }
}

#[test]
fn messages_of_one_author_stand_together_until_five_minutes_pass_or_something_comes_between() {
    let messages = vec![
        at_time(3, 1, 0),
        at_time(4, 1, 300),
        at_time(5, 1, 601),
        at_time(6, 0, 602),
        at_time(8, 0, 603),
        at_time(9, 0, 86_400),
    ];
    let state = room(messages, vec![Event { created_at: at(602), ..event(7, EventKind::Renamed) }]);
    assert_eq!(
        words(&state, &Outbox::default(), None),
        ["day 0", "head 3", "4", "head 5", "head 6", "event 7", "head 8", "day 1", "head 9"]
    );
}

#[test]
fn the_new_line_stands_above_the_first_unread_message_of_another() {
    let deleted = Message { deleted_at: Some(at(5)), ..message(5, 1) };
    let state = room(vec![message(3, 1), message(4, 0), deleted, message(6, 1), message(7, 1)], vec![]);
    assert_eq!(
        words(&state, &Outbox::default(), Some(3)),
        ["day 0", "head 3", "head 4", "head 5", "new", "head 6", "7"]
    );
    assert_eq!(unread(&state, user(0), 3), Some(2));
    assert_eq!(unread(&state, user(0), 7), Some(0));
}

#[test]
fn a_window_that_does_not_reach_the_mark_tells_no_count_and_shows_no_new_line() {
    let mut state = RoomState::new(room_id());
    let reset = Changes {
        reset: true,
        previous: Some(50),
        messages: vec![message(50, 1), message(51, 1)],
        ..Server::new().feed(0, 0)
    };
    let _ = state.apply(&reset);
    assert_eq!(unread(&state, user(0), 20), None);
    assert_eq!(words(&state, &Outbox::default(), Some(20)), ["day 0", "head 50", "51"]);
    assert_eq!(words(&state, &Outbox::default(), Some(49)), ["day 0", "new", "head 50", "51"]);
}

#[test]
fn a_pending_message_stands_at_the_end_and_keeps_its_key_when_it_is_confirmed() {
    let mut state = room(vec![message(3, 0)], vec![]);
    let mut outbox = Outbox::default();
    outbox.push(room_id(), message_id(4), new_message("hi"), at(4));
    assert_eq!(words(&state, &outbox, None), ["day 0", "head 3", "pending"]);
    let key = timeline(&state, &outbox, &reader(None)).last().unwrap().key();
    state.add_message(&message(4, 0));
    assert_eq!(words(&state, &outbox, None), ["day 0", "head 3", "4"]);
    assert!(outbox.confirmed(message_id(4)));
    assert_eq!(timeline(&state, &outbox, &reader(None)).last().unwrap().key(), key);
}

#[test]
fn an_edit_or_a_deletion_stands_at_its_message_and_makes_no_line() {
    let state = room(vec![message(3, 0)], vec![]);
    let mut outbox = Outbox::default();
    outbox.edit(room_id(), message_id(3), "changed".into(), at(4));
    assert_eq!(words(&state, &outbox, None), ["day 0", "head 3"]);
    let lines = timeline(&state, &outbox, &reader(None));
    let Some(Line::Message { change: Some(change), .. }) = lines.last() else { panic!("{lines:?}") };
    assert_eq!(change.body(), Some("changed"));
}
