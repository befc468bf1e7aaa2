//! Messages kept for later, and reminders.

use chrono::{Duration, Utc};
use types::{ErrorCode, RoomKind, Saved};

use super::next_own;
use crate::support::{Refused, Town};

#[tokio::test]
async fn saved_messages_are_listed_as_they_are_now_the_latest_first() {
    let town = Town::found("saved").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (one, two, three) = (mina.say(room, "one").await, mina.say(room, "two").await, mina.say(room, "three").await);
    let davids = david.heads().await.unwrap().me;
    for said in [&one, &three, &two] {
        david.save(said.id, None).await.unwrap();
    }
    let before = david.heads().await.unwrap().me;
    let again = david.save(one.id, None).await.unwrap();
    assert_eq!((again.rev, david.heads().await.unwrap().me), (davids + 1, before), "the same again changes nothing");
    let edited = mina.edit(two.id, "two, and a half").await.unwrap();
    let page = david.saved(None, Some(2)).await.unwrap();
    let messages: Vec<_> = page.items.iter().map(|item| item.message.clone().unwrap()).collect();
    assert_eq!(messages, [edited, three.clone()]);
    assert_eq!(page.users.iter().map(|user| user.id).collect::<Vec<_>>(), [mina.id()]);
    let rest = david.saved(page.next.as_deref(), Some(2)).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].saved.message_id, rest.next), (1, one.id, None));
    assert_eq!(mina.saved(None, None).await.unwrap().items, []);

    david.unsave(three.id).await.unwrap();
    david.unsave(three.id).await.unwrap();
    let fed = david.me_changes(before, None).await.unwrap();
    assert_eq!(fed.saved.iter().map(|row| (row.message_id, row.removed)).collect::<Vec<_>>(), [(three.id, true)]);
    assert_eq!(david.saved(None, None).await.unwrap().items.len(), 2);
}

#[tokio::test]
async fn only_what_i_may_read_can_be_saved_and_it_is_not_shown_once_i_am_out() {
    let town = Town::found("saved_outside").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let said = mina.say(room, "just between us").await;
    ada.save(said.id, None).await.refused(ErrorCode::NotFound);
    david.save(said.id, None).await.unwrap();
    mina.remove_member(room, david.id()).await.unwrap();
    let page = david.saved(None, None).await.unwrap();
    assert_eq!((page.items[0].saved.message_id, &page.items[0].message), (said.id, &None));
    assert_eq!(page.users, []);
    mina.add_members(room, &[david.id()]).await.unwrap();
    assert_eq!(david.saved(None, None).await.unwrap().items[0].message.as_ref(), Some(&said));
    mina.remove_member(room, david.id()).await.unwrap();
    david.unsave(said.id).await.unwrap();
    assert_eq!(david.saved(None, None).await.unwrap().items, []);
}

#[tokio::test]
async fn a_deleted_message_can_not_be_saved() {
    let town = Town::found("saved_deleted").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let said = ada.say(room, "oops").await;
    ada.delete_message(said.id).await.unwrap();
    ada.save(said.id, None).await.refused(ErrorCode::MessageDeleted);
}

/// Makes all reminders due.
async fn their_time_comes(town: &Town) {
    town.execute("UPDATE saved SET remind_at = now() WHERE remind_at IS NOT NULL").await;
}

#[tokio::test]
async fn a_reminder_comes_once_whichever_node_makes_it() {
    let town = Town::found("reminders").await;
    let (_ada, mina, david) = town.three().await;
    let far = town.second_node().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "water the roses").await;
    let asked = Utc::now() + Duration::hours(1);
    for person in [&mina, &david] {
        let kept = person.save(said.id, Some(asked)).await.unwrap();
        assert_eq!(
            (kept.remind_at.map(|at| at.timestamp_micros()), kept.reminded_at),
            (Some(asked.timestamp_micros()), None)
        );
    }
    let mut socket = david.listen(&[]).await;
    let before = david.heads().await.unwrap().me;
    their_time_comes(&town).await;
    let (near, there) = tokio::join!(api::saved::remind::remind(&town.node.app), api::saved::remind::remind(&far.app));
    near.and(there).unwrap();
    let reminded = |row: &Saved| row.message_id == said.id && row.reminded_at.is_some();
    next_own(&mut socket, "the reminder", |changes| changes.saved.iter().any(reminded).then_some(())).await;
    for app in [&town.node.app, &far.app] {
        assert_eq!(api::saved::remind::remind(app).await.unwrap(), 0, "nothing is left to remind of");
    }
    let fed = david.me_changes(before, None).await.unwrap();
    assert_eq!((fed.saved.len(), fed.rev), (1, before + 1), "once");

    // Asked for anew, it comes anew.
    let again = david.save(said.id, Some(Utc::now() + Duration::hours(1))).await.unwrap();
    assert_eq!((again.saved_at, again.reminded_at), (fed.saved[0].saved_at, None));
    their_time_comes(&town).await;
    next_own(&mut socket, "another reminder", |changes| changes.saved.iter().any(reminded).then_some(())).await;
}

#[tokio::test]
async fn nobody_is_reminded_of_what_they_keep_no_longer() {
    let town = Town::found("reminders_off").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let (one, two) = (ada.say(room, "one").await, ada.say(room, "two").await);
    let at = Some(Utc::now() + Duration::hours(1));
    ada.save(one.id, at).await.unwrap();
    ada.unsave(one.id).await.unwrap();
    ada.save(two.id, at).await.unwrap();
    ada.save(two.id, None).await.unwrap();
    their_time_comes(&town).await;
    assert_eq!(api::saved::remind::remind(&town.node.app).await.unwrap(), 0);
    assert_eq!(ada.saved(None, None).await.unwrap().items[0].saved.reminded_at, None);
}

#[tokio::test]
async fn a_reminder_comes_within_a_year_and_a_repeated_request_may_come_late() {
    let town = Town::found("reminder_times").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let said = ada.say(room, "water the roses").await;
    for wrong in [Utc::now() - Duration::seconds(1), Utc::now() + Duration::days(400)] {
        ada.save(said.id, Some(wrong)).await.invalid("remind_at", "out_of_range");
    }
    ada.save(said.id, Some(Utc::now() + Duration::days(300))).await.unwrap();
    their_time_comes(&town).await;
    let reminded = async || ada.saved(None, None).await.unwrap().items.remove(0).saved;
    crate::support::until("the reminder", async || reminded().await.reminded_at.is_some()).await;
    let kept = reminded().await;
    assert_eq!(ada.save(said.id, kept.remind_at).await.unwrap(), kept);
}
