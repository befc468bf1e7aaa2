//! Messages and pages of history.

use sync::Asked;
use types::{EditMessage, Forward, Message, MessageId, MessagePage, MessageVersion, Page, RoomId, Seq, SetRead};

use super::request::{Answer, Method, call, escape, json, query, tell};

/// A page of history, of a room or of one thread in it.
pub fn messages(room: RoomId, thread: Option<MessageId>, asked: Asked, limit: i64) -> Answer<MessagePage> {
    let place = match asked {
        Asked::Newest => ("before", None),
        Asked::Before(seq) => ("before", Some(seq.to_string())),
        Asked::After(seq) => ("after", Some(seq.to_string())),
        Asked::Around(id) => ("around", Some(id.to_string())),
    };
    let thread = ("thread", thread.map(|root| root.to_string()));
    let page = query(&[place, thread, ("limit", Some(limit.to_string()))]);
    call(Method::Get, &format!("/rooms/{room}/messages{page}"), None)
}

/// One message.
pub fn message(id: MessageId) -> Answer<Message> {
    call(Method::Get, &format!("/messages/{id}"), None)
}

/// The pinned messages of a room.
pub fn pins(room: RoomId) -> Answer<MessagePage> {
    call(Method::Get, &format!("/rooms/{room}/pins"), None)
}

/// Pins a message, or takes the pin away.
pub fn pin(id: MessageId, pinned: bool) -> Answer<Message> {
    call(if pinned { Method::Put } else { Method::Delete }, &format!("/messages/{id}/pin"), None)
}

/// Puts an emoji of mine under a message, or takes it back.
pub fn react(id: MessageId, emoji: &str, on: bool) -> Answer<()> {
    let method = if on { Method::Put } else { Method::Delete };
    tell(method, &format!("/messages/{id}/reactions/{}", escape(emoji)), None)
}

/// Passes a message on to another room.
pub fn forward(id: MessageId, forward: &Forward) -> Answer<Message> {
    call(Method::Post, &format!("/messages/{id}/forward"), json(forward))
}

/// What a message said before, the first version first.
pub fn versions(id: MessageId) -> Answer<Page<MessageVersion>> {
    call(Method::Get, &format!("/messages/{id}/history"), None)
}

/// What lies above a place is to be unread to me again.
pub fn mark_unread(room: RoomId, seq: Seq) -> Answer<()> {
    tell(Method::Put, &format!("/rooms/{room}/read"), json(&SetRead { seq, unread: true }))
}

/// I have read a thread up to a place.
pub fn read_thread(root: MessageId, seq: Seq) -> Answer<()> {
    tell(Method::Put, &format!("/threads/{root}/read"), json(&SetRead { seq, unread: false }))
}

/// Changes a message's body.
pub fn edit_message(id: MessageId, body: String) -> Answer<Message> {
    call(Method::Patch, &format!("/messages/{id}"), json(&EditMessage { body }))
}

/// Deletes a message; a tombstone stays.
pub fn delete_message(id: MessageId) -> Answer<()> {
    tell(Method::Delete, &format!("/messages/{id}"), None)
}
