//! Pages of history: both ways and around a message, without a gap where two pages meet.

use sync::{Asked, RoomState};
use types::{ErrorCode, Message, MessagePage, RoomId, RoomKind, UpdateRoom};

use crate::support::{Person, Refused, Town};

/// Twenty-three messages with a new topic after every third.
async fn talk(person: &Person, room: RoomId) -> Vec<Message> {
    let mut said = Vec::new();
    for n in 0..23 {
        said.push(person.say(room, &format!("message {n}")).await);
        if n % 3 == 2 {
            let topic = UpdateRoom { topic: Some(format!("topic {n}")), ..UpdateRoom::default() };
            person.update_room(room, &topic).await.unwrap();
        }
    }
    said
}

fn seqs(page: &MessagePage) -> Vec<i64> {
    page.items.iter().map(|message| message.seq).collect()
}

#[tokio::test]
async fn pages_of_any_size_in_any_direction_add_up_to_the_whole_room() {
    let town = Town::found("pages_add_up").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let said = talk(&ada, room).await;
    let whole = ada.changes(room, 0, None).await.unwrap();
    assert_eq!(whole.messages, said);
    for limit in [1, 2, 3, 7, 22, 23, 24, 100] {
        for middle in [None, Some(said[0].id), Some(said[11].id), Some(said[22].id)] {
            let mut state = RoomState::new(room);
            let start = middle.map_or(Asked::Newest, Asked::Around);
            state.add_page(&ada.messages(room, start, Some(limit)).await.unwrap(), start);
            while let Some(seq) = state.window().unwrap().previous() {
                state.add_page(&ada.messages(room, Asked::Before(seq), Some(limit)).await.unwrap(), Asked::Before(seq));
            }
            while let Some(seq) = state.window().unwrap().next() {
                state.add_page(&ada.messages(room, Asked::After(seq), Some(limit)).await.unwrap(), Asked::After(seq));
            }
            assert_eq!(state.messages().cloned().collect::<Vec<_>>(), whole.messages, "{limit} {middle:?}");
            assert_eq!(state.events().cloned().collect::<Vec<_>>(), whole.events, "{limit} {middle:?}");
        }
    }
}

#[tokio::test]
async fn a_page_is_ordered_and_says_what_lies_beside_it() {
    let town = Town::found("page_edges").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let empty = ada.messages(room, Asked::Newest, None).await.unwrap();
    assert_eq!((empty.items.len(), empty.previous, empty.next), (0, None, None));
    let said: Vec<i64> = talk(&ada, room).await.iter().map(|message| message.seq).collect();
    let newest = ada.messages(room, Asked::Newest, Some(5)).await.unwrap();
    assert_eq!((seqs(&newest), newest.previous, newest.next), (said[18..].to_vec(), Some(said[18]), None));
    assert_eq!(newest.users.len(), 1);
    let older = ada.messages(room, Asked::Before(said[18]), Some(5)).await.unwrap();
    assert_eq!((seqs(&older), older.previous), (said[13..18].to_vec(), Some(said[13])));
    let first = ada.messages(room, Asked::Before(said[2]), Some(5)).await.unwrap();
    assert_eq!((seqs(&first), first.previous), (said[..2].to_vec(), None));
    let newer = ada.messages(room, Asked::After(said[4]), Some(3)).await.unwrap();
    assert_eq!((seqs(&newer), newer.next), (said[5..8].to_vec(), Some(said[7])));
    let head = ada.changes(room, 0, None).await.unwrap().rev;
    assert!([newest, older, first, newer].iter().all(|page| page.rev == head));
}

#[tokio::test]
async fn a_page_around_a_message_of_another_room_is_not_found() {
    let town = Town::found("around_elsewhere").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let other = ada.create_room("orchard", RoomKind::Public).await.unwrap().id;
    let said = ada.say(other, "over here").await;
    ada.messages(room, Asked::Around(said.id), None).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn where_more_happened_than_a_page_tells_the_next_page_goes_on() {
    let town = Town::found("pages_of_lines").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let first = ada.say(room, "before it all").await;
    // Five hundred people came and went between two messages.
    let lines = format!(
        "WITH head AS (UPDATE room_heads SET rev = rev + 500, touched_at = now() WHERE room_id = '{room}' RETURNING rev) \
         INSERT INTO events (room_id, seq, kind, actor_id, user_id) \
         SELECT '{room}', head.rev - 500 + n, 'joined', '{ada}', '{ada}' FROM head, generate_series(1, 500) n",
        ada = ada.id(),
    );
    town.execute(&lines).await;
    let last = ada.say(room, "after it all").await;
    let whole = ada.changes(room, 0, Some(1_000)).await.unwrap();
    for start in [Asked::Newest, Asked::Around(first.id), Asked::Around(last.id), Asked::After(0)] {
        let mut state = RoomState::new(room);
        state.add_page(&ada.messages(room, start, Some(50)).await.unwrap(), start);
        while let Some(seq) = state.window().unwrap().previous() {
            let asked = Asked::Before(seq);
            state.add_page(&ada.messages(room, asked, Some(50)).await.unwrap(), asked);
        }
        while let Some(seq) = state.window().unwrap().next() {
            let asked = Asked::After(seq);
            state.add_page(&ada.messages(room, asked, Some(50)).await.unwrap(), asked);
        }
        assert_eq!(state.messages().cloned().collect::<Vec<_>>(), whole.messages, "{start:?}");
        assert_eq!(state.events().cloned().collect::<Vec<_>>(), whole.events, "{start:?}");
    }
}
