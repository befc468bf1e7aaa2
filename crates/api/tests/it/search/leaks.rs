//! Search leaks nothing: no row, no count, no suggestion of what somebody may not read.

use types::{NewSavedSearch, RoomKind, SearchOrder};

use super::{bodies, indexed};
use crate::support::{Person, Refused, Town};

/// Somebody finds nothing of it, by any way.
async fn sees_nothing(person: &Person, word: &str, room: &str) {
    for order in [SearchOrder::Newest, SearchOrder::Best] {
        for query in [word.to_owned(), format!("{word} -xyzzy"), format!("\"{word}\"")] {
            let page = person.search(&query, order, None, None).await.unwrap();
            assert_eq!((page.items.len(), page.rooms.len(), page.users.len(), page.next), (0, 0, 0, None), "{query}");
        }
    }
    person.search(&format!("in:#{room}"), SearchOrder::Newest, None, None).await.invalid("query", "unknown");
    person.search("in:#no-such-room", SearchOrder::Newest, None, None).await.invalid("query", "unknown");
    for typed in [room.to_owned(), format!("in:{room}"), format!("in:#{}", &room[..3])] {
        let suggested = person.suggestions(&typed).await.unwrap().items;
        assert!(suggested.iter().all(|item| item.room.is_none()), "{typed}: {suggested:?}");
    }
    let counted = person.searches().await.unwrap().items;
    assert!(!counted.is_empty() && counted.iter().all(|search| search.unread == 0), "{counted:?}");
}

/// Keeps a search for a word, and one of the room by name.
async fn keep(person: &Person, word: &str, room: &str) {
    for query in [word.to_owned(), format!("in:#{room} {word}")] {
        person.keep_search(&NewSavedSearch { id: None, name: "kept".into(), query }).await.unwrap();
    }
}

#[tokio::test]
async fn an_outsider_and_the_owner_of_the_site_find_nothing_of_a_private_room() {
    let town = Town::found("search_outsider").await;
    let (ada, mina, david) = town.three().await;
    for person in [&ada, &david] {
        keep(person, "saffron", "secrets").await;
    }
    let room = mina.create_room("secrets", RoomKind::Private).await.unwrap().id;
    mina.say(room, "saffron").await;
    indexed(&town).await;
    assert_eq!(bodies(&mina, "saffron").await, ["saffron"]);
    for person in [&ada, &david] {
        sees_nothing(person, "saffron", "secrets").await;
    }
}

#[tokio::test]
async fn who_is_not_in_a_public_room_finds_nothing_of_it() {
    let town = Town::found("search_public").await;
    let (_ada, mina, david) = town.three().await;
    keep(&david, "saffron", "kitchen").await;
    let room = mina.create_room("kitchen", RoomKind::Public).await.unwrap().id;
    mina.say(room, "saffron").await;
    indexed(&town).await;
    sees_nothing(&david, "saffron", "kitchen").await;
    david.join(room).await.unwrap();
    assert_eq!(bodies(&david, "saffron in:kitchen").await, ["saffron"]);
    assert_eq!(david.searches().await.unwrap().items[0].unread, 1);
}

#[tokio::test]
async fn who_was_taken_out_or_left_finds_nothing_any_more() {
    let town = Town::found("search_ex_member").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("secrets", RoomKind::Private, &[&david, &ada]).await.id;
    for person in [&ada, &david] {
        keep(person, "saffron", "secrets").await;
    }
    mina.say(room, "saffron").await;
    indexed(&town).await;
    for person in [&ada, &david] {
        assert_eq!(bodies(person, "saffron in:secrets").await, ["saffron"]);
        assert_eq!(person.searches().await.unwrap().items.iter().map(|item| item.unread).collect::<Vec<_>>(), [1, 1]);
    }
    mina.remove_member(room, david.id()).await.unwrap();
    ada.leave(room).await.unwrap();
    for person in [&ada, &david] {
        sees_nothing(person, "saffron", "secrets").await;
    }
}

#[tokio::test]
async fn a_deleted_room_and_a_deleted_message_are_gone_at_once() {
    let town = Town::found("search_deleted").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("secrets", RoomKind::Private, &[&david]).await.id;
    keep(&david, "saffron", "secrets").await;
    let said = mina.say(room, "saffron").await;
    let edited = mina.say(room, "saffron as well").await;
    let root = mina.say(room, "what else?").await;
    let answer = david.reply(&root, "saffron too").await;
    indexed(&town).await;
    assert_eq!(bodies(&david, "saffron").await.len(), 3);
    // The job may be as late as it likes.
    mina.delete_message(said.id).await.unwrap();
    mina.edit(edited.id, "pepper").await.unwrap();
    assert_eq!(bodies(&david, "saffron").await, ["saffron too"]);
    assert_eq!(david.searches().await.unwrap().items[0].unread, 0);
    david.delete_message(answer.id).await.unwrap();
    assert_eq!(bodies(&mina, "saffron").await, [""; 0]);
    indexed(&town).await;
    assert_eq!(bodies(&david, "pepper").await, ["pepper"]);
    mina.delete_room(room).await.unwrap();
    sees_nothing(&david, "pepper", "secrets").await;
    sees_nothing(&david, "saffron", "secrets").await;
}

#[tokio::test]
async fn a_block_hides_the_direct_conversation_from_both_and_the_person_from_suggestions() {
    let town = Town::found("search_blocked").await;
    let (ada, mina, david) = town.three().await;
    let direct = mina.open_direct(&[david.id()]).await.unwrap().id;
    let group = mina.open_direct(&[david.id(), ada.id()]).await.unwrap().id;
    for person in [&mina, &david] {
        keep(person, "saffron", "secrets").await;
    }
    mina.say(direct, "saffron from mina").await;
    david.say(direct, "saffron from david").await;
    david.say(group, "saffron for all").await;
    indexed(&town).await;
    assert_eq!(bodies(&david, "saffron").await.len(), 3);
    mina.block(david.id()).await.unwrap();
    // Whom one has blocked is not found elsewhere either, unless asked for by name.
    assert_eq!(bodies(&mina, "saffron").await, [""; 0]);
    assert_eq!(bodies(&mina, "saffron from:@david").await, ["saffron for all"]);
    assert_eq!(bodies(&david, "saffron").await, ["saffron for all"]);
    for (person, other) in [(&mina, "david"), (&david, "mina")] {
        assert_eq!(person.searches().await.unwrap().items[0].unread, 0);
        person.search(&format!("in:@{other}"), SearchOrder::Newest, None, None).await.invalid("query", "unknown");
        for typed in [format!("from:@{other}"), format!("in:@{other}"), other.to_owned()] {
            let suggested = person.suggestions(&typed).await.unwrap().items;
            assert!(suggested.iter().all(|item| item.user.is_none()), "{typed}");
        }
    }
    mina.unblock(david.id()).await.unwrap();
    assert_eq!(bodies(&mina, "saffron").await.len(), 3);
    assert_eq!(mina.suggestions("from:@dav").await.unwrap().items.len(), 1);
}
