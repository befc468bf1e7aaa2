//! How somebody keeps a room.

use types::{ErrorCode, MyRoom, RoomId, RoomKind, UpdateMark};

use crate::support::{Person, Refused, Town};

async fn mine(person: &Person, room: RoomId) -> MyRoom {
    person.my_rooms().await.unwrap().items.into_iter().find(|mine| mine.room.id == room).unwrap()
}

#[tokio::test]
async fn a_room_is_muted_and_a_favourite_for_me_alone() {
    let town = Town::found("kept_rooms").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (davids, minas) = (david.heads().await.unwrap().me, mina.heads().await.unwrap().me);
    let muted = UpdateMark { muted: Some(true), ..UpdateMark::default() };
    let mark = david.keep_room(room, &muted).await.unwrap();
    assert_eq!((mark.muted, mark.favourite, mark.hidden_seq), (true, false, 0));
    let both = david.keep_room(room, &UpdateMark { favourite: Some(true), ..UpdateMark::default() }).await.unwrap();
    assert_eq!((both.muted, both.favourite), (true, true), "what is not named stays");
    assert_eq!(david.keep_room(room, &muted).await.unwrap(), both, "the same again changes nothing");
    assert_eq!(david.me_changes(davids, None).await.unwrap().marks, [both]);
    let now = mine(&david, room).await;
    assert_eq!((now.muted, now.favourite), (true, true));
    let hers = mine(&mina, room).await;
    assert_eq!((hers.muted, hers.favourite, mina.heads().await.unwrap().me), (false, false, minas));
    let loud = UpdateMark { muted: Some(false), favourite: Some(false), ..UpdateMark::default() };
    let mark = david.keep_room(room, &loud).await.unwrap();
    assert_eq!((mark.muted, mark.favourite), (false, false));
}

#[tokio::test]
async fn a_hidden_room_comes_back_with_the_next_message() {
    let town = Town::found("hidden_rooms").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "hello").await;
    let mark = david.keep_room(room, &UpdateMark { hidden: Some(true), ..UpdateMark::default() }).await.unwrap();
    assert_eq!(mark.hidden_seq, said.seq);
    let again = mina.say(room, "hello again").await;
    assert!(mine(&david, room).await.hidden_seq < again.seq);
    let mark = david.keep_room(room, &UpdateMark { hidden: Some(false), ..UpdateMark::default() }).await.unwrap();
    assert_eq!(mark.hidden_seq, 0);
}

#[tokio::test]
async fn who_is_not_in_a_room_has_no_way_to_keep_it() {
    let town = Town::found("kept_outside").await;
    let (ada, mina, david) = town.three().await;
    let garden = mina.create_room("garden", RoomKind::Public).await.unwrap().id;
    let plans = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let muted = UpdateMark { muted: Some(true), ..UpdateMark::default() };
    for outsider in [&ada, &david] {
        outsider.keep_room(plans, &muted).await.refused(ErrorCode::NotFound);
        outsider.keep_room(garden, &muted).await.refused(ErrorCode::NotAMember);
    }
}
