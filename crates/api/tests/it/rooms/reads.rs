//! Read marks and what is unread above them.

use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, MyRoom, RoomId, RoomKind};

use crate::support::{Person, Refused, Town, until};

async fn mine(person: &Person, room: RoomId) -> MyRoom {
    person.my_rooms().await.unwrap().items.into_iter().find(|mine| mine.room.id == room).unwrap()
}

#[tokio::test]
async fn what_others_wrote_and_did_not_delete_is_unread_above_the_mark() {
    let town = Town::found("unread_counts").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    assert_eq!(mine(&david, room).await.unread, 0);
    let first = mina.say(room, "one").await;
    let second = mina.say(room, "two").await;
    mina.say(room, "three").await;
    let last = david.say(room, "mine").await;
    assert_eq!((mine(&david, room).await.unread, mine(&david, room).await.last_at), (3, Some(last.created_at)));
    mina.delete_message(second.id).await.unwrap();
    assert_eq!(mine(&david, room).await.unread, 2);
    david.set_read(room, first.seq, false).await.unwrap();
    let now = mine(&david, room).await;
    assert_eq!((now.read_seq, now.unread), (first.seq, 1));
}

#[tokio::test]
async fn a_mark_only_rises_unless_it_is_marked_unread() {
    let town = Town::found("marks_rise").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let first = mina.say(room, "one").await;
    let second = mina.say(room, "two").await;
    david.set_read(room, second.seq, false).await.unwrap();
    david.set_read(room, first.seq, false).await.unwrap();
    assert_eq!(mine(&david, room).await.read_seq, second.seq);
    david.set_read(room, first.seq, true).await.unwrap();
    let now = mine(&david, room).await;
    assert_eq!((now.read_seq, now.unread), (first.seq, 1));
    assert_eq!(mine(&mina, room).await.unread, 0);
}

#[tokio::test]
async fn a_mark_is_a_row_of_ones_own_stream_and_of_nobody_elses() {
    let town = Town::found("marks_stream").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "one").await;
    let (davids, minas) = (david.heads().await.unwrap().me, mina.heads().await.unwrap().me);
    david.set_read(room, said.seq, false).await.unwrap();
    let changes = david.me_changes(davids, None).await.unwrap();
    assert_eq!(changes.marks.iter().map(|mark| mark.read_seq).collect::<Vec<_>>(), [said.seq]);
    assert_eq!(mina.heads().await.unwrap().me, minas);
    david.set_read(room, -1, false).await.invalid("seq", "out_of_range");
    let nowhere = RoomId("0190d0f0-0000-7000-8000-000000000000".parse().unwrap());
    david.set_read(nowhere, 1, false).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn what_is_marked_unread_is_not_read_again_by_what_was_seen_before() {
    let town = Town::found("marks_lowered").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (first, second) = (mina.say(room, "one").await, mina.say(room, "two").await);
    let mut socket = david.listen(&[room]).await;
    // Seen on a device: noted, answered, and written within the second.
    let read = ClientFrame::Read { reference: Some("seen".into()), room_id: room, seq: second.seq };
    socket.send(&read).await.unwrap();
    let pick = |frame| matches!(frame, ServerFrame::Ok { reference, .. } if reference == "seen").then_some(());
    socket.expect("the note", pick).await.unwrap();
    david.set_read(room, first.seq, true).await.unwrap();
    api::rooms::reads::flush(&town.node.app).await.unwrap();
    assert_eq!(mine(&david, room).await.read_seq, first.seq);
    // A mark that is not lowered leaves what was seen above it.
    socket.send(&read).await.unwrap();
    socket.expect("the note", pick).await.unwrap();
    david.set_read(room, first.seq, false).await.unwrap();
    until("what was seen to be written", async || mine(&david, room).await.read_seq == second.seq).await;
}
