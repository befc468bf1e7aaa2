//! Requests that are not what they should be, each with its code.

use client::{Answer, ClientError, Method};
use types::{ErrorCode, RoomId, RoomKind};

use crate::support::{Person, Refused, Town};

async fn posted(person: &Person, room: RoomId, body: &[u8], content_type: Option<&str>) -> Result<(), ClientError> {
    let mut headers = person.headers();
    headers.remove("content-type");
    if let Some(content_type) = content_type {
        headers.insert("content-type", content_type.parse().unwrap());
    }
    let path = format!("/api/v1/rooms/{room}/messages");
    let answer: Answer = person.raw(Method::POST, &path, headers, body.to_vec()).await?;
    assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{answer:?}");
    answer.json()
}

#[tokio::test]
async fn a_body_that_is_not_what_it_says_is_refused_with_its_code() {
    let town = Town::found("bad_requests").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    let json = Some("application/json");
    for (body, content_type, code) in [
        (b"{\"body\": \"hi\"".as_slice(), json, ErrorCode::Malformed),
        (b"{\"body\": \"\xff\xfe\"}", json, ErrorCode::Malformed),
        (b"{\"body\": 7}", json, ErrorCode::Malformed),
        (b"{}", json, ErrorCode::Malformed),
        (b"[]", json, ErrorCode::Malformed),
        (b"", json, ErrorCode::Malformed),
        (b"{\"body\": \"hi\", \"id\": \"one\"}", json, ErrorCode::Malformed),
        (b"{\"body\": \"hi\"}", Some("text/plain"), ErrorCode::UnsupportedMediaType),
        (b"{\"body\": \"hi\"}", None, ErrorCode::UnsupportedMediaType),
        (&[b' '; 300 * 1024], json, ErrorCode::TooLarge),
    ] {
        posted(&ada, room, body, content_type).await.refused(code);
    }
    assert!(ada.changes(room, 0, None).await.unwrap().messages.is_empty());
}

#[tokio::test]
async fn a_query_or_path_that_cannot_be_read_is_malformed() {
    let town = Town::found("bad_queries").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    for path in [
        format!("/rooms/{room}/messages?before=x"),
        format!("/rooms/{room}/messages?before=1&after=1"),
        format!("/rooms/{room}/messages?around=7"),
        format!("/rooms/{room}/changes?since=-1"),
        format!("/rooms/{room}/changes?since=99999999999999999999"),
        "/rooms/not-an-id".into(),
        "/messages/not-an-id".into(),
    ] {
        let answer = ada.raw(Method::GET, &format!("/api/v1{path}"), ada.headers(), vec![]).await.unwrap();
        assert_eq!(answer.status, 400, "{path}");
        answer.json::<()>().refused(ErrorCode::Malformed);
    }
}

#[tokio::test]
async fn an_address_that_is_not_there_and_a_method_that_is_not_known_are_told_apart() {
    let town = Town::found("no_such_route").await;
    let ada = town.person("ada").await;
    let ask = async |method: Method, path: &str| {
        let answer = ada.raw(method, path, ada.headers(), vec![]).await.unwrap();
        answer.json::<()>()
    };
    ask(Method::GET, "/api/v1/nothing").await.refused(ErrorCode::NotFound);
    ask(Method::DELETE, "/api/v1/rooms").await.refused(ErrorCode::MethodNotAllowed);
}
