//! Threads somebody follows, and what is unread there.

use types::{ErrorCode, MessageId, MyThread, RoomKind};

use crate::support::{Person, Refused, Town};

async fn threads(person: &Person) -> Vec<MyThread> {
    person.threads(false, None, None).await.unwrap().items
}

async fn roots(person: &Person) -> Vec<MessageId> {
    threads(person).await.into_iter().map(|thread| thread.root.id).collect()
}

#[tokio::test]
async fn a_thread_is_followed_by_who_began_it_wrote_in_it_or_was_named_in_it() {
    let town = Town::found("threads_followed").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david, &yuki]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    assert_eq!(roots(&mina).await, [], "no thread before an answer");
    let answer = david.reply(&root, "I do, if @yuki brings cups").await;
    for person in [&mina, &david, &yuki] {
        assert_eq!(roots(person).await, [root.id]);
    }
    assert_eq!(roots(&ada).await, []);
    let thread = threads(&yuki).await.remove(0);
    assert_eq!((thread.root.reply_count, thread.room.id, thread.replies.as_slice()), (1, room, [answer].as_slice()));
    assert_eq!((thread.unread, thread.mentions, thread.read_seq), (1, 1, 0));
    let thread = threads(&david).await.remove(0);
    assert_eq!((thread.unread, thread.mentions), (0, 0), "one's own answer is not unread");
}

#[tokio::test]
async fn whoever_says_so_follows_a_thread_or_does_not() {
    let town = Town::found("threads_following").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    david.reply(&root, "I do").await;
    let before = ada.heads().await.unwrap().me;
    let mark = ada.follow_thread(root.id, true).await.unwrap();
    assert_eq!((mark.room_id, mark.following), (room, Some(true)));
    assert_eq!(ada.follow_thread(root.id, true).await.unwrap(), mark, "the same again changes nothing");
    assert_eq!(ada.me_changes(before, None).await.unwrap().threads, [mark]);
    assert_eq!(roots(&ada).await, [root.id]);
    david.follow_thread(root.id, false).await.unwrap();
    david.reply(&root, "and biscuits").await;
    assert_eq!(roots(&david).await, [], "whatever is written in it");
    ada.follow_thread(root.id, false).await.unwrap();
    assert_eq!(roots(&ada).await, []);
}

#[tokio::test]
async fn how_a_thread_is_kept_is_told_before_anything_is_kept_of_it() {
    let town = Town::found("threads_mark").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = mina.room_with("garden", RoomKind::Private, &[&ada, &david]).await.id;
    let root = mina.say(room, "who brings tea?").await;
    let follows = async |person: &Person| person.thread_mark(root.id).await.unwrap().following;
    assert_eq!((follows(&mina).await, follows(&david).await), (Some(true), Some(false)), "who begins it follows it");
    let answer = david.reply(&root, "I do").await;
    assert_eq!(
        (follows(&mina).await, follows(&david).await, follows(&ada).await),
        (Some(true), Some(true), Some(false))
    );
    david.follow_thread(root.id, false).await.unwrap();
    let kept = david.read_thread(root.id, answer.seq, false).await.unwrap();
    assert_eq!(david.thread_mark(root.id).await.unwrap(), kept);
    assert_eq!((kept.following, kept.read_seq), (Some(false), answer.seq));
    yuki.thread_mark(root.id).await.refused(ErrorCode::NotFound);
    // An answer is no thread.
    ada.thread_mark(answer.id).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn the_thread_with_the_latest_reply_is_first_and_they_come_in_pages() {
    let town = Town::found("threads_pages").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut begun = Vec::new();
    for n in 0..3 {
        begun.push(mina.say(room, &format!("thread {n}")).await);
    }
    for n in [0, 2, 1] {
        for answer in 0..4 {
            david.reply(&begun[n], &format!("{answer}")).await;
        }
    }
    let page = mina.threads(false, None, Some(2)).await.unwrap();
    let listed: Vec<_> = page.items.iter().map(|thread| thread.root.id).collect();
    assert_eq!(listed, [begun[1].id, begun[2].id]);
    let bodies: Vec<_> = page.items[0].replies.iter().map(|reply| reply.body.as_str()).collect();
    assert_eq!(bodies, ["1", "2", "3"], "the newest three, oldest first");
    assert_eq!(page.items[0].unread, 4);
    let mut people: Vec<_> = page.users.iter().map(|user| user.id).collect();
    people.sort();
    let mut wanted = [mina.id(), david.id()];
    wanted.sort();
    assert_eq!(people, wanted);
    let rest = mina.threads(false, page.next.as_deref(), Some(2)).await.unwrap();
    assert_eq!((rest.items[0].root.id, rest.items.len(), rest.next), (begun[0].id, 1, None));
}

#[tokio::test]
async fn a_thread_is_read_up_to_a_mark_that_only_rises_unless_it_is_marked_unread() {
    let town = Town::found("threads_read").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let (quiet, root) = (mina.say(room, "nobody minds").await, mina.say(room, "who brings tea?").await);
    let first = david.reply(&root, "I do").await;
    let second = david.reply(&root, "and biscuits").await;
    let mark = mina.read_thread(root.id, first.seq, false).await.unwrap();
    assert_eq!((mark.read_seq, mark.following), (first.seq, None));
    assert_eq!(threads(&mina).await[0].unread, 1);
    let mark = mina.read_thread(root.id, i64::MAX, false).await.unwrap();
    assert_eq!(mark.read_seq, second.seq, "never above the newest reply");
    assert_eq!(mina.read_thread(root.id, first.seq, false).await.unwrap(), mark);
    assert_eq!(mina.threads(true, None, None).await.unwrap().items, []);
    assert_eq!(threads(&mina).await[0].unread, 0);
    assert_eq!(mina.read_thread(root.id, first.seq, true).await.unwrap().read_seq, first.seq);
    let unread = mina.threads(true, None, None).await.unwrap().items;
    assert_eq!(unread.iter().map(|thread| (thread.root.id, thread.unread)).collect::<Vec<_>>(), [(root.id, 1)]);
    mina.read_thread(root.id, -1, false).await.invalid("seq", "out_of_range");
    let none = mina.read_thread(quiet.id, 100, false).await.unwrap();
    assert_eq!((none.read_seq, none.rev), (0, 0), "where nothing is to be read, nothing is noted");
    david.delete_message(second.id).await.unwrap();
    assert_eq!(threads(&mina).await[0].unread, 0, "what was deleted is not unread");
}

#[tokio::test]
async fn who_is_out_has_none_of_a_rooms_threads() {
    let town = Town::found("threads_outside").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let root = mina.say(room, "who knows?").await;
    let answer = david.reply(&root, "we do").await;
    for person in [&mina, &david] {
        person.follow_thread(answer.id, true).await.refused(ErrorCode::NotFound);
        person.read_thread(answer.id, 1, false).await.refused(ErrorCode::NotFound);
    }
    mina.remove_member(room, david.id()).await.unwrap();
    assert_eq!(roots(&david).await, []);
    for outsider in [&ada, &david] {
        outsider.follow_thread(root.id, true).await.refused(ErrorCode::NotFound);
        outsider.read_thread(root.id, 1, false).await.refused(ErrorCode::NotFound);
    }
    mina.add_members(room, &[david.id()]).await.unwrap();
    assert_eq!(roots(&david).await, [root.id]);
}

#[tokio::test]
async fn everything_is_read_at_once_in_rooms_and_threads_and_for_nobody_else() {
    let town = Town::found("read_all").await;
    let (ada, mina, david) = town.three().await;
    let garden = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let plans = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let root = david.say(garden, "who brings tea?").await;
    mina.say(plans, "a secret").await;
    let reply = mina.reply(&root, "I do").await;
    let unread = async |person: &Person| {
        let rooms = person.my_rooms().await.unwrap().items.iter().map(|mine| mine.unread).sum::<i64>();
        (rooms, person.threads(true, None, None).await.unwrap().items.len())
    };
    assert_eq!(unread(&david).await, (1, 1));
    let before = david.heads().await.unwrap().me;
    david.read_all().await.unwrap();
    assert_eq!(unread(&david).await, (0, 0));
    let fed = david.me_changes(before, None).await.unwrap();
    assert_eq!(
        fed.threads.iter().map(|mark| (mark.root_id, mark.read_seq)).collect::<Vec<_>>(),
        [(root.id, reply.seq)]
    );
    assert_eq!(fed.rev, before + (fed.marks.len() + fed.threads.len()) as i64);
    david.read_all().await.unwrap();
    assert_eq!(david.heads().await.unwrap().me, fed.rev, "again changes nothing");
    assert_eq!(unread(&ada).await, (1, 0));
}
