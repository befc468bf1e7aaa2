//! What is told while it happens: posts and their answers, changes to watchers, bumps to the others.

use client::{Socket, text};
use diesel_async::SimpleAsyncConnection;
use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, Message, RoomId, RoomKind};

use crate::support::{Person, Town, next_changes};

/// The answer to the request of this reference: a message, or none, or why not.
pub(super) async fn answer(socket: &mut Socket, wanted: &str) -> Result<Option<Message>, ErrorCode> {
    let pick = |frame| match frame {
        ServerFrame::Ok { reference, message, .. } if reference == wanted => Some(Ok(message)),
        ServerFrame::Error { reference: Some(reference), code, .. } if reference == wanted => Some(Err(code)),
        _ => None,
    };
    socket.expect(wanted, pick).await.unwrap()
}

fn post(reference: &str, room_id: RoomId, body: &str) -> ClientFrame {
    ClientFrame::Post { reference: reference.into(), room_id, message: text(body) }
}

async fn talking(town: &Town) -> (Person, Person, RoomId) {
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    (mina, david, room)
}

#[tokio::test]
async fn a_post_is_answered_and_told_to_all_who_watch_its_author_among_them() {
    let town = Town::found("socket_post").await;
    let (mina, david, room) = talking(&town).await;
    let (mut minas, mut davids) = (mina.listen(&[room]).await, david.listen(&[room]).await);
    minas.send(&post("1", room, "hello")).await.unwrap();
    let told = loop {
        let changes = next_changes(&mut davids, room).await;
        if let [message] = changes.messages.as_slice() {
            assert_eq!((changes.since + 1, changes.rev), (message.seq, message.seq));
            break message.clone();
        }
    };
    assert_eq!((told.body.as_str(), told.author_id), ("hello", mina.id()));
    let mut seen = (false, false);
    while seen != (true, true) {
        match minas.next().await.unwrap() {
            ServerFrame::Ok { reference, message, .. } => {
                assert_eq!((reference.as_str(), message.as_ref()), ("1", Some(&told)));
                seen.0 = true;
            }
            ServerFrame::Changes(changes) if changes.messages.contains(&told) => seen.1 = true,
            _ => {}
        }
    }
}

#[tokio::test]
async fn posts_of_one_socket_are_stored_in_the_order_they_came() {
    let town = Town::found("socket_order").await;
    let (mina, _david, room) = talking(&town).await;
    let mut socket = mina.listen(&[]).await;
    for n in 0..40 {
        socket.send(&post(&n.to_string(), room, &format!("{n}"))).await.unwrap();
    }
    let mut places = Vec::new();
    for n in 0..40 {
        let message = answer(&mut socket, &n.to_string()).await.unwrap().unwrap();
        assert_eq!(message.body, n.to_string());
        places.push(message.seq);
    }
    assert!(places.is_sorted_by(|before, after| before < after));
}

#[tokio::test]
async fn what_was_sent_behind_a_refused_post_is_refused_too_so_that_a_repeat_keeps_the_order() {
    let town = Town::found("socket_lane").await;
    let (mina, _david, room) = talking(&town).await;
    let mut socket = mina.listen(&[]).await;
    let messages: Vec<_> = ["one", "two", "three"].map(text).into();
    let send = |n: usize| ClientFrame::Post { reference: n.to_string(), room_id: room, message: messages[n].clone() };
    // The commit of the first waits for the room; the others wait for that commit.
    let mut database = town.connect().await;
    database
        .batch_execute(&format!("BEGIN; SELECT 1 FROM room_heads WHERE room_id = '{room}' FOR UPDATE"))
        .await
        .unwrap();
    socket.send(&send(0)).await.unwrap();
    let stuck = "datname = current_database() AND wait_event_type = 'Lock'";
    town.until(&format!("SELECT count(*) = 1 AS held FROM pg_stat_activity WHERE {stuck}")).await;
    socket.send(&send(1)).await.unwrap();
    socket.send(&send(2)).await.unwrap();
    socket.send(&ClientFrame::Unwatch { reference: Some("queued".into()), room_id: room }).await.unwrap();
    assert_eq!(answer(&mut socket, "queued").await, Ok(None));
    // The first fails with its connection. Its room is free before the others are looked at, or after: no matter.
    town.execute(&format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {stuck}")).await;
    database.batch_execute("ROLLBACK").await.unwrap();
    for n in 0..3 {
        let refused = answer(&mut socket, &n.to_string()).await;
        assert!(matches!(refused, Err(ErrorCode::Unavailable | ErrorCode::Internal)), "{n}: {refused:?}");
    }
    for n in 0..3 {
        socket.send(&send(n)).await.unwrap();
    }
    for n in 0..3 {
        assert!(answer(&mut socket, &n.to_string()).await.is_ok());
    }
    let page = mina.messages(room, sync::Asked::Newest, None).await.unwrap();
    let bodies: Vec<_> = page.items.iter().map(|message| message.body.as_str()).collect();
    assert_eq!(bodies, ["one", "two", "three"]);
}

#[tokio::test]
async fn a_post_that_is_refused_is_answered_with_its_code() {
    let town = Town::found("socket_refused_post").await;
    let (mina, david, _room) = talking(&town).await;
    let private = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let public = mina.create_room("orchard", RoomKind::Public).await.unwrap().id;
    let mut socket = david.listen(&[]).await;
    for (reference, room, body, code) in [
        ("private", private, "hi", ErrorCode::NotFound),
        ("public", public, "hi", ErrorCode::NotAMember),
        ("blank", public, " ", ErrorCode::Invalid),
    ] {
        socket.send(&post(reference, room, body)).await.unwrap();
        assert_eq!(answer(&mut socket, reference).await, Err(code), "{reference}");
    }
    assert!(mina.changes(public, 0, None).await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn who_does_not_watch_a_room_hears_only_that_it_moved() {
    let town = Town::found("socket_bumps").await;
    let (mina, david, room) = talking(&town).await;
    let mut socket = david.listen(&[]).await;
    let said = mina.say(room, "hello").await;
    let pick = |frame| match frame {
        ServerFrame::Bump { room_id, rev, last_seq, .. } => Some((room_id, rev, last_seq)),
        ServerFrame::Changes(changes) => panic!("not watched, but told {changes:?}"),
        _ => None,
    };
    assert_eq!(socket.expect("a bump", pick).await.unwrap(), (room, said.rev, said.seq));
    // From now on it watches, from what it holds.
    socket.send(&ClientFrame::Watch { reference: Some("w".into()), room_id: room, rev: said.rev }).await.unwrap();
    assert_eq!(answer(&mut socket, "w").await, Ok(None));
    let edited = mina.edit(said.id, "hello there").await.unwrap();
    let changes = next_changes(&mut socket, room).await;
    assert_eq!((changes.since, changes.messages), (said.rev, vec![edited]));
    // And no more.
    socket.send(&ClientFrame::Unwatch { reference: Some("u".into()), room_id: room }).await.unwrap();
    assert_eq!(answer(&mut socket, "u").await, Ok(None));
    let last = mina.say(room, "bye").await;
    assert_eq!(socket.expect("a bump", pick).await.unwrap(), (room, last.rev, last.seq));
}

#[tokio::test]
async fn a_new_room_and_a_new_mark_are_told_on_every_device() {
    let town = Town::found("socket_me").await;
    let (mina, david, room) = talking(&town).await;
    let second = david.second_device().await;
    let (mut first, mut second) = tokio::join!(david.listen(&[]), second.listen(&[]));
    let private = mina.room_with("plans", RoomKind::Private, &[&david]).await.id;
    let joined = |wanted: RoomId| {
        move |frame| match frame {
            ServerFrame::MeChanges(changes) => changes.marks.into_iter().find(|mark| mark.room_id == wanted),
            _ => None,
        }
    };
    for socket in [&mut first, &mut second] {
        assert!(socket.expect("the new room", joined(private)).await.unwrap().joined);
    }
    let said = mina.say(room, "hello").await;
    first.send(&ClientFrame::Read { reference: None, room_id: room, seq: said.seq }).await.unwrap();
    assert_eq!(second.expect("the new mark", joined(room)).await.unwrap().read_seq, said.seq);
    // The room it was just taken into moves for it too.
    let here = mina.say(private, "welcome").await;
    let pick = |frame| match frame {
        ServerFrame::Bump { room_id, last_seq, .. } if room_id == private => Some(last_seq),
        _ => None,
    };
    assert_eq!(second.expect("a bump", pick).await.unwrap(), here.seq);
}

#[tokio::test]
async fn who_stops_watching_just_then_still_hears_that_the_room_moved() {
    let town = Town::found("unwatch_race").await;
    let (mina, david, room) = talking(&town).await;
    let mut davids = david.listen(&[]).await;
    for round in 0..12 {
        let rev = mina.changes(room, 0, Some(1)).await.unwrap().rev;
        davids.send(&ClientFrame::Watch { reference: None, room_id: room, rev }).await.unwrap();
        let saying = tokio::spawn({
            let mina = mina.clone();
            async move { mina.say(room, &format!("round {round}")).await }
        });
        davids.send(&ClientFrame::Unwatch { reference: None, room_id: room }).await.unwrap();
        let said = saying.await.unwrap();
        let pick = |frame| match frame {
            ServerFrame::Changes(changes) => (changes.rev >= said.rev).then_some(()),
            ServerFrame::Bump { rev, .. } => (rev >= said.rev).then_some(()),
            _ => None,
        };
        davids.expect("word of it", pick).await.unwrap();
    }
}
