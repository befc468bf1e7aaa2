//! Blocks: between two people of whom one does not want to hear from the other.

use client::text;
use sync::Asked;
use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, UserId};

use super::next_own;
use crate::support::{Refused, Town};

#[tokio::test]
async fn a_block_is_mine_alone_and_listed_until_it_is_taken_back() {
    let town = Town::found("blocks").await;
    let (ada, mina, david) = town.three().await;
    let davids = david.heads().await.unwrap().me;
    let mut socket = mina.second_device().await.listen(&[]).await;
    let block = mina.block(david.id()).await.unwrap();
    let heard = next_own(&mut socket, "the block", |changes| changes.blocks.into_iter().next()).await;
    assert_eq!((&heard, heard.user_id), (&block, david.id()));
    assert_eq!(mina.block(david.id()).await.unwrap(), block, "the same again changes nothing");
    mina.block(ada.id()).await.unwrap();
    let page = mina.blocks(None, Some(1)).await.unwrap();
    let rest = mina.blocks(page.next.as_deref(), Some(1)).await.unwrap();
    let mut listed: Vec<UserId> = page.items.iter().chain(&rest.items).map(|block| block.user_id).collect();
    listed.sort();
    let mut wanted = [ada.id(), david.id()];
    wanted.sort();
    assert_eq!((listed.as_slice(), rest.next), (wanted.as_slice(), None));
    mina.unblock(david.id()).await.unwrap();
    mina.unblock(david.id()).await.unwrap();
    let items = mina.blocks(None, None).await.unwrap().items;
    assert_eq!(items.iter().map(|block| block.user_id).collect::<Vec<_>>(), [ada.id()]);
    assert_eq!(david.heads().await.unwrap().me, davids, "who is blocked is not told");
    assert_eq!(david.blocks(None, None).await.unwrap().items, []);
}

#[tokio::test]
async fn nobody_blocks_themselves_or_somebody_who_does_not_exist() {
    let town = Town::found("blocks_refused").await;
    let ada = town.person("ada").await;
    ada.block(ada.id()).await.invalid("user_id", "not_supported");
    ada.block("0190d0f0-0000-7000-8000-000000000000".parse().unwrap()).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn neither_of_two_writes_to_the_other_directly_and_both_still_read() {
    let town = Town::found("blocks_direct").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.open_direct(&[david.id()]).await.unwrap().id;
    let group = mina.open_direct(&[david.id(), ada.id()]).await.unwrap().id;
    let said = david.say(room, "hello").await;
    mina.block(david.id()).await.unwrap();
    for person in [&mina, &david] {
        person.post(room, &text("hello?")).await.refused(ErrorCode::Blocked);
        assert_eq!(person.messages(room, Asked::Newest, None).await.unwrap().items, std::slice::from_ref(&said));
        let other = if person.id() == mina.id() { david.id() } else { mina.id() };
        assert_eq!(person.open_direct(&[other]).await.unwrap().id, room, "it is still there");
        person.say(group, "with others there").await;
    }
    let mut socket = david.listen(&[room]).await;
    let post = ClientFrame::Post { reference: "p".into(), room_id: room, message: text("by socket") };
    socket.send(&post).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Error { code, .. } => Some(code),
        _ => None,
    };
    assert_eq!(socket.expect("a refusal", pick).await.unwrap(), ErrorCode::Blocked);
    mina.unblock(david.id()).await.unwrap();
    david.say(room, "thank you").await;
    mina.say(room, "well").await;
}

#[tokio::test]
async fn what_was_sent_before_is_answered_again_in_spite_of_a_block() {
    let town = Town::found("blocks_repeat").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.open_direct(&[david.id()]).await.unwrap().id;
    let hello = text("hello");
    let said = david.post(room, &hello).await.unwrap();
    mina.block(david.id()).await.unwrap();
    assert_eq!(david.post(room, &hello).await.unwrap().id(), said.id());
}

#[tokio::test]
async fn no_conversation_is_opened_anew_between_the_two() {
    let town = Town::found("blocks_open").await;
    let (ada, mina, david) = town.three().await;
    mina.block(david.id()).await.unwrap();
    mina.open_direct(&[david.id()]).await.refused(ErrorCode::Blocked);
    david.open_direct(&[mina.id()]).await.refused(ErrorCode::Blocked);
    david.open_direct(&[ada.id()]).await.unwrap();
    david.open_direct(&[ada.id(), mina.id()]).await.unwrap();
    mina.unblock(david.id()).await.unwrap();
    david.open_direct(&[mina.id()]).await.unwrap();
}
