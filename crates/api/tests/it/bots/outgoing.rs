//! Outgoing webhooks: an address is told what happens in a room, once it answers.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use types::{ErrorCode, HookCall, HookEvent, NewOutgoingHook, RoomKind};

use crate::support::{Refused, Town, until};

/// What was sent: its headers, in small letters, and its body.
struct Received {
    head: String,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        let line = self.head.lines().find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("{name} in {}", self.head)).split_once(": ").unwrap().1
    }

    fn call(&self) -> HookCall {
        serde_json::from_str(&self.body).unwrap()
    }
}

/// Somebody's server: it answers with the statuses it was given, and with 200 from then on.
struct Receiver {
    url: String,
    received: mpsc::UnboundedReceiver<Received>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
}

impl Receiver {
    async fn listen() -> Receiver {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (told, received) = mpsc::unbounded_channel();
        let statuses: Arc<Mutex<VecDeque<u16>>> = Arc::default();
        let answers = statuses.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let (told, answers) = (told.clone(), answers.clone());
                tokio::spawn(async move {
                    let mut bytes = Vec::new();
                    loop {
                        let mut part = [0; 4096];
                        let Ok(count) = stream.read(&mut part).await else { return };
                        bytes.extend_from_slice(&part[..count]);
                        let text = String::from_utf8_lossy(&bytes).into_owned();
                        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                        let received = Received { head: head.into(), body: body.into() };
                        if received.header("content-length").parse::<usize>().unwrap() > received.body.len() {
                            continue;
                        }
                        let status = answers.lock().unwrap().pop_front().unwrap_or(200);
                        let _ = told.send(received);
                        let answer = format!(
                            "HTTP/1.1 {status} X\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                        );
                        let _ = stream.write_all(answer.as_bytes()).await;
                        return;
                    }
                });
            }
        });
        Receiver { url, received, statuses }
    }

    async fn next(&mut self) -> Received {
        tokio::time::timeout(std::time::Duration::from_secs(20), self.received.recv()).await.unwrap().unwrap()
    }

    fn answers(&self, statuses: impl IntoIterator<Item = u16>) {
        self.statuses.lock().unwrap().extend(statuses);
    }
}

fn all(url: &str) -> NewOutgoingHook {
    let events = vec![HookEvent::MessageCreated, HookEvent::MessageEdited, HookEvent::MessageDeleted];
    NewOutgoingHook { url: url.into(), events, trigger_words: vec![] }
}

async fn town(test: &str) -> Town {
    Town::found_with(test, api::app::Faults::default(), |config| config.webhook_private = true).await
}

#[tokio::test]
async fn what_happens_is_told_in_order_signed_and_by_whom() {
    let town = town("hooks_out").await;
    let _other = town.second_node().await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Private).await.unwrap().id;
    mina.say(room, "before there was a webhook").await;
    let mut receiver = Receiver::listen().await;
    let made = mina.create_outgoing_hook(room, &all(&receiver.url)).await.unwrap();
    let said = mina.say(room, "hello").await;
    let first = receiver.next().await;
    let call = first.call();
    assert_eq!((call.event, &call.message, call.author.id), (HookEvent::MessageCreated, &said, mina.id()));
    assert_eq!(first.header("x-confab-event"), "message.created");
    assert_eq!(first.header("x-confab-event-id"), call.id.to_string());
    let mut mac = Hmac::<Sha256>::new_from_slice(made.key.as_bytes()).unwrap();
    mac.update(format!("{}.{}", first.header("x-confab-timestamp"), first.body).as_bytes());
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(first.header("x-confab-signature"), format!("v1={signature}"));
    mina.edit(said.id, "hello all").await.unwrap();
    let edited = receiver.next().await.call();
    assert_eq!((edited.event, edited.message.body.as_str()), (HookEvent::MessageEdited, "hello all"));
    mina.react(said.id, "👍").await.unwrap();
    mina.pin(said.id).await.unwrap();
    mina.delete_message(said.id).await.unwrap();
    let deleted = receiver.next().await.call();
    assert_eq!((deleted.event, deleted.message.body.as_str()), (HookEvent::MessageDeleted, ""));
    assert!(call.id != edited.id && edited.id != deleted.id);
    let log = async || mina.deliveries(room, made.hook.id).await.unwrap().items;
    until("all are logged as taken", async || log().await.iter().all(|row| row.delivered_at.is_some())).await;
    let log = log().await;
    assert_eq!(
        log.iter().map(|row| row.event).collect::<Vec<_>>(),
        [HookEvent::MessageDeleted, HookEvent::MessageEdited, HookEvent::MessageCreated]
    );
    assert!(log.iter().all(|row| (row.status, row.attempts) == (Some(200), 1)));
}

#[tokio::test]
async fn words_and_events_choose_and_what_a_bot_writes_is_not_told() {
    let town = town("hooks_out_words").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Private).await.unwrap().id;
    let mut receiver = Receiver::listen().await;
    let words = vec!["deploy".into()];
    let new = NewOutgoingHook { events: vec![HookEvent::MessageCreated], trigger_words: words, ..all(&receiver.url) };
    mina.create_outgoing_hook(room, &new).await.unwrap();
    let robot = mina.create_incoming_hook(room, "Robot").await.unwrap();
    let path = robot.url.clone();
    let body = br#"{"text":"deploy by a robot"}"#.to_vec();
    town.stranger().raw(client::Method::POST, &path, Default::default(), body).await.unwrap();
    mina.say(room, "deployment is not deploying").await;
    let said = mina.say(room, "Deploy: production").await;
    assert_eq!(receiver.next().await.call().message, said);
}

#[tokio::test]
async fn what_is_not_taken_is_sent_again_under_the_same_id_and_what_follows_waits() {
    let town = town("hooks_out_again").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Private).await.unwrap().id;
    let mut receiver = Receiver::listen().await;
    receiver.answers([500, 302]);
    let hook = mina.create_outgoing_hook(room, &all(&receiver.url)).await.unwrap().hook;
    let (one, two) = (mina.say(room, "one").await, mina.say(room, "two").await);
    let first = receiver.next().await.call();
    assert_eq!(first.message.id, one.id);
    let log = async || mina.deliveries(room, hook.id).await.unwrap().items;
    let failed = async |failure: &str| {
        until(failure, async || log().await.iter().any(|row| row.failure.as_deref() == Some(failure))).await;
        town.execute("UPDATE deliveries SET next_at = now() WHERE next_at IS NOT NULL").await;
    };
    failed("it answered 500").await;
    assert_eq!(receiver.next().await.call().id, first.id);
    // A redirect is not followed.
    failed("it answered 302").await;
    assert_eq!(receiver.next().await.call().id, first.id);
    assert_eq!(receiver.next().await.call().message.id, two.id);
    until("it counts no failures", async || mina.outgoing_hooks(room).await.unwrap().items[0].failures == 0).await;
}

#[tokio::test]
async fn a_webhook_that_fails_and_fails_is_switched_off_and_on_again() {
    let town = town("hooks_out_off").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Private).await.unwrap().id;
    let mut receiver = Receiver::listen().await;
    receiver.answers([503]);
    let hook = mina.create_outgoing_hook(room, &all(&receiver.url)).await.unwrap().hook;
    town.execute("UPDATE outgoing_hooks SET failures = 19").await;
    mina.say(room, "lost while it was off?").await;
    receiver.next().await;
    let now = async || mina.outgoing_hooks(room).await.unwrap().items.remove(0);
    until("it is switched off", async || now().await.disabled_at.is_some()).await;
    assert_eq!(now().await.disabled_reason.as_deref(), Some("it answered 503"));
    let on = mina.enable_outgoing_hook(room, hook.id).await.unwrap();
    assert_eq!((on.disabled_at, on.failures), (None, 0));
    town.execute("UPDATE deliveries SET next_at = now() WHERE next_at IS NOT NULL").await;
    assert_eq!(receiver.next().await.call().message.body, "lost while it was off?");
    receiver.answers([410]);
    mina.say(room, "go away").await;
    receiver.next().await;
    until("410 switches it off at once", async || now().await.disabled_at.is_some()).await;
}

#[tokio::test]
async fn private_addresses_and_nonsense_are_refused() {
    let town = Town::found("hooks_out_private").await;
    let mina = town.person("mina").await;
    let room = mina.create_room("garden", RoomKind::Private).await.unwrap().id;
    for (url, reason) in [
        ("", "required"),
        ("garden", "bad_format"),
        ("ftp://example.org", "bad_format"),
        ("https://ada:secret@example.org", "not_supported"),
        ("http://127.0.0.1:8000/", "not_supported"),
        ("http://2130706433/", "not_supported"),
        ("http://[::ffff:10.0.0.1]/", "not_supported"),
        ("http://169.254.169.254/latest/meta-data", "not_supported"),
    ] {
        mina.create_outgoing_hook(room, &all(url)).await.map(drop).invalid("url", reason);
    }
    let nothing = NewOutgoingHook { events: vec![], ..all("https://example.org") };
    mina.create_outgoing_hook(room, &nothing).await.map(drop).invalid("events", "required");
    // A name is looked up when it is used, and not reached if it leads home.
    let receiver = Receiver::listen().await;
    let hook =
        mina.create_outgoing_hook(room, &all(&receiver.url.replace("127.0.0.1", "localhost"))).await.unwrap().hook;
    mina.say(room, "hello").await;
    let log = async || mina.deliveries(room, hook.id).await.unwrap().items;
    let why = "its name leads to a private address";
    until(why, async || log().await.iter().any(|row| row.failure.as_deref() == Some(why))).await;
}

#[tokio::test]
async fn only_moderators_see_to_outgoing_webhooks() {
    let town = Town::found("hooks_out_outside").await;
    let (ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Private, &[&david]).await.id;
    let new = all("https://example.org/hook");
    let hook = mina.create_outgoing_hook(room, &new).await.unwrap().hook;
    for (who, code) in [(&david, ErrorCode::NotAllowed), (&ada, ErrorCode::NotFound)] {
        who.create_outgoing_hook(room, &new).await.map(drop).refused(code);
        who.outgoing_hooks(room).await.refused(code);
        who.deliveries(room, hook.id).await.refused(code);
        who.enable_outgoing_hook(room, hook.id).await.refused(code);
        who.remove_outgoing_hook(room, hook.id).await.refused(code);
    }
    let elsewhere = mina.create_room("other", RoomKind::Private).await.unwrap().id;
    mina.deliveries(elsewhere, hook.id).await.refused(ErrorCode::NotFound);
    mina.enable_outgoing_hook(elsewhere, hook.id).await.refused(ErrorCode::NotFound);
    mina.remove_outgoing_hook(elsewhere, hook.id).await.refused(ErrorCode::NotFound);
    mina.remove_outgoing_hook(room, hook.id).await.unwrap();
    mina.deliveries(room, hook.id).await.refused(ErrorCode::NotFound);
    assert!(mina.outgoing_hooks(room).await.unwrap().items.is_empty());
}
