//! A planned stop: nobody is let in any more, who is in is asked to come back, and what was posted is answered.

use std::time::Duration;

use api::app::Faults;
use client::{ClientError, Socket, text};
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{ErrorCode, RoomKind};

use crate::support::Town;

#[tokio::test]
async fn what_was_posted_before_a_stop_is_answered() {
    let slow = Faults { delayed_commits_percent: 100, commit_delay: Duration::from_millis(400), ..Faults::NONE };
    let town = Town::found_with("departs", slow, |_| {}).await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let mut socket = ada.listen(&[room]).await;
    for n in 0..5 {
        let reference = n.to_string();
        socket.send(&ClientFrame::Post { reference, room_id: room, message: text(&format!("{n}")) }).await.unwrap();
    }
    // All were taken before the stop: frames of a socket are read in order, and this one is answered at once.
    socket.send(&ClientFrame::Typing { reference: Some("taken".into()), room_id: room, typing: false }).await.unwrap();
    let mut answered = Vec::new();
    let mut note = |frame| match frame {
        ServerFrame::Ok { reference, .. } => {
            answered.push(reference.clone());
            (reference == "taken").then_some(())
        }
        _ => None,
    };
    socket.expect("the sign", &mut note).await.unwrap();
    town.node.app.drain();
    let closed = loop {
        match socket.next().await {
            Ok(frame) => drop(note(frame)),
            Err(ClientError::Closed(closed)) => break closed,
            Err(error) => panic!("{error}"),
        }
    };
    assert!(closed.is(CloseCode::Restart), "{closed:?}");
    answered.retain(|reference| reference != "taken");
    assert_eq!(answered, ["0", "1", "2", "3", "4"]);
}

#[tokio::test]
async fn nobody_is_let_in_while_a_node_stops() {
    let town = Town::found("departs_closed").await;
    town.node.app.drain();
    let Err(ClientError::Problem(problem)) = Socket::connect(&town.node.url).await else { panic!("it was let in") };
    assert_eq!((problem.code, problem.status), (ErrorCode::Stopping, 503));
}
