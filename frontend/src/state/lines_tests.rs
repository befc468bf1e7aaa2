//! What a row shows while something about it is under way.

use types::Rev;

use super::*;

fn author() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn message(rev: Rev) -> Message {
    let (id, room) = (MessageId(uuid::Uuid::from_u128(1)), "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap());
    Message { rev, ..Message::text(id, room, 1, author(), "as it was".into(), Time::default()) }
}

/// The one message with what the outbox says of it.
fn shown(outbox: &Outbox) -> Shown {
    let message = message(1);
    let change = outbox.change_of(message.room_id, message.id);
    confirmed(&message, true, change, author())
}

#[test]
fn an_edit_is_shown_as_if_it_were_done_and_so_is_a_deletion() {
    let (id, room) = (message(1).id, message(1).room_id);
    let mut outbox = Outbox::default();
    assert_eq!(shown(&outbox).standing, Standing::Sent);
    outbox.edit(room, id, "as it will be".into(), Time::default());
    assert_eq!((shown(&outbox).body.as_str(), shown(&outbox).standing), ("as it will be", Standing::Pending));
    outbox.remove(room, id, Time::default());
    assert!(shown(&outbox).deleted && shown(&outbox).standing == Standing::Pending);
}

#[test]
fn a_refused_deletion_shows_the_message_again_and_why() {
    let (id, room) = (message(1).id, message(1).room_id);
    let mut outbox = Outbox::default();
    outbox.remove(room, id, Time::default());
    outbox.next_to_send(room);
    outbox.failed(id, ErrorCode::NotAllowed, false);
    let failed = Standing::Failed { code: ErrorCode::NotAllowed, refused: Refused::Deletion };
    assert_eq!((shown(&outbox).deleted, shown(&outbox).body.as_str()), (false, "as it was"));
    assert_eq!(shown(&outbox).standing, failed);
}

#[test]
fn a_text_changed_while_it_waits_is_another_row() {
    let (id, room) = (message(1).id, message(1).room_id);
    let mut outbox = Outbox::default();
    outbox.edit(room, id, "a".into(), Time::default());
    let before = mark(outbox.change_of(room, id).unwrap());
    outbox.edit(room, id, "b".into(), Time::default());
    assert_ne!(mark(outbox.change_of(room, id).unwrap()), before);
}
