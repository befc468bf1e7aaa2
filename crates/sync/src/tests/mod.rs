//! The model of a server, random walks against it, and the rules of outbox and timeline one by one.

mod model;
mod outbox;
mod outbox_walk;
mod streams;
mod timeline;
mod walk;

use types::*;
use uuid::Uuid;

pub(crate) fn user(n: u8) -> UserId {
    UserId(Uuid::from_u128(u128::from(n) + 1))
}

pub(crate) fn message_id(n: i64) -> MessageId {
    MessageId(Uuid::from_u128(0x1000 + n as u128))
}

pub(crate) fn room_id() -> RoomId {
    RoomId(Uuid::from_u128(0x500))
}

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_timestamp(seconds, 0).unwrap()
}

pub(crate) fn message(seq: Seq, author: u8) -> Message {
    Message::text(message_id(seq), room_id(), seq, user(author), format!("message {seq}"), at(seq))
}

pub(crate) fn event(seq: Seq, kind: EventKind) -> Event {
    Event { room_id: room_id(), seq, kind, actor_id: user(0), user_id: None, text: None, created_at: at(seq) }
}

pub(crate) fn new_message(body: &str) -> NewMessage {
    NewMessage { body: body.into(), ..NewMessage::default() }
}
