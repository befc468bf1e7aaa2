//! My own rows: the newest wins, whichever way it came.

use types::{Epoch, Time};

use super::*;

fn id(n: u128) -> MessageId {
    MessageId(uuid::Uuid::from_u128(n))
}

fn kept(n: u128, rev: Rev) -> Saved {
    Saved {
        message_id: id(n),
        room_id: types::RoomId(uuid::Uuid::nil()),
        saved_at: Time::default(),
        remind_at: None,
        reminded_at: None,
        removed: false,
        rev,
    }
}

fn with_mine(act: impl FnOnce(Mine)) {
    Owner::new().with(|| act(Mine::new()));
}

fn span(since: Rev, rev: Rev) -> MeChanges {
    MeChanges { rev, ..MeChanges::empty(Epoch::default(), since) }
}

#[test]
fn an_older_row_does_not_take_the_place_of_a_newer_one() {
    with_mine(|mine| {
        mine.keep(&[Saved { removed: true, ..kept(1, 5) }]);
        mine.keep(&[kept(1, 4)]);
        assert!(!untrack(|| mine.is_saved(id(1))));
        mine.keep(&[kept(1, 6)]);
        assert!(untrack(|| mine.is_saved(id(1))));
    });
}

#[test]
fn a_span_that_does_not_follow_says_that_something_was_missed() {
    with_mine(|mine| {
        assert!(!mine.apply(&span(3, 4)));
        assert!(!mine.apply(&span(4, 5)));
        assert!(!mine.apply(&span(3, 5)));
        assert!(mine.apply(&span(7, 8)));
        assert_eq!(mine.rev(), Some(8));
    });
}

#[test]
fn a_reminder_is_told_once_and_until_it_is_answered() {
    with_mine(|mine| {
        let due = Saved { reminded_at: Some(Time::default()), ..kept(1, 5) };
        let changes = MeChanges { saved: vec![due.clone()], ..span(4, 5) };
        mine.apply(&changes);
        mine.apply(&changes);
        assert_eq!(untrack(|| mine.reminders()), [due]);
        mine.reminded(id(1));
        mine.apply(&changes);
        assert!(untrack(|| mine.reminders()).is_empty());
        let again = Saved { reminded_at: Some(Time::default()), ..kept(1, 8) };
        mine.apply(&MeChanges { saved: vec![again], ..span(5, 8) });
        assert_eq!(untrack(|| mine.reminders()).len(), 1);
        mine.keep(&[Saved { removed: true, ..kept(1, 9) }]);
        assert!(untrack(|| mine.reminders()).is_empty());
    });
}
