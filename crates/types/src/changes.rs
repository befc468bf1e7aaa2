//! The one object of everything live: the rows of a stream touched in a span of revisions.
//!
//! The live event, the catch-up after a reconnect and the REST feed are the same object, applied by the same code.

use serde::{Deserialize, Serialize};

use crate::{
    Category, DirectoryRoom, Epoch, Event, Member, Message, Reaction, ReactionCount, Rev, Room, RoomId, Seq, User, Vote,
};

/// The rows of a room touched in (since, rev], each once, in its last state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Changes {
    /// The room.
    pub room_id: RoomId,
    /// The history `since` and `rev` belong to.
    pub epoch: Epoch,
    /// The revision these rows follow.
    pub since: Rev,
    /// The revision reached: the head, or the last row's if `more`.
    pub rev: Rev,
    /// Whether the feed goes on above `rev`.
    pub more: bool,
    /// Replace what is held for this room: the rows are its newest page.
    pub reset: bool,
    /// The room, if it was touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
    /// Messages touched, by rev.
    pub messages: Vec<Message>,
    /// Members touched, by rev.
    pub members: Vec<Member>,
    /// Reactions set and taken back, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// Votes cast, changed and taken back, by rev; with `reset`, the newest of each poll among `messages`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub votes: Vec<Vote>,
    /// System lines added, by seq.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// With `reset`, the reactions to `messages`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reaction_counts: Vec<ReactionCount>,
    /// With `reset`, the people the rows speak of.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub users: Vec<User>,
    /// With `reset`, `before=` of the preceding page; absent if the page reaches the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Seq>,
}

impl Changes {
    /// No rows yet: the span ends where it begins.
    pub fn empty(room_id: RoomId, epoch: Epoch, since: Rev) -> Changes {
        Changes {
            room_id,
            epoch,
            since,
            rev: since,
            more: false,
            reset: false,
            room: None,
            messages: Vec::new(),
            members: Vec::new(),
            reactions: Vec::new(),
            reaction_counts: Vec::new(),
            votes: Vec::new(),
            events: Vec::new(),
            users: Vec::new(),
            previous: None,
        }
    }
}

impl SiteChanges {
    /// No rows yet: the span ends where it begins.
    pub fn empty(epoch: Epoch, since: Rev) -> SiteChanges {
        SiteChanges {
            epoch,
            since,
            rev: since,
            more: false,
            reset: false,
            users: Vec::new(),
            rooms: Vec::new(),
            categories: Vec::new(),
        }
    }
}

/// The rows of the site's stream touched in (since, rev].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SiteChanges {
    /// The history `since` and `rev` belong to.
    pub epoch: Epoch,
    /// The revision these rows follow.
    pub since: Rev,
    /// The revision reached.
    pub rev: Rev,
    /// Whether the feed goes on above `rev`.
    pub more: bool,
    /// Forget what is held of this stream; people and the directory are asked for again where they are shown.
    pub reset: bool,
    /// People touched, by rev.
    pub users: Vec<User>,
    /// Public rooms touched, by rev.
    pub rooms: Vec<DirectoryRoom>,
    /// Categories touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
}
