//! Two nodes on one database: neither knows the other, and both tell the same.

use client::Live;
use types::RoomKind;

use crate::support::{Town, next_changes};

#[tokio::test]
async fn what_is_said_on_one_node_is_heard_on_the_other() {
    let town = Town::found("two_nodes").await;
    let (_ada, mina, david) = town.three().await;
    let node = town.second_node().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let far = david.at_node(&node);
    let (mut minas, mut davids) = (mina.listen(&[room]).await, far.listen(&[room]).await);
    let hello = mina.say(room, "hello from here").await;
    while !next_changes(&mut davids, room).await.messages.contains(&hello) {}
    let back = far.say(room, "hello from there").await;
    while !next_changes(&mut minas, room).await.messages.contains(&back) {}
}

#[tokio::test]
async fn posts_on_both_nodes_at_once_are_one_history_without_a_gap() {
    let town = Town::found("two_nodes_at_once").await;
    let (_ada, mina, david) = town.three().await;
    let node = town.second_node().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let far = david.at_node(&node);
    let mut listeners = Vec::new();
    for person in [&mina, &far] {
        let mut live = Live::new(person.client.clone());
        live.watch(room).await.unwrap();
        live.ready().await.unwrap();
        listeners.push(live);
    }
    let writers = [mina.clone(), far].map(|person| {
        tokio::spawn(async move {
            for n in 0..60 {
                person.say(room, &format!("{n}")).await;
            }
        })
    });
    for writer in writers {
        writer.await.unwrap();
    }
    let whole = mina.changes(room, 0, Some(1_000)).await.unwrap();
    assert_eq!(whole.messages.len(), 120);
    for mut live in listeners {
        let heard = async {
            while live.room(room).unwrap().rev() < whole.rev {
                live.next().await.unwrap();
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), heard).await.expect("not all was heard");
        assert_eq!(live.room(room).unwrap().messages().cloned().collect::<Vec<_>>(), whole.messages);
    }
}

#[tokio::test]
async fn a_change_that_was_lost_on_its_way_is_found_by_the_sweep() {
    let town = Town::found("lost_tail").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let mut socket = david.listen(&[room]).await;
    // As a node would do that dies between commit and hand-over.
    let post = format!(
        "BEGIN; \
         UPDATE room_heads SET rev = rev + 1, last_seq = rev + 1, touched_at = now() WHERE room_id = '{room}'; \
         INSERT INTO messages (id, room_id, seq, rev, author_id, body, fingerprint) \
         SELECT '{id}', room_id, rev, rev, '{author}', 'nearly lost', '' FROM room_heads WHERE room_id = '{room}'; \
         COMMIT;",
        id = uuid::Uuid::now_v7(),
        author = mina.id(),
    );
    town.execute(&post).await;
    let found = next_changes(&mut socket, room).await;
    assert_eq!(found.messages.iter().map(|message| message.body.as_str()).collect::<Vec<_>>(), ["nearly lost"]);
}

#[tokio::test]
async fn a_node_notices_that_its_database_is_another_than_at_the_start() {
    let town = Town::found("restored").await;
    let app = &town.node.app;
    api::realtime::sweep::sweep(app, true).await.unwrap();
    let told = tokio::time::timeout(std::time::Duration::ZERO, app.outdated.notified()).await;
    assert!(told.is_err(), "nothing has changed yet");
    // As after a restore: the rows are old ones, the revisions mean something else.
    town.execute("UPDATE site SET uuid = gen_random_uuid()").await;
    api::realtime::sweep::sweep(app, true).await.unwrap();
    tokio::time::timeout(std::time::Duration::ZERO, app.outdated.notified()).await.expect("it was not noticed");
}
