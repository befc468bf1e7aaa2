//! A person's own stream: what is theirs alone, on all their devices. Never room data.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Call, CategoryId, Epoch, ErrorCode, Message, MessageId, Note, Rev, Room, RoomId, SavedSearch, ScheduledId, Seq,
    User, UserId,
};

/// A room of mine: membership, mark and how I keep it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mark {
    /// The room.
    pub room_id: RoomId,
    /// Whether I am in it.
    pub joined: bool,
    /// Up to where I have read.
    pub read_seq: Seq,
    /// Not in my list as long as the room's newest message is no higher; 0 = shown.
    #[serde(default)]
    pub hidden_seq: Seq,
    /// Nothing of it is unread to me, unless it names me.
    #[serde(default)]
    pub muted: bool,
    /// It stands above the others.
    #[serde(default)]
    pub favourite: bool,
    /// Who took me out of it, as long as I am out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_by: Option<UserId>,
    /// Revision in my stream.
    pub rev: Rev,
}

/// A thread as I keep it. There is a row only once I have read, followed or left the thread; who wrote in a thread or was
/// named in it follows it without one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadMark {
    /// The first message of the thread.
    pub root_id: MessageId,
    /// Its room.
    pub room_id: RoomId,
    /// Whether I follow it; absent = as it comes from writing in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub following: Option<bool>,
    /// Up to where I have read it.
    pub read_seq: Seq,
    /// Revision in my stream.
    pub rev: Rev,
}

/// What I have begun to write somewhere. An empty body: there is none (any more).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draft {
    /// The room.
    pub room_id: RoomId,
    /// The thread; absent = the room itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root_id: Option<MessageId>,
    /// Markdown source.
    pub body: String,
    /// When it was last written to.
    #[serde(deserialize_with = "crate::time::moment")]
    pub updated_at: DateTime<Utc>,
    /// Revision in my stream.
    pub rev: Rev,
}

/// A message that I keep for later, perhaps with a time at which I want to be reminded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Saved {
    /// The message.
    pub message_id: MessageId,
    /// Its room.
    pub room_id: RoomId,
    /// When it was saved.
    #[serde(deserialize_with = "crate::time::moment")]
    pub saved_at: DateTime<Utc>,
    /// When to remind me.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<DateTime<Utc>>,
    /// When I was reminded.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub reminded_at: Option<DateTime<Utc>>,
    /// No longer saved.
    pub removed: bool,
    /// Revision in my stream.
    pub rev: Rev,
}

/// What became of a message that was to be sent later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ScheduledState {
    /// Not yet.
    Waiting,
    /// It was sent; the message has the same id.
    Sent,
    /// I took it back.
    Cancelled,
    /// It could not be sent: the room is gone or read-only, or I am not in it any more.
    Failed,
    /// A state this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// A message to be sent later. Its id is the message's, so it is sent once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Scheduled {
    /// The id, that of the message it becomes.
    pub id: ScheduledId,
    /// Where to.
    pub room_id: RoomId,
    /// The message it answers in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// Markdown source; empty once it was sent or cancelled.
    pub body: String,
    /// When.
    #[serde(deserialize_with = "crate::time::moment")]
    pub send_at: DateTime<Utc>,
    /// What became of it.
    pub state: ScheduledState,
    /// Why it could not be sent, if it could not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<ErrorCode>,
    /// Revision in my stream.
    pub rev: Rev,
}

/// Somebody I do not want to hear from: neither of us writes to the other directly, and I see their messages folded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Block {
    /// Whom.
    pub user_id: UserId,
    /// Not any more.
    pub removed: bool,
    /// Revision in my stream.
    pub rev: Rev,
}

/// A part of my list of rooms, with a name of my own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Section {
    /// Its name.
    pub name: String,
    /// Its rooms in my order.
    pub room_ids: Vec<RoomId>,
    /// Whether it is folded.
    #[serde(default)]
    pub folded: bool,
}

/// The order of the rooms in a part of my list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RoomOrder {
    /// By name; in a part of my own, as I put them.
    #[default]
    Name,
    /// The newest message first.
    Newest,
    /// An order this version does not know: by name.
    #[serde(other)]
    Unknown,
}

/// Which parts of my list of rooms are folded, besides my own, which say so themselves.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Folded {
    /// The favourites.
    pub favourites: bool,
    /// The rooms in no other part.
    pub rooms: bool,
    /// The direct conversations.
    pub direct: bool,
    /// These categories.
    pub category_ids: Vec<CategoryId>,
}

/// How I like things, on all my devices.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default)]
pub struct Preferences {
    /// Parts of my list of rooms; what is in none stands below them.
    pub sections: Vec<Section>,
    /// The order in each part.
    pub order: RoomOrder,
    /// Which other parts are folded.
    pub folded: Folded,
    /// Rooms with something unread stand first.
    pub unread_first: bool,
    /// Others can't ask what I have read.
    pub hide_reads: bool,
    /// Seconds in which a message can be taken back before it is sent; 0 = sent at once.
    pub undo_seconds: u8,
    /// Emoji I used last, the latest first.
    pub recent_emoji: Vec<String>,
}

/// `PATCH /me/preferences`: absent fields stay, so that two screens that set different things do not undo each other.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdatePreferences {
    /// All my sections, in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sections: Option<Vec<Section>>,
    /// The order in each part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<RoomOrder>,
    /// Which other parts are folded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folded: Option<Folded>,
    /// Rooms with something unread stand first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread_first: Option<bool>,
    /// Others can't ask what I have read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hide_reads: Option<bool>,
    /// Seconds in which a message can be taken back before it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub undo_seconds: Option<u8>,
    /// Emoji I used last, the latest first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recent_emoji: Option<Vec<String>>,
}

impl UpdatePreferences {
    /// What must be set for preferences to become others.
    pub fn between(before: &Preferences, after: &Preferences) -> Self {
        fn changed<T: Clone + PartialEq>(before: &T, after: &T) -> Option<T> {
            (before != after).then(|| after.clone())
        }
        Self {
            sections: changed(&before.sections, &after.sections),
            order: changed(&before.order, &after.order),
            folded: changed(&before.folded, &after.folded),
            unread_first: changed(&before.unread_first, &after.unread_first),
            hide_reads: changed(&before.hide_reads, &after.hide_reads),
            undo_seconds: changed(&before.undo_seconds, &after.undo_seconds),
            recent_emoji: changed(&before.recent_emoji, &after.recent_emoji),
        }
    }

    /// What it makes of preferences.
    pub fn applied_to(self, before: Preferences) -> Preferences {
        Preferences {
            sections: self.sections.unwrap_or(before.sections),
            order: self.order.unwrap_or(before.order),
            folded: self.folded.unwrap_or(before.folded),
            unread_first: self.unread_first.unwrap_or(before.unread_first),
            hide_reads: self.hide_reads.unwrap_or(before.hide_reads),
            undo_seconds: self.undo_seconds.unwrap_or(before.undo_seconds),
            recent_emoji: self.recent_emoji.unwrap_or(before.recent_emoji),
        }
    }
}

/// My preferences as a row of my stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreferencesRow {
    /// The preferences.
    pub preferences: Preferences,
    /// Revision in my stream.
    pub rev: Rev,
}

/// The rows of my own stream touched in (since, rev].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MeChanges {
    /// The history `since` and `rev` belong to.
    pub epoch: Epoch,
    /// The revision these rows follow.
    pub since: Rev,
    /// The revision reached.
    pub rev: Rev,
    /// Whether the feed goes on above `rev`.
    pub more: bool,
    /// Replace what is held of this stream.
    pub reset: bool,
    /// Rooms and marks touched, by rev.
    pub marks: Vec<Mark>,
    /// Threads touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threads: Vec<ThreadMark>,
    /// Drafts touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drafts: Vec<Draft>,
    /// Saved messages touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved: Vec<Saved>,
    /// Messages to be sent later touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scheduled: Vec<Scheduled>,
    /// Blocks touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Calls of my commands, if I am a bot, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Call>,
    /// What bots told me alone, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Note>,
    /// Saved searches touched, by rev.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub searches: Vec<SavedSearch>,
    /// My preferences, if they were touched.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preferences: Option<PreferencesRow>,
}

impl MeChanges {
    /// No rows yet: the span ends where it begins.
    pub fn empty(epoch: Epoch, since: Rev) -> MeChanges {
        MeChanges {
            epoch,
            since,
            rev: since,
            more: false,
            reset: false,
            marks: Vec::new(),
            threads: Vec::new(),
            drafts: Vec::new(),
            saved: Vec::new(),
            scheduled: Vec::new(),
            blocks: Vec::new(),
            calls: Vec::new(),
            notes: Vec::new(),
            searches: Vec::new(),
            preferences: None,
        }
    }
}

/// `PATCH /rooms/{id}/mark`: how I keep a room; absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMark {
    /// Out of my list until something new is written in it; for direct messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hidden: Option<bool>,
    /// Quiet or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    /// Above the others or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub favourite: Option<bool>,
}

/// `PUT /rooms/{id}/draft` and `PUT /threads/{id}/draft`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetDraft {
    /// Markdown source; empty = none any more.
    pub body: String,
}

/// `PUT /messages/{id}/saved`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetSaved {
    /// When to remind me; absent = never.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub remind_at: Option<DateTime<Utc>>,
}

/// A saved message as it is now; absent if I may not read it any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedMessage {
    /// That it is saved.
    pub saved: Saved,
    /// The message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<Message>,
}

/// `GET /me/saved`: the latest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedPage {
    /// The saved messages.
    pub items: Vec<SavedMessage>,
    /// The authors.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `POST /rooms/{id}/scheduled`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewScheduled {
    /// UUIDv7 of the message it becomes; the same again is harmless. The server makes one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<ScheduledId>,
    /// Markdown source.
    pub body: String,
    /// The message it answers in a thread.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_id: Option<MessageId>,
    /// When to send it, at least a few seconds and at most a year ahead.
    #[serde(deserialize_with = "crate::time::moment")]
    pub send_at: DateTime<Utc>,
}

/// `PATCH /me/scheduled/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateScheduled {
    /// New Markdown source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// New time.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub send_at: Option<DateTime<Utc>>,
}

/// `POST /direct`: the conversation of me and these people, made if there is none yet.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewDirect {
    /// The others, 1 to [`limits::DIRECT_MAX`](crate::limits::DIRECT_MAX) − 1; only me = notes to myself.
    pub user_ids: Vec<UserId>,
}

/// `PUT /threads/{id}/following`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetFollowing {
    /// Whether I follow it.
    pub following: bool,
}

/// A thread that I follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MyThread {
    /// Its first message.
    pub root: Message,
    /// Its room.
    pub room: Room,
    /// The newest replies, oldest first, at most three.
    pub replies: Vec<Message>,
    /// Up to where I have read it.
    pub read_seq: Seq,
    /// Replies of others above that, counted up to 100.
    pub unread: i64,
    /// Replies above that which name me.
    pub mentions: i64,
}

/// `GET /threads`: the threads I follow, the latest reply first; `unread=true` only those with something unread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ThreadPage {
    /// The threads.
    pub items: Vec<MyThread>,
    /// The authors.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// `GET /rooms/{id}/unread`: what is unread in a room, counted now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    /// The room.
    pub room_id: RoomId,
    /// Place of its newest message.
    pub last_seq: Seq,
    /// Up to where I have read.
    pub read_seq: Seq,
    /// Messages of others above my mark, counted up to 100.
    pub unread: i64,
    /// Those that name me.
    pub mentions: i64,
}

/// `GET /messages/{id}/reads`: who has read up to a message, of those who don't hide it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReadPage {
    /// The people, by id.
    pub users: Vec<User>,
    /// How many in all, those of other pages included.
    pub count: i64,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_between_two_makes_one_of_the_other_and_leaves_the_rest() {
        let before = Preferences { undo_seconds: 5, hide_reads: true, ..Preferences::default() };
        let after = Preferences { order: RoomOrder::Newest, undo_seconds: 0, ..before.clone() };
        let change = UpdatePreferences::between(&before, &after);
        assert_eq!(serde_json::to_string(&change).unwrap_or_default(), r#"{"order":"newest","undo_seconds":0}"#);
        let elsewhere = Preferences { unread_first: true, ..before.clone() };
        assert_eq!(change.clone().applied_to(elsewhere), Preferences { unread_first: true, ..after.clone() });
        assert_eq!(change.applied_to(before), after);
    }
}
