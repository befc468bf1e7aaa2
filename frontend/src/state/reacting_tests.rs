//! A wish shows at once, once, and is gone without a trace when it is taken back.

use types::{Epoch, Message, Reaction, RoomId, Time};

use super::*;

fn me() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn mina() -> UserId {
    "01890a5d-ac96-774b-bcce-b302099a8058".parse().unwrap()
}

fn id() -> MessageId {
    MessageId(uuid::Uuid::from_u128(1))
}

/// A message under which these people put a thumb.
fn room(people: &[UserId]) -> RoomState {
    let room: RoomId = "01890a5d-ac96-774b-bcce-b302099a8059".parse().unwrap();
    let mut changes = types::Changes::empty(room, Epoch("e".into()), 0);
    changes.messages.push(Message::text(id(), room, 1, mina(), "hi".into(), Time::default()));
    changes.reactions = (2..)
        .zip(people)
        .map(|(rev, user)| Reaction {
            message_id: id(),
            seq: 1,
            emoji: "👍".into(),
            user_id: *user,
            removed: false,
            count: rev - 1,
            rev,
        })
        .collect();
    changes.rev = 10;
    let mut rows = RoomState::new(room);
    let _ = rows.apply(&changes);
    rows
}

fn wish(emoji: &str, on: bool) -> Wish {
    Wish { id: id(), emoji: emoji.into(), on }
}

fn shown(rows: &RoomState, wishes: &[Wish]) -> Vec<(String, i64, bool)> {
    chips(rows, wishes, id(), me()).into_iter().map(|chip| (chip.emoji, chip.count, chip.mine)).collect()
}

#[test]
fn a_wish_is_shown_until_the_rows_tell_the_same() {
    let wished = [wish("👍", true), wish("🎉", true)];
    assert_eq!(shown(&room(&[mina()]), &wished), [("👍".into(), 2, true), ("🎉".into(), 1, true)]);
    assert_eq!(shown(&room(&[mina(), me()]), &wished[..1]), [("👍".into(), 2, true)]);
}

#[test]
fn the_last_one_to_take_theirs_back_takes_the_chip_along() {
    assert_eq!(shown(&room(&[me()]), &[wish("👍", false)]), []);
    assert_eq!(shown(&room(&[mina(), me()]), &[wish("👍", false)]), [("👍".into(), 1, false)]);
}

#[test]
fn a_wish_that_was_changed_meanwhile_is_not_ended_by_the_first_answer() {
    let owner = Owner::new();
    owner.set();
    let reacting = Reacting::new();
    assert!(reacting.wish(wish("👍", true)));
    assert!(!reacting.wish(wish("👍", false)));
    reacting.end(&wish("👍", true));
    assert_eq!(reacting.now(id(), "👍"), Some(false));
    reacting.end(&wish("👍", false));
    assert_eq!(reacting.now(id(), "👍"), None);
}
