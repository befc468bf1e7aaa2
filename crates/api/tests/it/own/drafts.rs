//! What somebody has begun to write.

use types::{ErrorCode, RoomKind};

use super::next_own;
use crate::support::{Refused, Town};

#[tokio::test]
async fn what_i_begin_to_write_is_on_my_other_device_and_nobody_elses() {
    let town = Town::found("drafts").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let phone = mina.second_device().await;
    let mut socket = phone.listen(&[]).await;
    let davids = david.heads().await.unwrap().me;
    let draft = mina.set_draft(room, "the roses are").await.unwrap();
    let heard = next_own(&mut socket, "the draft", |changes| changes.drafts.into_iter().next()).await;
    assert_eq!((&heard, heard.root_id), (&draft, None));
    assert_eq!(phone.drafts(None, None).await.unwrap().items, std::slice::from_ref(&draft));
    assert_eq!(mina.set_draft(room, "the roses are").await.unwrap(), draft, "the same again changes nothing");
    assert_eq!(mina.heads().await.unwrap().me, draft.rev);
    assert_eq!(david.drafts(None, None).await.unwrap().items, []);
    assert_eq!(david.heads().await.unwrap().me, davids);

    let gone = phone.set_draft(room, " \n").await.unwrap();
    assert_eq!((gone.body.as_str(), gone.rev > draft.rev), ("", true));
    let fed = mina.me_changes(draft.rev, None).await.unwrap();
    assert_eq!(fed.drafts, [gone], "that it is gone is a row too");
    assert_eq!(mina.drafts(None, None).await.unwrap().items, []);
}

#[tokio::test]
async fn a_thread_has_a_draft_of_its_own_and_drafts_come_in_pages() {
    let town = Town::found("thread_drafts").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let answer = david.reply(&root, "I do").await;
    let first = mina.set_draft(room, "and who").await.unwrap();
    let second = mina.set_thread_draft(root.id, "thank").await.unwrap();
    assert_eq!((second.room_id, second.root_id), (room, Some(root.id)));
    let page = mina.drafts(None, Some(1)).await.unwrap();
    assert_eq!(page.items, [second], "the latest first");
    let page = mina.drafts(page.next.as_deref(), Some(1)).await.unwrap();
    assert_eq!((page.items, page.next), (vec![first], None));
    mina.set_thread_draft(answer.id, "no thread begins here").await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn who_is_not_in_a_room_keeps_no_draft_there() {
    let town = Town::found("drafts_outside").await;
    let (ada, mina, david) = town.three().await;
    let garden = mina.create_room("garden", RoomKind::Public).await.unwrap().id;
    let plans = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let root = mina.say(plans, "just between us").await;
    for outsider in [&ada, &david] {
        outsider.set_draft(garden, "hello").await.refused(ErrorCode::NotAMember);
        outsider.set_draft(plans, "hello").await.refused(ErrorCode::NotFound);
        outsider.set_thread_draft(root.id, "hello").await.refused(ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn a_draft_is_no_longer_than_a_message_and_there_are_a_thousand_at_most() {
    let town = Town::found("drafts_limits").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    ada.set_draft(room, &"ä".repeat(8_001)).await.invalid("body", "too_long");
    ada.set_draft(room, "a\0b").await.invalid("body", "bad_character");
    let many = format!(
        "INSERT INTO drafts (user_id, room_id, root_id, body, updated_at, rev) \
         SELECT '{}', '{room}', gen_random_uuid(), 'begun', now(), -n FROM generate_series(1, 999) n",
        ada.id(),
    );
    town.execute(&many).await;
    let root = ada.say(room, "one more").await;
    ada.set_draft(room, "the last").await.unwrap();
    ada.set_thread_draft(root.id, "too many").await.refused(ErrorCode::TooMany);
    ada.set_draft(room, "the last, longer").await.unwrap();
    ada.set_draft(room, "").await.unwrap();
    ada.set_thread_draft(root.id, "in its place").await.unwrap();
}
