//! The rules of the feeds one by one.

use types::{ErrorCode, RoomKind, UpdateMe, UpdateRoom};

use crate::support::{Refused, Town};

#[tokio::test]
async fn spans_are_gapless_and_rows_come_in_their_last_state_in_order_of_revision() {
    let town = Town::found("feed_spans").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let first = mina.say(room, "one").await;
    david.say(room, "two").await;
    mina.edit(first.id, "uno").await.unwrap();
    let whole = david.changes(room, 0, None).await.unwrap();
    assert!(!whole.more && !whole.reset);
    assert!(whole.messages.is_sorted_by_key(|message| message.rev) && whole.members.is_sorted_by_key(|row| row.rev));
    assert_eq!(whole.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["two", "uno"]);
    let rows = whole.messages.len() + whole.members.len() + whole.events.len() + usize::from(whole.room.is_some());
    for limit in 1..=rows as i64 + 1 {
        let (mut since, mut told) = (0, 0);
        loop {
            let page = david.changes(room, since, Some(limit)).await.unwrap();
            assert_eq!(page.since, since);
            let rows = page.messages.len() + page.members.len() + page.events.len() + usize::from(page.room.is_some());
            assert!(rows as i64 <= limit);
            (since, told) = (page.rev, told + rows);
            if !page.more {
                break;
            }
        }
        assert_eq!((since, told), (whole.rev, rows), "pages of {limit}");
    }
}

#[tokio::test]
async fn a_revision_beyond_the_head_starts_afresh_and_distance_never_does() {
    let town = Town::found("feed_resets").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    ada.say(room, "one").await;
    let head = ada.changes(room, 0, None).await.unwrap().rev;
    let at_head = ada.changes(room, head, None).await.unwrap();
    assert!(at_head.messages.is_empty() && !at_head.reset && at_head.rev == head);
    let beyond = ada.changes(room, head + 1, None).await.unwrap();
    assert!(beyond.reset && beyond.messages.len() == 1 && beyond.rev == head);
    assert!(!ada.changes(room, 0, None).await.unwrap().reset);
}

#[tokio::test]
async fn a_person_and_a_public_room_are_rows_of_the_sites_stream() {
    let town = Town::found("site_stream").await;
    let (ada, mina, _david) = town.three().await;
    let start = ada.heads().await.unwrap();
    let update = UpdateMe { status_text: Some("in the garden".into()), ..UpdateMe::default() };
    mina.update_me(&update).await.unwrap();
    let room = mina.create_room("orchard", RoomKind::Public).await.unwrap();
    mina.create_room("secret", RoomKind::Private).await.unwrap();
    let changes = ada.site_changes(start.site, None).await.unwrap();
    assert_eq!(changes.users.iter().map(|user| user.id).collect::<Vec<_>>(), [mina.id()]);
    assert_eq!(changes.rooms.iter().map(|row| (row.id, row.hidden)).collect::<Vec<_>>(), [(room.id, false)]);
    let private = UpdateRoom { kind: Some(RoomKind::Private), ..UpdateRoom::default() };
    mina.update_room(room.id, &private).await.unwrap();
    let hidden = ada.site_changes(changes.rev, None).await.unwrap().rooms.remove(0);
    assert_eq!((hidden.id, hidden.hidden, hidden.name.as_str()), (room.id, true, ""));
}

#[tokio::test]
async fn joining_and_leaving_are_rows_of_ones_own_stream() {
    let town = Town::found("me_stream").await;
    let (_ada, mina, david) = town.three().await;
    let start = david.heads().await.unwrap();
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let joined = david.me_changes(start.me, None).await.unwrap();
    assert_eq!(joined.marks.iter().map(|mark| (mark.room_id, mark.joined)).collect::<Vec<_>>(), [(room, true)]);
    mina.remove_member(room, david.id()).await.unwrap();
    let left = david.me_changes(joined.rev, None).await.unwrap();
    assert_eq!(left.marks.iter().map(|mark| (mark.room_id, mark.joined)).collect::<Vec<_>>(), [(room, false)]);
    david.changes(room, 0, None).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn a_revision_beyond_the_head_or_of_another_history_is_answered_with_the_newest_page() {
    let town = Town::found("feed_reset").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    for n in 0..60 {
        mina.say(room, &format!("{n}")).await;
    }
    let head = mina.changes(room, 0, Some(1_000)).await.unwrap();
    let far = mina.changes(room, head.rev + 1, Some(10)).await.unwrap();
    assert!(far.reset && !far.more);
    assert_eq!((far.since, far.rev), (0, head.rev));
    assert_eq!(far.messages, head.messages[10..], "the newest fifty");
    assert_eq!(far.previous, Some(far.messages[0].seq));
    assert_eq!(far.users.iter().map(|user| user.id).collect::<Vec<_>>(), [mina.id()]);
    let path = format!("/api/v1/rooms/{room}/changes?since={}&epoch=another", head.rev);
    let answer = mina.raw(client::Method::GET, &path, mina.headers(), vec![]).await.unwrap();
    assert_eq!(answer.json::<types::Changes>().unwrap(), far);
}
