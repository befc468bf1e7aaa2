//! Polls and votes.

use reqwest::Method;
use types::{CastVote, Message, MessageId, NewPoll, RoomId, VotePage};

use crate::ClientError;
use crate::http::{Client, query};
use crate::messages::Posted;

impl Client {
    /// Asks a room something; sending the same again is harmless.
    pub async fn post_poll(&self, room: RoomId, poll: &NewPoll) -> Result<Posted, ClientError> {
        let answer = self.answer(Method::POST, &format!("/rooms/{room}/polls"), Some(poll)).await?;
        Posted::read(&answer)
    }

    /// Sets one's choice; none takes it back.
    pub async fn vote(&self, id: MessageId, options: &[i64]) -> Result<(), ClientError> {
        self.call(Method::PUT, &format!("/messages/{id}/votes"), Some(&CastVote { options: options.to_vec() })).await
    }

    /// One's own choice, and who voted for one option or any.
    pub async fn votes(
        &self,
        id: MessageId,
        option: Option<i64>,
        cursor: Option<&str>,
        limit: Option<i64>,
    ) -> Result<VotePage, ClientError> {
        let (option, limit) = (option.map(|option| option.to_string()), limit.map(|limit| limit.to_string()));
        let query = query(&[("option", option), ("cursor", cursor.map(Into::into)), ("limit", limit)]);
        self.get(&format!("/messages/{id}/votes{query}")).await
    }

    /// Closes a poll.
    pub async fn close_poll(&self, id: MessageId) -> Result<Message, ClientError> {
        self.call(Method::POST, &format!("/messages/{id}/close"), None::<&()>).await
    }
}
