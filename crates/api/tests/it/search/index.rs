//! The job behind: it catches up with everything, whoever does it and whatever came before.

use api::search::index::{ROOMS, some};
use types::RoomKind;

use super::{bodies, indexed};
use crate::support::{Town, until};

#[tokio::test]
async fn what_was_written_before_there_was_an_index_is_found() {
    let mut town = Town::found("search_backfill").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    for number in 0..230 {
        ada.say(room, &format!("rose number {number}")).await;
    }
    indexed(&town).await;
    town.node.stop().await;
    town.execute("TRUNCATE search_rows, search_heads").await;
    town.execute("UPDATE room_heads SET touched_at = now() - interval '1 year'").await;
    town.start().await;
    indexed(&town).await;
    town.until("SELECT count(*) = 230 AS held FROM search_rows").await;
    assert_eq!(bodies(&ada, "\"rose number 7\"").await, ["rose number 7"]);
}

#[tokio::test]
async fn edits_deletes_and_answers_are_caught_up_by_whichever_node() {
    let town = Town::found("search_nodes").await;
    let (_ada, mina, david) = town.three().await;
    let far = town.second_node().await;
    let mut rooms = Vec::new();
    for number in 0..12 {
        rooms.push(mina.room_with(&format!("room {number}"), RoomKind::Public, &[&david]).await.id);
    }
    let mut said = Vec::new();
    for room in &rooms {
        said.push(mina.say(*room, "a tulip").await);
    }
    for (number, message) in said.iter().enumerate() {
        match number % 3 {
            0 => drop(mina.edit(message.id, "a daffodil").await.unwrap()),
            1 => mina.delete_message(message.id).await.unwrap(),
            _ => drop(david.at_node(&far).reply(message, "a tulip, really").await),
        }
    }
    let (near, there) = tokio::join!(some(&town.node.app, true, ROOMS), some(&far.app, true, ROOMS));
    near.and(there).unwrap();
    indexed(&town).await;
    for (query, count) in [("tulip", 8), ("daffodil", 4), ("is:thread", 8), ("\"a tulip\" -is:thread", 0)] {
        assert_eq!(bodies(&david, query).await.len(), count, "{query}");
    }
    town.until("SELECT count(*) = 12 AS held FROM search_rows").await;
    assert_eq!(some(&far.app, true, ROOMS).await.unwrap().rooms, 0, "nothing is left to do");
}

#[tokio::test]
async fn a_message_is_found_soon_after_it_was_posted() {
    let town = Town::found("search_soon").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    ada.say(room, "a snowdrop").await;
    until("the snowdrop", async || bodies(&ada, "snowdrop").await.len() == 1).await;
}

#[tokio::test]
async fn what_is_common_is_found_through_windows_as_everything_else() {
    let town = Town::found("search_windows").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    ada.say(room, "hello").await;
    indexed(&town).await;
    // Behind the server's back, as if they had been said over years: common is said always, old only long ago, and of
    // five thousand the newest four thousand are the first window.
    town.execute(&format!(
        "INSERT INTO messages (id, room_id, seq, rev, author_id, body, fingerprint, created_at)
         SELECT gen_random_uuid(), '{room}', 1000 + n, 1000 + n, '{author}',
                'common' || CASE WHEN n <= 2500 THEN ' old' ELSE '' END || CASE WHEN n = 3 THEN ' rare' ELSE '' END,
                '', now() - interval '1 hour' * (6000 - n)
         FROM generate_series(1, 5000) n;
         INSERT INTO search_rows (message_id, room_id, author_id, created_at, words, text)
         SELECT id, room_id, author_id, created_at, array_to_tsvector(string_to_array(body, ' ')), ' ' || body || ' '
         FROM messages WHERE room_id = '{room}' AND seq > 1000;",
        author = ada.id()
    ))
    .await;
    let windowed = town.second_node().await;
    let ada = ada.at_node(&windowed);
    until("the windows", async || windowed.app.search.is_measured()).await;
    for (query, count) in [("rare", 1), ("common", 5000), ("old", 2500), ("common -old", 2500), ("hello", 1)] {
        let (mut cursor, mut all, mut last) = (None, 0, None);
        loop {
            let page = ada.search(query, types::SearchOrder::Newest, cursor.as_deref(), Some(100)).await.unwrap();
            for item in &page.items {
                assert!(last.is_none_or(|last| item.message.created_at <= last), "{query}");
                last = Some(item.message.created_at);
            }
            all += page.items.len();
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(all, count, "{query}");
    }
}
