//! Who sees a room. Each refusal is asked for by somebody who exists, of a room that exists.

use client::text;
use sync::Asked;
use types::{
    ErrorCode, MessageId, NewInvite, NewScheduled, RoomId, RoomKind, RoomRole, UpdateMark, UpdateRoom, UserId,
};

use crate::support::{Person, Refused, Town};

/// Everything one can ask of a room from inside it, refused with this code.
pub(super) async fn everything_inside_is_refused(person: &Person, room: RoomId, other: UserId, code: ErrorCode) {
    person.messages(room, Asked::Newest, None).await.refused(code);
    person.changes(room, 0, None).await.refused(code);
    person.members(room, None, None).await.refused(code);
    person.post(room, &text("hello")).await.refused(code);
    person.set_read(room, 1, false).await.refused(code);
    person.keep_room(room, &UpdateMark::default()).await.refused(code);
    person.set_draft(room, "begun").await.refused(code);
    let send_at = chrono::Utc::now() + chrono::Duration::hours(1);
    let later = NewScheduled { id: None, body: "later".into(), parent_id: None, send_at };
    person.schedule(room, &later).await.refused(code);
    person.leave(room).await.refused(code);
    person.invites(room).await.refused(code);
    person.create_invite(room, &NewInvite::default()).await.refused(code);
    person.add_members(room, &[other]).await.refused(code);
    person.set_role(room, other, RoomRole::Admin).await.refused(code);
    person.remove_member(room, other).await.refused(code);
    person.delete_room(room).await.refused(code);
    let rename = UpdateRoom { name: Some("taken over".into()), ..UpdateRoom::default() };
    person.update_room(room, &rename).await.refused(code);
}

/// Everything one can ask of a message of a room one is not in: it is nowhere.
pub(super) async fn nothing_is_known_of(person: &Person, id: MessageId) {
    let code = ErrorCode::NotFound;
    person.message(id).await.refused(code);
    person.edit(id, "mine now").await.refused(code);
    person.delete_message(id).await.refused(code);
    person.history(id).await.refused(code);
    person.save(id, None).await.refused(code);
    person.reads(id, None, None).await.refused(code);
    person.follow_thread(id, true).await.refused(code);
    person.read_thread(id, 1, false).await.refused(code);
    person.set_thread_draft(id, "begun").await.refused(code);
}

#[tokio::test]
async fn a_private_room_does_not_exist_for_an_outsider_not_even_for_the_sites_owner() {
    let town = Town::found("private_room_outsider").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.create_room("plans", RoomKind::Private).await.unwrap();
    let said = mina.say(room.id, "just between us").await;
    for outsider in [&ada, &david] {
        outsider.room(room.id).await.refused(ErrorCode::NotFound);
        outsider.join(room.id).await.refused(ErrorCode::NotFound);
        everything_inside_is_refused(outsider, room.id, mina.id(), ErrorCode::NotFound).await;
        nothing_is_known_of(outsider, said.id).await;
        let listed = outsider.directory().await.unwrap().items;
        assert!(listed.iter().all(|entry| entry.room.id != room.id));
    }
    assert_eq!(mina.message(said.id).await.unwrap(), said);
}

#[tokio::test]
async fn a_public_room_is_seen_from_outside_and_entered_only_by_joining() {
    let town = Town::found("public_room_outside").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.create_room("garden", RoomKind::Public).await.unwrap();
    let said = mina.say(room.id, "the roses are out").await;
    let view = david.room(room.id).await.unwrap();
    assert_eq!((view.room.id, view.member_count, view.joined), (room.id, 1, false));
    everything_inside_is_refused(&david, room.id, mina.id(), ErrorCode::NotAMember).await;
    nothing_is_known_of(&david, said.id).await;
    let view = david.join(room.id).await.unwrap();
    assert_eq!((view.member_count, view.joined), (2, true));
    assert_eq!(david.message(said.id).await.unwrap(), said);
    assert_eq!(david.messages(room.id, Asked::Newest, None).await.unwrap().items, [said]);
}

#[tokio::test]
async fn nobody_is_anybody_without_a_token() {
    let town = Town::found("no_token").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap();
    let stranger = town.stranger();
    stranger.room(room.id).await.refused(ErrorCode::NotSignedIn);
    stranger.my_rooms().await.refused(ErrorCode::NotSignedIn);
    stranger.directory().await.refused(ErrorCode::NotSignedIn);
    stranger.post(room.id, &text("hi")).await.refused(ErrorCode::NotSignedIn);
    stranger.changes(room.id, 0, None).await.refused(ErrorCode::NotSignedIn);
    stranger.site().await.unwrap();
}

#[tokio::test]
async fn a_room_that_never_was_is_not_found() {
    let town = Town::found("no_such_room").await;
    let ada = town.person("ada").await;
    let room = RoomId("0190d0f0-0000-7000-8000-000000000000".parse().unwrap());
    ada.room(room).await.refused(ErrorCode::NotFound);
    ada.join(room).await.refused(ErrorCode::NotFound);
    ada.post(room, &text("hi")).await.refused(ErrorCode::NotFound);
}
