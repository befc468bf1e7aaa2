//! Incoming webhooks: what is sent in Slack's shape becomes a message.

use client::{Answer, Client, Method};
use reqwest::header::HeaderMap;
use sync::Asked;
use types::{ErrorCode, Message, RoomId, RoomKind, UpdateRoom};

use crate::support::{Person, Refused, Town};

/// Sends something to a webhook's address.
async fn send(client: &Client, url: &str, kind: &str, key: Option<&str>, body: &str) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert("Content-Type", kind.parse().unwrap());
    if let Some(key) = key {
        headers.insert("Idempotency-Key", key.parse().unwrap());
    }
    let path = url.strip_prefix(client.base_url()).unwrap_or(url);
    client.raw(Method::POST, path, headers, body.as_bytes().to_vec()).await.unwrap()
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status, String::from_utf8_lossy(&answer.body).into_owned())
}

async fn all(person: &Person, room: RoomId) -> Vec<Message> {
    person.messages(room, Asked::Newest, None).await.unwrap().items
}

const JSON: &str = "application/json";

#[tokio::test]
async fn what_is_sent_to_an_address_is_said_in_its_room_and_answered_as_slack_answers() {
    let town = Town::found("hooks_in").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("builds", RoomKind::Private, &[&david]).await.id;
    let made = mina.create_incoming_hook(room, "Build robot").await.unwrap();
    let anyone = town.stranger();
    let answer =
        send(&anyone, &made.url, JSON, None, r#"{"text":"*Done* <https://ci.example.org|see> @david <!here>"}"#).await;
    assert_eq!(said(&answer), (200, "ok".into()));
    let message = all(&david, room).await.remove(0);
    assert_eq!(message.body, "**Done** [see](https://ci.example.org) @david here");
    assert_eq!((message.author_id, message.mentions.len(), message.everyone), (made.hook.user_id, 0, None));
    let form = "payload=%7B%22text%22%3A%22by%20form%22%7D";
    let answer = send(&anyone, &made.url, "application/x-www-form-urlencoded", None, form).await;
    assert_eq!(said(&answer), (200, "ok".into()));
    assert_eq!(all(&david, room).await[1].body, "by form");
    let listed = mina.incoming_hooks(room).await.unwrap().items;
    assert_eq!((listed.len(), listed[0].name.as_str()), (1, "Build robot"));
    assert!(listed[0].last_used_at.is_some());
    let author = david.user(made.hook.user_id).await.unwrap();
    assert!(author.bot && author.display_name == "Build robot");
}

#[tokio::test]
async fn the_same_key_again_posts_once() {
    let town = Town::found("hooks_in_key").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("builds", RoomKind::Public).await.unwrap().id;
    let made = mina.create_incoming_hook(room, "Build robot").await.unwrap();
    let anyone = town.stranger();
    for _ in 0..3 {
        assert_eq!(send(&anyone, &made.url, JSON, Some("build 7"), r#"{"text":"seven"}"#).await.status, 200);
    }
    let other = send(&anyone, &made.url, JSON, Some("build 7"), r#"{"text":"eight"}"#).await;
    assert_eq!(said(&other), (409, "idempotency_key_reused".into()));
    assert_eq!(all(&mina, room).await.len(), 1);
}

#[tokio::test]
async fn what_says_nothing_or_goes_nowhere_is_refused_in_slacks_words() {
    let town = Town::found("hooks_in_refused").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("builds", RoomKind::Public).await.unwrap().id;
    let made = mina.create_incoming_hook(room, "Build robot").await.unwrap();
    let anyone = town.stranger();
    for (body, wanted) in [
        ("{}", "no_text"),
        (r#"{"text":"\u0000"}"#, "no_text"),
        ("[", "invalid_payload"),
        ("", "invalid_payload"),
        (r#"{"text":7}"#, "invalid_payload"),
    ] {
        assert_eq!(said(&send(&anyone, &made.url, JSON, None, body).await), (400, wanted.into()), "{body}");
    }
    assert_eq!(
        said(&send(&anyone, "/hooks/nothing", JSON, None, r#"{"text":"hi"}"#).await),
        (404, "no_service".into())
    );
    let archive = UpdateRoom { archived: Some(true), ..UpdateRoom::default() };
    mina.update_room(room, &archive).await.unwrap();
    let answer = send(&anyone, &made.url, JSON, None, r#"{"text":"hi"}"#).await;
    assert_eq!(said(&answer), (410, "channel_is_archived".into()));
    mina.update_room(room, &UpdateRoom { archived: Some(false), ..UpdateRoom::default() }).await.unwrap();
    mina.remove_incoming_hook(room, made.hook.id).await.unwrap();
    assert_eq!(send(&anyone, &made.url, JSON, None, r#"{"text":"hi"}"#).await.status, 404);
    let members = mina.members(room, None, None).await.unwrap().items;
    assert!(members.iter().all(|member| member.user_id != made.hook.user_id), "its account left with it");
    assert!(all(&mina, room).await.is_empty());
    mina.remove_incoming_hook(room, made.hook.id).await.refused(ErrorCode::NotFound);
}

#[tokio::test]
async fn only_moderators_see_to_a_rooms_webhooks() {
    let town = Town::found("hooks_in_outside").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("builds", RoomKind::Private, &[&david]).await.id;
    let made = mina.create_incoming_hook(room, "Build robot").await.unwrap();
    david.create_incoming_hook(room, "Mine").await.map(drop).refused(ErrorCode::NotAllowed);
    david.incoming_hooks(room).await.refused(ErrorCode::NotAllowed);
    david.remove_incoming_hook(room, made.hook.id).await.refused(ErrorCode::NotAllowed);
    ada.create_incoming_hook(room, "Mine").await.map(drop).refused(ErrorCode::NotFound);
    ada.incoming_hooks(room).await.refused(ErrorCode::NotFound);
    let elsewhere = mina.create_room("other", RoomKind::Private).await.unwrap().id;
    mina.remove_incoming_hook(elsewhere, made.hook.id).await.refused(ErrorCode::NotFound);
    let direct = mina.open_direct(&[david.id()]).await.unwrap().id;
    mina.create_incoming_hook(direct, "Between us").await.map(drop).refused(ErrorCode::NotAllowed);
    mina.create_incoming_hook(room, " ").await.map(drop).invalid("name", "required");
}

#[tokio::test]
async fn a_webhook_is_limited() {
    let town = Town::found_with("hooks_in_limit", api::app::Faults::default(), |config| {
        config.rate_limits = true;
        config.limit_hooks = "2/60".parse().unwrap();
    })
    .await;
    let mina = town.person("mina").await;
    let room = mina.create_room("builds", RoomKind::Public).await.unwrap().id;
    let made = mina.create_incoming_hook(room, "Build robot").await.unwrap();
    let anyone = town.stranger();
    let mut statuses = Vec::new();
    for number in 0..3 {
        statuses.push(send(&anyone, &made.url, JSON, None, &format!(r#"{{"text":"{number}"}}"#)).await.status);
    }
    assert_eq!(statuses, [200, 200, 429]);
}
