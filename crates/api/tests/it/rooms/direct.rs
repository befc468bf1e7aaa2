//! Direct conversations: between the same people for ever.

use std::collections::HashSet;

use client::text;
use sync::Asked;
use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, MyRoom, NewInvite, PresenceStatus, RoomId, RoomKind, RoomRole, UpdateMark, UpdateRoom, UserId};

use super::access::{everything_inside_is_refused, nothing_is_known_of};
use crate::support::{Person, Refused, Town};

async fn mine(person: &Person, room: RoomId) -> MyRoom {
    person.my_rooms().await.unwrap().items.into_iter().find(|mine| mine.room.id == room).unwrap()
}

async fn is_hidden(person: &Person, room: RoomId) -> bool {
    let mine = mine(person, room).await;
    mine.hidden_seq > 0 && mine.hidden_seq >= mine.last_seq
}

#[tokio::test]
async fn the_same_people_have_the_same_conversation_whoever_asks_and_in_whatever_order() {
    let town = Town::found("direct").await;
    let (ada, mina, david) = town.three().await;
    let two = mina.open_direct(&[david.id()]).await.unwrap();
    assert_eq!((two.kind, &two.name), (RoomKind::Direct, &None));
    let mut people = vec![mina.id(), david.id()];
    people.sort();
    assert_eq!(two.user_ids, people);
    assert_eq!(david.open_direct(&[mina.id(), david.id(), mina.id()]).await.unwrap(), two);
    let three = mina.open_direct(&[david.id(), ada.id()]).await.unwrap();
    assert_ne!(three.id, two.id);
    assert_eq!(ada.open_direct(&[david.id(), mina.id()]).await.unwrap(), three);
    let members = david.members(three.id, None, None).await.unwrap().items;
    assert_eq!(members.iter().map(|member| member.role).collect::<Vec<_>>(), [RoomRole::Member; 3]);
    assert!(ada.directory().await.unwrap().items.iter().all(|entry| entry.room.id != three.id));
}

#[tokio::test]
async fn those_who_ask_at_the_same_moment_on_two_nodes_get_one_conversation() {
    let town = Town::found("direct_at_once").await;
    let (_ada, mina, david) = town.three().await;
    let far = town.second_node().await;
    let there = david.at_node(&far);
    for name in ["yuki", "tom", "ines", "noor"] {
        let other = town.person(name).await.id();
        let (mine, theirs) = (&[david.id(), other], &[mina.id(), other]);
        let asked = tokio::join!(
            mina.open_direct(mine),
            there.open_direct(theirs),
            mina.open_direct(mine),
            there.open_direct(theirs)
        );
        let rooms = [asked.0, asked.1, asked.2, asked.3].map(|room| room.unwrap().id);
        assert_eq!(HashSet::from(rooms).len(), 1, "{rooms:?}");
        let said = mina.say(rooms[0], "hello").await;
        assert_eq!(there.message(said.id).await.unwrap(), said);
    }
}

#[tokio::test]
async fn it_is_in_the_others_list_only_once_something_is_written() {
    let town = Town::found("direct_hidden").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.open_direct(&[david.id()]).await.unwrap().id;
    assert!(!is_hidden(&mina, room).await);
    assert!(is_hidden(&david, room).await);
    let said = mina.say(room, "hello").await;
    assert!(!is_hidden(&david, room).await);
    assert_eq!(mine(&david, room).await.unread, 1);
    // Out of sight until something new comes, or it is asked for.
    let hide = UpdateMark { hidden: Some(true), ..UpdateMark::default() };
    david.keep_room(room, &hide).await.unwrap();
    assert!(is_hidden(&david, room).await);
    mina.edit(said.id, "hello, David").await.unwrap();
    assert!(is_hidden(&david, room).await, "an edit is nothing new");
    assert_eq!(david.open_direct(&[mina.id()]).await.unwrap().id, room);
    assert!(!is_hidden(&david, room).await);
    david.keep_room(room, &hide).await.unwrap();
    mina.say(room, "are you there?").await;
    assert!(!is_hidden(&david, room).await);
}

#[tokio::test]
async fn nobody_comes_goes_or_rules_and_there_is_nothing_to_change() {
    let town = Town::found("direct_stays").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.open_direct(&[david.id(), ada.id()]).await.unwrap().id;
    let changes = [
        UpdateRoom { name: Some("ours".into()), ..UpdateRoom::default() },
        UpdateRoom { topic: Some("us".into()), ..UpdateRoom::default() },
        UpdateRoom { kind: Some(RoomKind::Public), ..UpdateRoom::default() },
        UpdateRoom { archived: Some(true), ..UpdateRoom::default() },
    ];
    let head = mina.changes(room, 0, None).await.unwrap().rev;
    for person in [&ada, &mina, &david] {
        for change in &changes {
            person.update_room(room, change).await.refused(ErrorCode::NotAllowed);
        }
        person.delete_room(room).await.refused(ErrorCode::NotAllowed);
        person.leave(room).await.refused(ErrorCode::NotAllowed);
        person.add_members(room, &[yuki.id()]).await.refused(ErrorCode::NotAllowed);
        person.remove_member(room, mina.id()).await.refused(ErrorCode::NotAllowed);
        person.set_role(room, mina.id(), RoomRole::Admin).await.refused(ErrorCode::NotAllowed);
        person.create_invite(room, &NewInvite::default()).await.refused(ErrorCode::NotAllowed);
        person.invites(room).await.refused(ErrorCode::NotAllowed);
    }
    assert_eq!(mina.changes(room, 0, None).await.unwrap().rev, head);
    let said = mina.say(room, "hello").await;
    david.delete_message(said.id).await.refused(ErrorCode::NotAllowed);
}

#[tokio::test]
async fn for_outsiders_it_does_not_exist_not_even_for_the_sites_owner() {
    let town = Town::found("direct_outsiders").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.open_direct(&[david.id()]).await.unwrap().id;
    let said = mina.say(room, "just between us").await;
    for outsider in [&ada, &yuki] {
        outsider.room(room).await.refused(ErrorCode::NotFound);
        outsider.join(room).await.refused(ErrorCode::NotFound);
        everything_inside_is_refused(outsider, room, mina.id(), ErrorCode::NotFound).await;
        nothing_is_known_of(outsider, said.id).await;
        assert!(outsider.my_rooms().await.unwrap().items.iter().all(|mine| mine.room.id != room));
    }
}

#[tokio::test]
async fn notes_to_oneself_are_a_conversation_of_one() {
    let town = Town::found("direct_notes").await;
    let (_ada, mina, david) = town.three().await;
    let notes = mina.open_direct(&[mina.id()]).await.unwrap();
    assert_eq!(notes.user_ids, [mina.id()]);
    assert_eq!(mina.open_direct(&[mina.id()]).await.unwrap(), notes);
    assert_ne!(david.open_direct(&[david.id()]).await.unwrap().id, notes.id);
    let said = mina.say(notes.id, "buy seeds").await;
    assert_eq!(mina.messages(notes.id, Asked::Newest, None).await.unwrap().items, [said]);
    david.post(notes.id, &text("hello")).await.refused(ErrorCode::NotFound);
    mina.leave(notes.id).await.refused(ErrorCode::NotAllowed);
}

#[tokio::test]
async fn it_is_between_people_who_exist_and_ten_at_most() {
    let town = Town::found("direct_input").await;
    let ada = town.person("ada").await;
    ada.open_direct(&[]).await.invalid("user_ids", "out_of_range");
    let nobody = || UserId(uuid::Uuid::now_v7());
    ada.open_direct(&[nobody()]).await.invalid("user_ids", "unknown");
    let many: Vec<UserId> = (0..10).map(|_| nobody()).collect();
    ada.open_direct(&many).await.invalid("user_ids", "out_of_range");
    ada.open_direct(&many[1..]).await.invalid("user_ids", "unknown");
}

#[tokio::test]
async fn the_other_hears_of_it_at_once_sees_who_types_and_who_is_here() {
    let town = Town::found("direct_live").await;
    let (_ada, mina, david) = town.three().await;
    // Nothing else is shared.
    let general = david.my_rooms().await.unwrap().items[0].room.id;
    david.leave(general).await.unwrap();
    let mut davids = david.listen(&[]).await;
    let observe = ClientFrame::Observe { reference: Some("o".into()), user_ids: vec![mina.id()] };
    davids.send(&observe).await.unwrap();
    let presence = |frame| match frame {
        ServerFrame::Presence { items } => Some(items),
        _ => None,
    };
    assert_eq!(davids.expect("presence", presence).await.unwrap(), [], "they are strangers");

    let room = mina.open_direct(&[david.id()]).await.unwrap().id;
    let joined = |frame| match frame {
        ServerFrame::MeChanges(changes) => changes.marks.iter().any(|m| m.room_id == room && m.joined).then_some(()),
        _ => None,
    };
    davids.expect("the conversation", joined).await.unwrap();
    let said = mina.say(room, "hello").await;
    let bump = |frame| match frame {
        ServerFrame::Bump { room_id, last_seq, .. } if room_id == room && last_seq == said.seq => Some(()),
        _ => None,
    };
    davids.expect("a bump", bump).await.unwrap();
    davids.send(&ClientFrame::Watch { reference: None, room_id: room, rev: 0 }).await.unwrap();
    let mut minas = mina.listen(&[room]).await;
    davids.send(&observe).await.unwrap();
    let here = |frame| {
        presence(frame).and_then(|items| items.iter().any(|p| p.status == PresenceStatus::Online).then_some(()))
    };
    davids.expect("Mina to be here", here).await.unwrap();
    minas.send(&ClientFrame::Typing { reference: None, room_id: room, typing: true }).await.unwrap();
    let types = |frame| match frame {
        ServerFrame::Typing { room_id, users, .. } => (room_id == room && users == [mina.id()]).then_some(()),
        _ => None,
    };
    davids.expect("Mina to type", types).await.unwrap();
}
