//! Who has read a message.

use types::{ErrorCode, MessageId, Preferences, RoomKind, UserId};

use crate::support::{Person, Refused, Town};

async fn readers(asker: &Person, id: MessageId) -> Vec<UserId> {
    let page = asker.reads(id, None, None).await.unwrap();
    assert_eq!(page.count, page.users.len() as i64);
    page.users.into_iter().map(|user| user.id).collect()
}

#[tokio::test]
async fn those_who_have_read_up_to_a_message_are_told_to_its_room() {
    let town = Town::found("readers").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let (one, two) = (mina.say(room, "one").await, mina.say(room, "two").await);
    mina.set_read(room, two.seq, false).await.unwrap();
    assert_eq!(readers(&mina, one.id).await, [], "who wrote it is not counted");
    david.set_read(room, one.seq, false).await.unwrap();
    assert_eq!(readers(&mina, one.id).await, [david.id()]);
    assert_eq!(readers(&mina, two.id).await, []);
    ada.reads(one.id, None, None).await.refused(ErrorCode::NotFound);
    mina.remove_member(room, david.id()).await.unwrap();
    assert_eq!(readers(&mina, one.id).await, [], "who is out is not told of");
    david.reads(one.id, None, None).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn who_hides_what_they_have_read_is_not_told_of_and_may_not_ask() {
    let town = Town::found("readers_hidden").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let said = mina.say(room, "hello").await;
    for person in [&ada, &david] {
        person.set_read(room, said.seq, false).await.unwrap();
    }
    david.set_preferences(&Preferences { hide_reads: true, ..Preferences::default() }).await.unwrap();
    assert_eq!(readers(&mina, said.id).await, [ada.id()]);
    david.reads(said.id, None, None).await.refused(ErrorCode::NotAllowed);
    david.set_preferences(&Preferences::default()).await.unwrap();
    assert_eq!(readers(&david, said.id).await.len(), 2);
}

#[tokio::test]
async fn an_answer_is_read_where_it_shows_and_readers_come_in_pages() {
    let town = Town::found("readers_thread").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david, &yuki]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let answer = david.reply(&root, "I do").await;
    let after = mina.say(room, "and who cups?").await;
    ada.set_read(room, after.seq, false).await.unwrap();
    assert_eq!(readers(&david, answer.id).await, [], "who has read the room has not opened the thread");
    for person in [&ada, &mina, &yuki] {
        person.read_thread(root.id, answer.seq, false).await.unwrap();
    }
    let page = david.reads(answer.id, None, Some(2)).await.unwrap();
    assert_eq!((page.users.len(), page.count), (2, 3));
    let rest = david.reads(answer.id, page.next.as_deref(), Some(2)).await.unwrap();
    assert_eq!((rest.users.len(), rest.count, rest.next), (1, 3, None));
    let mut told: Vec<UserId> = page.users.iter().chain(&rest.users).map(|user| user.id).collect();
    told.sort();
    let mut wanted = [ada.id(), mina.id(), yuki.id()];
    wanted.sort();
    assert_eq!(told, wanted);
}
