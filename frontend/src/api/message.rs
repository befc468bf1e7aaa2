//! Messages and pages of history.

use sync::Asked;
use types::{EditMessage, Message, MessageId, MessagePage, RoomId};

use super::request::{Answer, Method, call, json, query, tell};

/// A page of history.
pub fn messages(room: RoomId, asked: Asked, limit: i64) -> Answer<MessagePage> {
    let place = match asked {
        Asked::Newest => ("before", None),
        Asked::Before(seq) => ("before", Some(seq.to_string())),
        Asked::After(seq) => ("after", Some(seq.to_string())),
        Asked::Around(id) => ("around", Some(id.to_string())),
    };
    let page = query(&[place, ("limit", Some(limit.to_string()))]);
    call(Method::Get, &format!("/rooms/{room}/messages{page}"), None)
}

/// Changes a message's body.
pub fn edit_message(id: MessageId, body: String) -> Answer<Message> {
    call(Method::Patch, &format!("/messages/{id}"), json(&EditMessage { body }))
}

/// Deletes a message; a tombstone stays.
pub fn delete_message(id: MessageId) -> Answer<()> {
    tell(Method::Delete, &format!("/messages/{id}"), None)
}
