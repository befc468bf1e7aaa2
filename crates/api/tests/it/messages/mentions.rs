//! Whom and which rooms a message names, and how that is counted.

use types::socket::ServerFrame;
use types::{Everyone, RoomKind, UpdateRoom};

use crate::support::Town;

#[tokio::test]
async fn who_is_named_is_found_when_it_is_posted_and_counted_above_the_mark() {
    let town = Town::found("mentions").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let said = mina.say(room, "hello @David and @nobody, not `@mina`").await;
    assert_eq!(said.mentions, [david.id()]);
    let code = mina.say(room, "in code: `@david`").await;
    assert!(code.mentions.is_empty());
    assert_eq!(david.unread(room).await.unwrap().mentions, 1);
    assert_eq!(mina.unread(room).await.unwrap().mentions, 0);
    david.set_read(room, said.seq, false).await.unwrap();
    assert_eq!(david.unread(room).await.unwrap().mentions, 0);
    let feed = mina.changes(room, said.seq - 1, None).await.unwrap();
    assert_eq!(feed.messages[0], said);
}

#[tokio::test]
async fn an_edit_names_others_and_calls_nobody() {
    let town = Town::found("mentions_edit").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let said = mina.say(room, "hello @david").await;
    let edited = mina.edit(said.id, "hello @ada").await.unwrap();
    assert_eq!(edited.mentions, [ada.id()]);
    for person in [&ada, &david] {
        assert_eq!(person.unread(room).await.unwrap().mentions, 0);
    }
    let again = mina.say(room, "and @david").await;
    mina.delete_message(again.id).await.unwrap();
    assert_eq!(david.unread(room).await.unwrap().mentions, 0, "what is deleted names nobody");
}

#[tokio::test]
async fn all_names_everyone_and_here_those_who_are_online() {
    let town = Town::found("mentions_all").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let _online = david.listen(&[]).await;
    let here = mina.say(room, "@here tea").await;
    assert_eq!((here.everyone, here.mentions), (Some(Everyone::Here), vec![david.id()]));
    let all = mina.say(room, "@all cake").await;
    assert_eq!((all.everyone, all.mentions), (Some(Everyone::All), vec![]));
    assert_eq!(david.unread(room).await.unwrap().mentions, 2);
    assert_eq!(ada.unread(room).await.unwrap().mentions, 1);
    assert_eq!(mina.unread(room).await.unwrap().mentions, 0, "nobody calls themselves");
    let quiet = mina.say(room, "cake is out").await;
    assert_eq!(mina.edit(quiet.id, "@all cake is out").await.unwrap().everyone, None);
}

#[tokio::test]
async fn where_there_are_many_only_moderators_name_everyone() {
    let town = Town::found("mentions_many").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&ada, &david]).await.id;
    let _online = ada.listen(&[]).await;
    // As many more as make the room just too large; they are rows only, nobody signs in as them.
    town.execute(&format!(
        "WITH crowd AS (INSERT INTO users (id, username, email, email_key, display_name, password_hash, site_role, rev) \
            SELECT gen_random_uuid(), 'crowd' || n, 'crowd' || n, 'crowd' || n, 'Crowd', '', 'member', 0 \
            FROM generate_series(1, 28) n RETURNING id) \
         INSERT INTO members (room_id, user_id, role, rev) SELECT '{room}', id, 'member', 0 FROM crowd"
    ))
    .await;
    for body in ["@all cake", "@here cake"] {
        let said = david.say(room, body).await;
        assert_eq!((said.everyone, said.mentions), (None, vec![]), "{body}");
    }
    assert_eq!(ada.unread(room).await.unwrap().mentions, 0);
    assert_eq!(mina.say(room, "@all cake").await.everyone, Some(Everyone::All));
    assert_eq!(ada.unread(room).await.unwrap().mentions, 1);
}

#[tokio::test]
async fn a_room_is_named_by_its_id_and_only_one_that_the_author_sees() {
    let town = Town::found("mentions_rooms").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let secret = mina.create_room("shed", RoomKind::Private).await.unwrap().id;
    let said = mina.say(room, "see #Shed or #nowhere").await;
    assert_eq!(said.room_mentions.iter().map(|m| (m.name.as_str(), m.room_id)).collect::<Vec<_>>(), [("Shed", secret)]);
    assert!(david.say(room, "see #shed").await.room_mentions.is_empty(), "an outsider's name for it leads nowhere");
    mina.update_room(secret, &UpdateRoom { name: Some("barn".into()), ..UpdateRoom::default() }).await.unwrap();
    assert_eq!(mina.message(said.id).await.unwrap(), said, "a new name changes nothing");
}

#[tokio::test]
async fn a_bump_says_whether_one_may_be_named() {
    let town = Town::found("mentions_bump").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut socket = david.listen(&[]).await;
    for (body, is_named) in [("hello", false), ("hello @david", true), ("hello @mina", false), ("@all", true)] {
        mina.say(room, body).await;
        let named = socket
            .expect("a bump", |frame| match frame {
                ServerFrame::Bump { room_id, named, .. } if room_id == room => Some(named),
                _ => None,
            })
            .await
            .unwrap();
        assert_eq!(named, is_named, "{body}");
    }
}
