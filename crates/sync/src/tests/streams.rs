//! The rules of `apply` one by one, the same for the three streams.

use types::*;

use super::model::{Act, Server};
use super::{at, message, room_id, user};
use crate::{Asked, MeState, Outcome, RoomState, SiteState};

fn epoch(name: &str) -> Epoch {
    Epoch(name.into())
}

fn mark(read_seq: Seq, rev: Rev) -> Mark {
    let (joined, hidden_seq, muted, favourite, removed_by) = (true, 0, false, false, None);
    Mark { room_id: room_id(), joined, read_seq, hidden_seq, muted, favourite, removed_by, rev }
}

fn me_changes(since: Rev, rev: Rev, marks: Vec<Mark>) -> MeChanges {
    MeChanges { rev, marks, ..MeChanges::empty(epoch("one"), since) }
}

#[test]
fn my_stream_knows_gaps_repeats_resets_and_another_history() {
    let mut me = MeState::starting(epoch("one"), 3);
    assert_eq!(me.apply(&me_changes(3, 4, vec![mark(10, 4)])), Outcome::Applied);
    assert_eq!(me.apply(&me_changes(3, 4, vec![mark(1, 4)])), Outcome::Known);
    assert_eq!(me.apply(&me_changes(6, 7, vec![mark(20, 7)])), Outcome::Gap { since: 4 });
    assert_eq!(me.apply(&me_changes(4, 7, vec![mark(20, 7)])), Outcome::Applied);
    assert_eq!(me.apply(&MeChanges { epoch: epoch("two"), ..me_changes(7, 8, vec![]) }), Outcome::OtherEpoch);
    assert_eq!((me.rev(), me.read_seq(room_id())), (7, Some(20)));
    let reset = MeChanges { epoch: epoch("two"), reset: true, ..me_changes(0, 2, vec![mark(5, 2)]) };
    assert_eq!(me.apply(&reset), Outcome::Reset);
    assert_eq!((me.rev(), me.read_seq(room_id())), (2, Some(5)));
}

#[test]
fn a_person_told_by_an_old_page_does_not_replace_a_newer_row() {
    let ada = |name: &str, rev| User {
        id: user(0),
        username: "ada".into(),
        display_name: name.into(),
        bio: String::new(),
        status_text: String::new(),
        avatar: None,
        site_role: SiteRole::Owner,
        bot: false,
        created_at: at(0),
        rev,
    };
    let mut site = SiteState::starting(epoch("one"), 5);
    let users = vec![ada("Ada Lovelace", 6)];
    let changes = SiteChanges { rev: 6, users, ..SiteChanges::empty(epoch("one"), 5) };
    assert_eq!(site.apply(&changes), Outcome::Applied);
    site.add_users(&[ada("Ada", 2)]);
    assert_eq!(site.user(user(0)).unwrap().display_name, "Ada Lovelace");
    assert_eq!(site.apply(&changes), Outcome::Known);
}

#[test]
fn a_page_never_moves_the_known_revision_and_an_answer_neither() {
    let mut server = Server::new();
    let mut state = RoomState::new(room_id());
    assert_eq!(state.apply(&server.feed(0, 10)), Outcome::Applied);
    let known = state.rev();
    let posted = server.act(&Act::Post(0)).unwrap();
    state.add_message(&posted.messages[0]);
    assert_eq!(state.add_page(&server.page(None, Asked::Newest, 10), Asked::Newest), None);
    assert_eq!((state.rev(), state.messages().count()), (known, 1));
    assert_eq!(state.apply(&posted), Outcome::Applied);
    assert_eq!(state.messages().count(), 1);
}

#[test]
fn a_change_outside_the_window_makes_no_line() {
    let mut server = Server::new();
    (0..30).for_each(|_| drop(server.act(&Act::Post(0))));
    let mut state = RoomState::new(room_id());
    let _ = state.apply(&server.reset(10));
    let edited = server.act(&Act::Edit(2)).unwrap();
    assert_eq!(state.apply(&edited), Outcome::Applied);
    assert_eq!(state.messages().count(), 10);
    let before = state.window().unwrap().previous().unwrap();
    state.add_page(&server.page(None, Asked::Before(before), 100), Asked::Before(before));
    assert!(state.messages().any(|message| message.edited_at.is_some()));
}

#[test]
fn a_page_older_than_a_reset_asks_to_be_completed() {
    let mut server = Server::new();
    (0..30).for_each(|_| drop(server.act(&Act::Post(0))));
    let mut state = RoomState::new(room_id());
    let old = server.clone();
    server.act(&Act::Edit(3)).unwrap();
    let _ = state.apply(&server.reset(10));
    let before = state.window().unwrap().previous().unwrap();
    let page = old.page(None, Asked::Before(before), 100);
    let since = state.add_page(&page, Asked::Before(before));
    assert_eq!(since, Some(old.rev));
    assert_eq!(state.complete(&server.feed(old.rev, 100)), None);
    assert_eq!(state.messages().filter(|message| message.edited_at.is_some()).count(), 1);
}

#[test]
fn a_page_beside_a_window_that_has_moved_is_left_out() {
    let mut server = Server::new();
    (0..30).for_each(|_| drop(server.act(&Act::Post(0))));
    let mut state = RoomState::new(room_id());
    let _ = state.apply(&server.reset(5));
    let window = state.window();
    assert_eq!(state.add_page(&server.page(None, Asked::Before(10), 5), Asked::Before(10)), None);
    assert_eq!(state.window(), window);
    assert_eq!(state.messages().count(), 5);
}

#[test]
fn another_rooms_row_is_not_taken() {
    let mut state = RoomState::new(room_id());
    state.add_message(&Message { room_id: RoomId(uuid::Uuid::nil()), ..message(4, 0) });
    assert!(state.message(super::message_id(4)).is_none());
}

#[test]
fn a_snapshot_is_the_room_again_and_goes_on_from_its_revision() {
    let mut server = Server::new();
    (0..30).for_each(|_| drop(server.act(&Act::Post(0))));
    let mut state = RoomState::new(room_id());
    let _ = state.apply(&server.feed(0, usize::MAX));
    let kept = state.snapshot(state.epoch(), 10).unwrap();
    let mut again = RoomState::new(room_id());
    assert_eq!(again.apply(&kept), Outcome::Reset);
    assert_eq!((again.rev(), again.messages().count()), (state.rev(), 10));
    assert!(again.messages().eq(state.messages().skip(20)));
    let edited = server.act(&Act::Edit(25)).unwrap();
    assert_eq!(again.apply(&edited), Outcome::Applied);
    let before = again.window().unwrap().previous().unwrap();
    again.add_page(&server.page(None, Asked::Before(before), 100), Asked::Before(before));
    let _ = state.apply(&edited);
    assert!(again.messages().eq(state.messages()) && again.events().eq(state.events()));
    assert_eq!(again.window().unwrap().previous(), None);
}

#[test]
fn a_window_that_does_not_reach_the_end_gives_no_snapshot() {
    let mut server = Server::new();
    (0..30).for_each(|_| drop(server.act(&Act::Post(0))));
    let mut state = RoomState::new(room_id());
    assert_eq!(state.snapshot(&epoch("one"), 10), None);
    let page = server.page(None, Asked::Before(20), 5);
    state.add_page(&page, Asked::Before(20));
    assert_eq!(state.snapshot(&epoch("one"), 10), None);
}

#[test]
fn a_category_takes_the_place_of_an_older_one_whether_told_by_the_stream_or_a_list() {
    let row = |name: &str, removed, rev| Category {
        id: CategoryId(uuid::Uuid::from_u128(1)),
        name: name.into(),
        position: 0,
        removed,
        rev,
    };
    let mut site = SiteState::starting(epoch("one"), 5);
    let told = SiteChanges { rev: 7, categories: vec![row("Work", false, 7)], ..SiteChanges::empty(epoch("one"), 5) };
    assert_eq!(site.apply(&told), Outcome::Applied);
    site.add_categories(&[row("Old", false, 3)]);
    assert!(site.categories().values().eq([&row("Work", false, 7)]));
    let gone = SiteChanges { rev: 8, categories: vec![row("Work", true, 8)], ..SiteChanges::empty(epoch("one"), 7) };
    assert_eq!(site.apply(&gone), Outcome::Applied);
    assert!(site.categories().values().all(|row| row.removed));
}
