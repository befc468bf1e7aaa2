//! From the upgrade to `ready`: hello, who one is, one's rooms.

use client::{Resume, Socket};
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{ErrorCode, RoomId, RoomKind};

use crate::support::{Person, Refused, Town};

/// The code of the next error frame.
async fn error(socket: &mut Socket) -> ErrorCode {
    let pick = |frame| match frame {
        ServerFrame::Error { code, .. } => Some(code),
        _ => None,
    };
    socket.expect("an error", pick).await.unwrap()
}

async fn said_hello(socket: &mut Socket) {
    assert!(matches!(socket.next().await.unwrap(), ServerFrame::Hello { heartbeat_ms: 25_000, .. }));
}

#[tokio::test]
async fn hello_rooms_and_ready_come_in_this_order() {
    let town = Town::found("socket_opening").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("plans", RoomKind::Private, &[&david]).await;
    let said = mina.say(room.id, "hello").await;
    let mut socket = Socket::connect(david.base_url()).await.unwrap();
    said_hello(&mut socket).await;
    socket.authenticate(david.access_token().unwrap(), &Resume::default()).await.unwrap();
    let ServerFrame::Rooms { items } = socket.next().await.unwrap() else { panic!("rooms come first") };
    assert_eq!(items.len(), 2);
    let mine = items.iter().find(|mine| mine.room.id == room.id).unwrap();
    assert_eq!((mine.last_seq, mine.unread, mine.room.name.as_deref()), (said.seq, 1, Some("plans")));
    assert_eq!(socket.next().await.unwrap(), ServerFrame::Ready { user_id: david.id() });
}

#[tokio::test]
async fn a_room_that_is_not_ones_own_is_gone() {
    let town = Town::found("socket_gone").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.create_room("plans", RoomKind::Private).await.unwrap().id;
    let nowhere = RoomId("0190d0f0-0000-7000-8000-000000000000".parse().unwrap());
    let mut socket = Socket::open(&david.client, &Resume::watching([room, nowhere])).await.unwrap();
    for _ in 0..2 {
        let pick = |frame| match frame {
            ServerFrame::Gone { room_id } => Some(room_id),
            ServerFrame::Changes(changes) => panic!("a stranger was told {changes:?}"),
            _ => None,
        };
        let gone = socket.expect("gone", pick).await.unwrap();
        assert!([room, nowhere].contains(&gone));
    }
    socket.ready().await.unwrap();
    let watch = ClientFrame::Watch { reference: None, room_id: room, rev: 0 };
    socket.send(&watch).await.unwrap();
    let pick = |frame| matches!(frame, ServerFrame::Gone { room_id } if room_id == room).then_some(());
    socket.expect("gone again", pick).await.unwrap();
}

#[tokio::test]
async fn what_cannot_be_read_is_answered_and_the_socket_stays() {
    let town = Town::found("socket_bad_frames").await;
    let ada = town.person("ada").await;
    let mut socket = ada.listen(&[]).await;
    for text in ["", "{", "[]", "{\"type\":\"dance\"}", "{\"type\":\"post\"}", "{\"type\":\"watch\",\"room_id\":7}"] {
        socket.send_text(text).await.unwrap();
        assert_eq!(error(&mut socket).await, ErrorCode::BadFrame, "{text}");
    }
    socket.send_binary(b"{}").await.unwrap();
    assert_eq!(error(&mut socket).await, ErrorCode::BadFrame);
    let read = ClientFrame::Observe { reference: Some("7".into()), user_ids: vec![ada.id()] };
    socket.send(&read).await.unwrap();
    let pick = |frame| matches!(frame, ServerFrame::Ok { reference, .. } if reference == "7").then_some(());
    socket.expect("an answer", pick).await.unwrap();
}

#[tokio::test]
async fn nothing_is_done_before_one_says_who_one_is() {
    let town = Town::found("socket_unauthenticated").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let mut socket = Socket::connect(ada.base_url()).await.unwrap();
    said_hello(&mut socket).await;
    socket.send(&ClientFrame::Watch { reference: None, room_id: room, rev: 0 }).await.unwrap();
    assert_eq!(error(&mut socket).await, ErrorCode::NotSignedIn);
}

async fn refused_with(ada: &Person, token: String, code: CloseCode) {
    let mut socket = Socket::connect(ada.base_url()).await.unwrap();
    socket.authenticate(token, &Resume::default()).await.unwrap();
    let closed = socket.closed().await.unwrap();
    assert!(closed.is(code), "{closed:?}");
    assert!(!closed.reconnects());
}

#[tokio::test]
async fn a_token_that_is_not_ours_and_one_of_an_ended_session_close_with_their_codes() {
    let town = Town::found("socket_bad_tokens").await;
    let ada = town.person("ada").await;
    let token = ada.access_token().unwrap();
    let (head, rest) = token.split_once('.').unwrap();
    let (claims, signature) = rest.split_once('.').unwrap();
    // {"alg":"none","typ":"JWT"} and the claims of a good token.
    let unsigned = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{claims}.");
    let forged: String = format!("{head}.{claims}.{}", signature.chars().rev().collect::<String>());
    for token in [String::new(), "not a token".into(), unsigned, forged] {
        refused_with(&ada, token, CloseCode::BadToken).await;
    }
    let device = ada.second_device().await;
    let ended = device.access_token().unwrap();
    device.sign_out().await.unwrap();
    refused_with(&ada, ended, CloseCode::SessionEnded).await;
}

#[tokio::test]
async fn a_token_that_has_run_out_closes_with_a_code_that_asks_for_a_fresh_one() {
    const SECRET: &str = "a secret that this test knows as well";
    let choose = |config: &mut api::Config| config.secret = Some(SECRET.into());
    let town = Town::found_with("socket_expired_token", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let me = ada.me().await.unwrap();
    let claims = serde_json::json!({ "exp": 1_700_000_000, "iat": 1_700_000_000, "aud": "confab", "iss": "confab",
        "sub": me.user.id, "sid": me.session_id });
    let key = api::accounts::secret::derive(SECRET.as_bytes(), "confab access token v1");
    let key = jsonwebtoken::EncodingKey::from_secret(&key);
    let token = jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap();
    let mut socket = Socket::connect(ada.base_url()).await.unwrap();
    socket.authenticate(token, &Resume::default()).await.unwrap();
    let closed = socket.closed().await.unwrap();
    assert!(closed.is(CloseCode::TokenExpired) && closed.reconnects(), "{closed:?}");
    ada.refresh().await.unwrap();
    ada.listen(&[]).await;
}

#[tokio::test]
async fn a_page_of_another_origin_is_refused_and_one_of_ours_is_not() {
    let choose = |config: &mut api::Config| config.public_url = Some("https://chat.example.org".into());
    let town = Town::found_with("socket_origin", Default::default(), choose).await;
    let url = &town.node.url;
    for foreign in ["https://evil.example", "null", "https://chat.example.org.evil.example"] {
        Socket::connect_from(url, Some(foreign)).await.map(drop).refused(ErrorCode::WrongOrigin);
    }
    for ours in [None, Some("https://chat.example.org"), Some(url.as_str())] {
        let mut socket = Socket::connect_from(url, ours).await.unwrap();
        said_hello(&mut socket).await;
    }
}

#[tokio::test]
async fn a_frame_that_is_too_large_is_told_and_ends_the_socket() {
    let town = Town::found("socket_large_frame").await;
    let ada = town.person("ada").await;
    let mut socket = ada.listen(&[]).await;
    socket.send_text(&format!("{{\"type\":\"post\",\"ref\":\"{}\"}}", "x".repeat(130 * 1024))).await.unwrap();
    assert_eq!(error(&mut socket).await, ErrorCode::TooLarge);
    assert!(socket.closed().await.unwrap().is(CloseCode::Protocol));
}

#[tokio::test]
async fn who_says_too_much_is_told_and_then_put_out() {
    let choose = |config: &mut api::Config| config.rate_limits = true;
    let town = Town::found_with("socket_flood", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let mut socket = ada.listen(&[]).await;
    for n in 0..130 {
        let frame = ClientFrame::Observe { reference: Some(n.to_string()), user_ids: vec![] };
        socket.send(&frame).await.unwrap();
    }
    assert_eq!(error(&mut socket).await, ErrorCode::RateLimited);
    // Read on while speaking: a close frame that comes while nobody reads is lost with the connection.
    let closed = loop {
        let frame = ClientFrame::Observe { reference: Some("more".into()), user_ids: vec![] };
        if socket.send(&frame).await.is_err() {
            break socket.closed().await.unwrap();
        }
        match socket.next().await {
            Ok(_) => {}
            Err(client::ClientError::Closed(closed)) => break closed,
            Err(other) => panic!("{other}"),
        }
    };
    assert!(closed.is(CloseCode::Flood) && closed.reconnects(), "{closed:?}");
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_put_out_after_ten_seconds_and_may_come_back() {
    let town = Town::found("socket_silent").await;
    let mut socket = Socket::connect(town.stranger().base_url()).await.unwrap();
    said_hello(&mut socket).await;
    let began = std::time::Instant::now();
    let end = tokio::time::timeout(std::time::Duration::from_secs(20), socket.next()).await.expect("it stays");
    let Err(client::ClientError::Closed(closed)) = end else { panic!("{end:?}") };
    assert!(closed.is(CloseCode::Slow) && closed.reconnects(), "{closed:?}");
    assert!(began.elapsed() >= std::time::Duration::from_secs(9), "{:?}", began.elapsed());
}
