//! Coming, going and roles: what each role may, and that a room always has an admin.

use types::{ErrorCode, EventKind, Member, NewInvite, RoomId, RoomKind, RoomRole, UpdateRoom};

use crate::support::{Person, Refused, Town};

async fn member(asker: &Person, room: RoomId, of: &Person) -> Option<Member> {
    let page = asker.members(room, None, None).await.unwrap();
    page.items.into_iter().find(|member| member.user_id == of.id())
}

async fn role(asker: &Person, room: RoomId, of: &Person) -> RoomRole {
    member(asker, room, of).await.unwrap().role
}

#[tokio::test]
async fn a_member_may_neither_change_the_room_nor_its_people() {
    let town = Town::found("member_rights").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let said = mina.say(room, "hello").await;
    let topic = UpdateRoom { topic: Some("mine".into()), ..UpdateRoom::default() };
    david.update_room(room, &topic).await.refused(ErrorCode::NotAllowed);
    david.delete_room(room).await.refused(ErrorCode::NotAllowed);
    david.add_members(room, &[yuki.id()]).await.refused(ErrorCode::NotAllowed);
    david.set_role(room, david.id(), RoomRole::Admin).await.refused(ErrorCode::NotAllowed);
    david.remove_member(room, mina.id()).await.refused(ErrorCode::NotAllowed);
    david.create_invite(room, &NewInvite::default()).await.refused(ErrorCode::NotAllowed);
    david.invites(room).await.refused(ErrorCode::NotAllowed);
    david.delete_message(said.id).await.refused(ErrorCode::NotAllowed);
    david.edit(said.id, "other words").await.refused(ErrorCode::NotAllowed);
}

#[tokio::test]
async fn a_moderator_keeps_order_and_does_not_rule() {
    let town = Town::found("moderator_rights").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    assert_eq!(mina.set_role(room, david.id(), RoomRole::Moderator).await.unwrap().role, RoomRole::Moderator);
    let said = mina.say(room, "hello").await;
    david.add_members(room, &[yuki.id()]).await.unwrap();
    david.create_invite(room, &NewInvite::default()).await.unwrap();
    david.edit(said.id, "other words").await.refused(ErrorCode::NotAllowed);
    david.delete_message(said.id).await.unwrap();
    david.remove_member(room, mina.id()).await.refused(ErrorCode::NotAllowed);
    david.remove_member(room, yuki.id()).await.unwrap();
    david.set_role(room, david.id(), RoomRole::Admin).await.refused(ErrorCode::NotAllowed);
    david.delete_room(room).await.refused(ErrorCode::NotAllowed);
    let name = UpdateRoom { name: Some("ours".into()), ..UpdateRoom::default() };
    david.update_room(room, &name).await.refused(ErrorCode::NotAllowed);
}

#[tokio::test]
async fn anyone_in_a_public_room_adds_people_and_unknown_ones_are_refused() {
    let town = Town::found("adding_people").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    david.add_members(room, &[yuki.id()]).await.unwrap();
    assert_eq!(role(&yuki, room, &yuki).await, RoomRole::Member);
    david.add_members(room, &[]).await.invalid("user_ids", "out_of_range");
    let nobody = "0190d0f0-0000-7000-8000-000000000000".parse().unwrap();
    david.add_members(room, &[nobody]).await.invalid("user_ids", "unknown");
    // Adding who is in already changes nothing.
    let head = david.changes(room, 0, None).await.unwrap().rev;
    david.add_members(room, &[yuki.id(), mina.id()]).await.unwrap();
    assert_eq!(david.changes(room, 0, None).await.unwrap().rev, head);
}

#[tokio::test]
async fn when_the_last_admin_goes_the_oldest_moderator_and_then_the_oldest_member_follows() {
    let town = Town::found("last_admin").await;
    let (_ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    mina.add_members(room, &[david.id()]).await.unwrap();
    mina.add_members(room, &[yuki.id()]).await.unwrap();
    mina.set_role(room, yuki.id(), RoomRole::Moderator).await.unwrap();
    mina.leave(room).await.unwrap();
    assert_eq!(role(&david, room, &yuki).await, RoomRole::Admin);
    assert_eq!(role(&david, room, &david).await, RoomRole::Member);
    yuki.leave(room).await.unwrap();
    assert_eq!(role(&david, room, &david).await, RoomRole::Admin);
    david.set_role(room, david.id(), RoomRole::Member).await.refused(ErrorCode::NotAllowed);
}

#[tokio::test]
async fn an_admin_who_steps_down_hands_the_room_on() {
    let town = Town::found("stepping_down").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    assert_eq!(mina.set_role(room, mina.id(), RoomRole::Member).await.unwrap().role, RoomRole::Member);
    assert_eq!(role(&mina, room, &david).await, RoomRole::Admin);
}

#[tokio::test]
async fn who_leaves_and_comes_back_is_a_member_again_and_both_are_told_in_place() {
    let town = Town::found("leave_and_rejoin").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    mina.set_role(room, david.id(), RoomRole::Moderator).await.unwrap();
    let before = mina.changes(room, 0, None).await.unwrap().rev;
    david.leave(room).await.unwrap();
    david.leave(room).await.refused(ErrorCode::NotAMember);
    assert!(member(&mina, room, &david).await.is_none());
    david.join(room).await.unwrap();
    david.join(room).await.unwrap();
    assert_eq!(role(&mina, room, &david).await, RoomRole::Member);
    let changes = mina.changes(room, before, None).await.unwrap();
    let kinds: Vec<_> = changes.events.iter().map(|event| event.kind).collect();
    assert_eq!(kinds, [EventKind::Left, EventKind::Joined]);
    let rows: Vec<_> = changes.members.iter().map(|row| (row.user_id, row.left_at.is_some())).collect();
    assert_eq!(rows, [(david.id(), false)]);
}

#[tokio::test]
async fn members_come_in_pages_and_each_is_told_once() {
    let town = Town::found("member_pages").await;
    let (ada, mina, david) = town.three().await;
    let room = ada.room_with("garden", RoomKind::Public, &[&mina, &david]).await.id;
    let mut seen = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let page = ada.members(room, cursor.as_deref(), Some(1)).await.unwrap();
        assert_eq!((page.items.len(), page.users.len()), (1, 1));
        seen.extend(page.items.into_iter().map(|member| member.user_id));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut all = [ada.id(), mina.id(), david.id()];
    all.sort();
    seen.sort();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn who_is_removed_is_told_by_whom_and_who_leaves_or_comes_back_is_not() {
    let town = Town::found("removed_by").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let mark = async || {
        let changes = david.me_changes(0, None).await.unwrap();
        changes.marks.into_iter().find(|mark| mark.room_id == room).unwrap()
    };
    mina.remove_member(room, david.id()).await.unwrap();
    assert_eq!((mark().await.joined, mark().await.removed_by), (false, Some(mina.id())));
    mina.add_members(room, &[david.id()]).await.unwrap();
    assert_eq!((mark().await.joined, mark().await.removed_by), (true, None));
    david.leave(room).await.unwrap();
    assert_eq!((mark().await.joined, mark().await.removed_by), (false, None));
    mina.add_members(room, &[david.id()]).await.unwrap();
    mina.delete_room(room).await.unwrap();
    assert_eq!((mark().await.joined, mark().await.removed_by), (false, None));
}
