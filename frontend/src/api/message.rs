//! Messages and pages of history.

use sync::Asked;
use types::{EditMessage, Message, MessageId, MessagePage, RoomId};

use super::request::{Failure, Method, call, json, query, tell};

/// A page of history.
pub async fn messages(room: RoomId, asked: Asked, limit: i64) -> Result<MessagePage, Failure> {
    let place = match asked {
        Asked::Newest => ("before", None),
        Asked::Before(seq) => ("before", Some(seq.to_string())),
        Asked::After(seq) => ("after", Some(seq.to_string())),
        Asked::Around(id) => ("around", Some(id.to_string())),
    };
    let page = query(&[place, ("limit", Some(limit.to_string()))]);
    call(Method::Get, &format!("/rooms/{room}/messages{page}"), None).await
}

/// Changes a message's body.
pub async fn edit_message(id: MessageId, body: String) -> Result<Message, Failure> {
    call(Method::Patch, &format!("/messages/{id}"), json(&EditMessage { body })).await
}

/// Deletes a message; a tombstone stays.
pub async fn delete_message(id: MessageId) -> Result<(), Failure> {
    tell(Method::Delete, &format!("/messages/{id}"), None).await
}
