//! Whom and what a message names, as the server read it.

use types::{Everyone, Message, RoomMention, UserId};

/// The people and rooms that a message names; nobody, as long as the server has not read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names {
    /// By `@username`; with `@here` also those who were there.
    pub people: Vec<UserId>,
    /// By a word for many.
    pub everyone: Option<Everyone>,
    /// By `#name`.
    pub rooms: Vec<RoomMention>,
}

impl Names {
    /// Those of a message.
    pub fn of(message: &Message) -> Self {
        Self { people: message.mentions.clone(), everyone: message.everyone, rooms: message.room_mentions.clone() }
    }

    /// Whether a message of this author names somebody; `@all` does not name who says it.
    pub fn call(&self, somebody: UserId, author: Option<UserId>) -> bool {
        self.everyone == Some(Everyone::All) && author != Some(somebody) || self.people.contains(&somebody)
    }
}
