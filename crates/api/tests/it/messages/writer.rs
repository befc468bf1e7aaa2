//! The writer: what goes wrong with one post, or with the database, loses nothing and holds up nobody for long.

use std::time::Duration;

use api::Error;
use api::messages::{Draft, Posted};
use client::{Posted as Answered, Socket, text};
use diesel_async::SimpleAsyncConnection;
use tokio::sync::oneshot;
use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, NewMessage, RoomId, RoomKind};

use crate::support::{Node, Person, Refused, Town, until};

/// The pool of a town's node.
const POOL: usize = 5;

/// Queues a post behind all others, past the doors.
fn queue(node: &Node, person: &Person, room: RoomId, new: &NewMessage) -> oneshot::Receiver<Result<Posted, Error>> {
    let (answer, answered) = oneshot::channel();
    let draft = Draft::parse(person.id(), room, new.clone()).unwrap();
    node.app.writer.post(draft, None, |posted| drop(answer.send(posted)));
    answered
}

/// What is answered to the post with this reference.
async fn answer(socket: &mut Socket, mine: &str) -> Result<(), ErrorCode> {
    let answered = socket.expect("an answer", |frame| match frame {
        ServerFrame::Ok { reference, .. } if reference == mine => Some(Ok(())),
        ServerFrame::Error { reference: Some(reference), code, .. } if reference == mine => Some(Err(code)),
        _ => None,
    });
    answered.await.unwrap()
}

async fn bodies(person: &Person, room: RoomId) -> Vec<String> {
    let changes = person.changes(room, 0, None).await.unwrap();
    changes.messages.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn a_panic_refuses_what_was_under_way_and_the_next_post_is_stored() {
    let town = Town::found("writer_panics").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    for round in 0..3 {
        let draft = Draft::parse(ada.id(), room, text(&format!("bad {round}"))).unwrap();
        town.node.app.writer.post(draft, None, |_| panic!("put in by a test: an answer that fails"));
        // It may be in the same batch: then it is refused with it, stored or not, and sent again.
        let new = text(&format!("good {round}"));
        until("the next post to be stored", async || ada.post(room, &new).await.is_ok()).await;
    }
    let good = bodies(&ada, room).await.into_iter().filter(|body| body.starts_with("good"));
    assert_eq!(good.collect::<Vec<_>>(), ["good 0", "good 1", "good 2"]);
}

#[tokio::test]
async fn while_a_repeat_is_looked_for_others_are_stored_and_its_own_id_waits() {
    let town = Town::found("repeat_beside").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let repeated = text("once");
    let stored = ada.post(room, &repeated).await.unwrap().message().unwrap();
    // Every connection that could be asked about it is taken.
    let mut pool = Vec::new();
    for _ in 0..POOL {
        pool.push(town.node.app.db.get().await.unwrap());
    }
    let mut repeat = queue(&town.node, &ada, room, &repeated);
    let mut again = queue(&town.node, &ada, room, &repeated);
    // The first of these may be in one batch with the repeat, the others are not.
    for number in 0..3 {
        let posted = queue(&town.node, &ada, room, &text(&format!("{number}"))).await.unwrap();
        assert!(matches!(posted, Ok(Posted::New(_))), "{posted:?}");
    }
    assert!(repeat.try_recv().is_err() && again.try_recv().is_err(), "nobody can have looked for it");
    drop(pool);
    for repeat in [repeat, again] {
        let Ok(Posted::Again(message)) = repeat.await.unwrap() else { panic!("it was stored before") };
        assert_eq!(message, stored);
    }
    assert_eq!(bodies(&ada, room).await, ["once", "0", "1", "2"]);
}

#[tokio::test]
async fn a_head_that_stays_locked_is_given_up_what_follows_is_refused_and_the_repeats_keep_their_order() {
    let town = Town::found("head_locked").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let mut socket = ada.listen(&[room]).await;
    let mut holder = town.connect().await;
    let lock = format!("BEGIN; SELECT FROM room_heads WHERE room_id = '{room}' FOR UPDATE");
    holder.batch_execute(&lock).await.unwrap();
    let posts: Vec<NewMessage> = ["one", "two", "three"].map(text).into();
    for (number, message) in posts.iter().enumerate() {
        let (reference, message) = (number.to_string(), message.clone());
        socket.send(&ClientFrame::Post { reference, room_id: room, message }).await.unwrap();
    }
    let by_rest = text("by the other door");
    let refused = ada.post(room, &by_rest);
    let all = async {
        for number in ["0", "1", "2"] {
            assert_eq!(answer(&mut socket, number).await, Err(ErrorCode::Unavailable));
        }
    };
    let (refused, ()) = tokio::join!(refused, all);
    refused.refused(ErrorCode::Unavailable);
    assert_eq!(bodies(&ada, room).await, [""; 0]);

    holder.batch_execute("ROLLBACK").await.unwrap();
    for (number, message) in posts.iter().enumerate() {
        let (reference, message) = (format!("again {number}"), message.clone());
        socket.send(&ClientFrame::Post { reference, room_id: room, message }).await.unwrap();
    }
    for number in 0..3 {
        assert_eq!(answer(&mut socket, &format!("again {number}")).await, Ok(()));
    }
    let stored = tokio::time::timeout(Duration::from_secs(10), ada.post(room, &by_rest)).await.unwrap().unwrap();
    assert!(matches!(stored, Answered::Stored(_)));
    assert_eq!(bodies(&ada, room).await, ["one", "two", "three", "by the other door"]);
}
