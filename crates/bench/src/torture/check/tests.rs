//! Each rule is broken by hand once, beside a history in which nothing is wrong.

use types::{ErrorCode, MessageId, RoomId, UserId};
use uuid::Uuid;

use super::super::record::{Act, Micros, Operation, Outcome, Receipt, Seen, SeenMessage, Span};
use super::{Held, History, Listener, Row, check};

const ROOM: RoomId = RoomId(Uuid::from_u128(1));
const ADA: UserId = UserId(Uuid::from_u128(10));
const MINA: UserId = UserId(Uuid::from_u128(11));

fn id(number: u128) -> MessageId {
    MessageId(Uuid::from_u128(100 + number))
}

fn post(number: u64, invoke: Micros, end: Micros, outcome: Outcome) -> Operation {
    let act = Act::Post { room: ROOM, message: id(u128::from(number)), number };
    Operation { who: ADA, node: 0, act, invoke, end, outcome }
}

fn row(number: u128, seq: i64) -> Row {
    let body = format!("{} hello", id(number));
    Row { id: id(number), seq, rev: seq, author: ADA, body, deleted: false, replies: 0, reactions: 0 }
}

fn span(since: i64, rev: i64, messages: &[(u128, i64)]) -> Receipt {
    let messages = messages.iter().map(|(n, seq)| SeenMessage { id: id(*n), seq: *seq, rev: *seq }).collect();
    let span = Span { room: ROOM, since, rev, feed: false, reset: None, messages, others: Vec::new() };
    Receipt { reader: 0, at: rev as Micros * 100, seen: Seen::Span(span) }
}

/// Two messages, told to one reader who holds both.
fn good() -> History {
    let rows = vec![row(1, 5), row(2, 6)];
    let mut history = History {
        operations: vec![post(1, 100, 200, Outcome::Ok(Some(5))), post(2, 300, 400, Outcome::Ok(Some(6)))],
        receipts: vec![
            Receipt { reader: 0, at: 0, seen: Seen::Opened { node: 0, held: vec![(ROOM, 4)] } },
            span(4, 5, &[(1, 5)]),
            span(5, 6, &[(2, 6)]),
        ],
        readers: vec![Listener { reader: 0, user: MINA, stays_in: vec![ROOM] }],
        held: vec![Held { reader: 0, room: ROOM, rev: 6, from: 0, messages: rows.clone() }],
        ..History::default()
    };
    history.truth.heads.insert(ROOM, 6);
    history.truth.messages.insert(ROOM, rows);
    history
}

/// The rules that a history breaks.
fn broken(history: &History) -> Vec<&'static str> {
    let mut rules: Vec<_> = check(history).into_iter().map(|violation| violation.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn truth(history: &mut History) -> &mut Vec<Row> {
    history.truth.messages.get_mut(&ROOM).unwrap()
}

#[test]
fn nothing_is_wrong_with_a_good_history() {
    assert_eq!(broken(&good()), [""; 0]);
}

#[test]
fn a_lost_message_is_found() {
    let mut history = good();
    truth(&mut history).remove(0);
    assert!(broken(&history).contains(&"durable"));
}

#[test]
fn a_message_at_another_place_than_told_is_found() {
    let mut history = good();
    history.operations[1].outcome = Outcome::Ok(Some(7));
    assert_eq!(broken(&history), ["durable"]);
}

#[test]
fn an_unknown_post_that_was_asked_for_again_is_settled_and_one_that_was_not_is_found() {
    let mut history = good();
    history.operations.insert(0, post(1, 50, 90, Outcome::Unknown("cut".into())));
    assert_eq!(broken(&history), [""; 0]);
    history.operations.retain(|o| !matches!(o.outcome, Outcome::Ok(Some(5))));
    assert_eq!(broken(&history), ["resolved"]);
}

#[test]
fn a_second_copy_under_another_id_is_found() {
    let mut history = good();
    let copy = Row { id: id(3), seq: 7, ..row(1, 7) };
    truth(&mut history).push(copy);
    assert!(broken(&history).contains(&"once"));
}

#[test]
fn two_places_for_one_post_are_found() {
    let mut history = good();
    history.operations.push(post(1, 500, 600, Outcome::Ok(Some(9))));
    assert!(broken(&history).contains(&"once"));
}

#[test]
fn a_refused_message_that_is_there_is_found() {
    let mut history = good();
    history.operations[0].outcome = Outcome::Fail(ErrorCode::NotFound);
    assert_eq!(broken(&history), ["no phantom"]);
}

#[test]
fn a_message_nobody_sent_is_found() {
    let mut history = good();
    history.operations.remove(0);
    assert_eq!(broken(&history), ["no phantom"]);
}

#[test]
fn a_lost_edit_and_a_deletion_undone_are_found() {
    let mut history = good();
    let edit = Act::Edit { message: id(1), body: "new".into() };
    history.operations.push(Operation { act: edit, ..post(1, 500, 600, Outcome::Ok(Some(7))) });
    assert_eq!(broken(&history), ["changes kept"]);
    history.operations.pop();
    let delete = Act::Delete { message: id(1) };
    history.operations.push(Operation { act: delete, ..post(1, 500, 600, Outcome::Ok(None)) });
    assert_eq!(broken(&history), ["changes kept"]);
}

#[test]
fn an_acknowledged_message_that_was_not_to_be_read_is_found() {
    let mut history = good();
    let read = Act::ReadBack { room: ROOM, message: id(1) };
    history.operations.push(Operation { act: read, ..post(1, 500, 600, Outcome::Ok(None)) });
    assert_eq!(broken(&history), ["readable after ack"]);
}

#[test]
fn an_order_against_time_is_found() {
    let mut history = good();
    (history.operations[0].outcome, history.operations[1].outcome) = (Outcome::Ok(Some(6)), Outcome::Ok(Some(5)));
    let rules = broken(&history);
    assert!(rules.contains(&"real time") && rules.contains(&"per sender"));
}

#[test]
fn a_gap_is_found_and_a_new_connection_or_a_reset_is_none() {
    let mut history = good();
    history.receipts[2] = span(6, 7, &[(2, 6)]);
    assert_eq!(broken(&history), ["gapless"]);
    let opened = Receipt { reader: 0, at: 550, seen: Seen::Opened { node: 1, held: vec![(ROOM, 6)] } };
    history.receipts.insert(2, opened);
    assert_eq!(broken(&history), [""; 0]);
    history.receipts.remove(2);
    let Seen::Span(span) = &mut history.receipts[2].seen else { panic!("the last receipt is a span") };
    span.reset = Some(0);
    assert_eq!(broken(&history), [""; 0]);
}

#[test]
fn a_span_told_twice_is_found() {
    let mut history = good();
    history.receipts.push(span(5, 6, &[(2, 6)]));
    assert_eq!(broken(&history), ["gapless"]);
}

#[test]
fn a_message_told_but_not_true_is_found() {
    let mut history = good();
    history.receipts[1] = span(4, 5, &[(1, 5), (3, 5)]);
    assert_eq!(broken(&history), ["told is true"]);
}

#[test]
fn a_message_never_told_is_found_unless_a_reset_spared_it() {
    let mut history = good();
    history.receipts[1] = span(4, 5, &[]);
    assert_eq!(broken(&history), ["everything told"]);
    let Seen::Span(last) = &mut history.receipts[2].seen else { panic!("the last receipt is a span") };
    last.reset = Some(6);
    assert_eq!(broken(&history), [""; 0]);
}

#[test]
fn a_reader_who_holds_something_else_is_found() {
    let mut history = good();
    history.held[0].messages[0].body = "other".into();
    assert_eq!(broken(&history), ["equals the database"]);
    history = good();
    history.held[0].messages.pop();
    assert_eq!(broken(&history), ["equals the database"]);
    history = good();
    history.held[0].rev = 5;
    assert_eq!(broken(&history), ["equals the database"]);
    history = good();
    history.held[0].messages.remove(0);
    history.held[0].from = 6;
    assert_eq!(broken(&history), [""; 0]);
}

/// The reader, a member for a while, was removed at revision 5 and asked back at `asked`.
fn removed_at_five(asked: Micros) -> History {
    let mut history = good();
    history.readers[0].stays_in.clear();
    history.truth.comings.insert((ROOM, MINA), vec![(5, false), (8, true)]);
    let add = Act::Add { room: ROOM, user: MINA, cycle: 0 };
    history.operations.push(Operation { act: add, ..post(1, asked, asked + 10, Outcome::Ok(None)) });
    history
}

#[test]
fn what_a_removed_person_is_told_is_found_and_what_they_are_told_after_their_return_is_good() {
    assert_eq!(broken(&removed_at_five(1_000)), ["nothing above a removal"]);
    assert_eq!(broken(&removed_at_five(550)), [""; 0]);
}

#[test]
fn what_a_removed_person_posts_is_found() {
    let mut history = removed_at_five(550);
    assert_eq!(broken(&history), [""; 0]);
    truth(&mut history)[1].author = MINA;
    history.held[0].messages[1].author = MINA;
    assert_eq!(broken(&history), ["nothing by the removed"]);
}
