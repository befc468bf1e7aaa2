//! Messages: posting, reading, changing.

use reqwest::Method;
use sync::Asked;
use types::{
    EditMessage, Forward, Message, MessageId, MessagePage, MessageVersion, NewMessage, Page, PostedReceipt,
    ReactionPage, RoomId, Seq,
};
use uuid::Uuid;

use crate::ClientError;
use crate::http::{Answer, Client, query};

/// What became of a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Posted {
    /// It was stored now.
    Stored(Message),
    /// It had been stored before: this is how it is now.
    Again(Message),
    /// It had been stored before, in a room one has since left.
    Receipt(PostedReceipt),
}

impl Posted {
    /// What an answer to a post says.
    pub(crate) fn read(answer: &Answer) -> Result<Posted, ClientError> {
        if answer.status == 201 {
            return Ok(Posted::Stored(answer.json()?));
        }
        answer.json().map(Posted::Again).or_else(|_| answer.json().map(Posted::Receipt))
    }

    /// The message's id.
    pub fn id(&self) -> MessageId {
        match self {
            Posted::Stored(message) | Posted::Again(message) => message.id,
            Posted::Receipt(receipt) => receipt.id,
        }
    }

    /// The message's place.
    pub fn seq(&self) -> Seq {
        match self {
            Posted::Stored(message) | Posted::Again(message) => message.seq,
            Posted::Receipt(receipt) => receipt.seq,
        }
    }

    /// The message, unless only its place was told.
    pub fn message(self) -> Option<Message> {
        match self {
            Posted::Stored(message) | Posted::Again(message) => Some(message),
            Posted::Receipt(_) => None,
        }
    }
}

/// A new message under a new id, so that sending it again is harmless.
pub fn text(body: &str) -> NewMessage {
    let id = Some(MessageId(Uuid::now_v7()));
    NewMessage { id, body: body.into(), ..NewMessage::default() }
}

impl Client {
    /// Posts a message; sending the same again is harmless.
    pub async fn post(&self, room: RoomId, message: &NewMessage) -> Result<Posted, ClientError> {
        let answer = self.answer(Method::POST, &format!("/rooms/{room}/messages"), Some(message)).await?;
        Posted::read(&answer)
    }

    /// A page of a room's history.
    pub async fn messages(&self, room: RoomId, asked: Asked, limit: Option<i64>) -> Result<MessagePage, ClientError> {
        self.page(room, None, asked, limit).await
    }

    /// A page of the answers in a thread.
    pub async fn thread(
        &self,
        room: RoomId,
        root: MessageId,
        asked: Asked,
        limit: Option<i64>,
    ) -> Result<MessagePage, ClientError> {
        self.page(room, Some(root), asked, limit).await
    }

    async fn page(
        &self,
        room: RoomId,
        thread: Option<MessageId>,
        asked: Asked,
        limit: Option<i64>,
    ) -> Result<MessagePage, ClientError> {
        let place = match asked {
            Asked::Newest => ("before", None),
            Asked::Before(seq) => ("before", Some(seq.to_string())),
            Asked::After(seq) => ("after", Some(seq.to_string())),
            Asked::Around(id) => ("around", Some(id.to_string())),
        };
        let thread = ("thread", thread.map(|root| root.to_string()));
        let query = query(&[place, thread, ("limit", limit.map(|limit| limit.to_string()))]);
        self.get(&format!("/rooms/{room}/messages{query}")).await
    }

    /// A message.
    pub async fn message(&self, id: MessageId) -> Result<Message, ClientError> {
        self.get(&format!("/messages/{id}")).await
    }

    /// Changes a message's body.
    pub async fn edit(&self, id: MessageId, body: &str) -> Result<Message, ClientError> {
        self.call(Method::PATCH, &format!("/messages/{id}"), Some(&EditMessage { body: body.into() })).await
    }

    /// Deletes a message: a tombstone stays.
    pub async fn delete_message(&self, id: MessageId) -> Result<(), ClientError> {
        self.delete(&format!("/messages/{id}")).await
    }

    /// Passes a message on to another room.
    pub async fn forward(&self, id: MessageId, forward: &Forward) -> Result<Message, ClientError> {
        self.call(Method::POST, &format!("/messages/{id}/forward"), Some(forward)).await
    }

    /// Pins a message.
    pub async fn pin(&self, id: MessageId) -> Result<Message, ClientError> {
        self.call(Method::PUT, &format!("/messages/{id}/pin"), None::<&()>).await
    }

    /// Takes the pin out.
    pub async fn unpin(&self, id: MessageId) -> Result<Message, ClientError> {
        self.call(Method::DELETE, &format!("/messages/{id}/pin"), None::<&()>).await
    }

    /// The pinned messages of a room, the latest pin first.
    pub async fn pins(&self, room: RoomId) -> Result<MessagePage, ClientError> {
        self.get(&format!("/rooms/{room}/pins")).await
    }

    /// Reacts to a message with an emoji.
    pub async fn react(&self, id: MessageId, emoji: &str) -> Result<(), ClientError> {
        self.call(Method::PUT, &format!("/messages/{id}/reactions/{emoji}"), None::<&()>).await
    }

    /// Takes a reaction back.
    pub async fn take_back(&self, id: MessageId, emoji: &str) -> Result<(), ClientError> {
        self.delete(&format!("/messages/{id}/reactions/{emoji}")).await
    }

    /// Who reacted to a message.
    pub async fn reactions(&self, id: MessageId, emoji: Option<&str>) -> Result<ReactionPage, ClientError> {
        let query = query(&[("emoji", emoji.map(str::to_owned))]);
        self.get(&format!("/messages/{id}/reactions{query}")).await
    }

    /// The earlier bodies of a message.
    pub async fn history(&self, id: MessageId) -> Result<Page<MessageVersion>, ClientError> {
        self.get(&format!("/messages/{id}/history")).await
    }
}
