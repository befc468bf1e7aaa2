//! Polls and votes.

use types::{CastVote, Message, MessageId, NewPoll, RoomId, VotePage};

use super::request::{Answer, Method, call, json, tell};

/// Asks a room something.
pub fn post_poll(room: RoomId, poll: &NewPoll) -> Answer<()> {
    tell(Method::Post, &format!("/rooms/{room}/polls"), json(poll))
}

/// Sets my choice; none takes it back.
pub fn vote(id: MessageId, options: Vec<i64>) -> Answer<()> {
    tell(Method::Put, &format!("/messages/{id}/votes"), json(&CastVote { options }))
}

/// My choice, and the first of who voted.
pub fn votes(id: MessageId, limit: i64) -> Answer<VotePage> {
    call(Method::Get, &format!("/messages/{id}/votes?limit={limit}"), None)
}

/// Closes a poll.
pub fn close_poll(id: MessageId) -> Answer<Message> {
    call(Method::Post, &format!("/messages/{id}/close"), None)
}
