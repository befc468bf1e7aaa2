//! What is mine alone: threads that I follow, what I keep or send later, conversations, blocks, preferences, what was read.

use types::{
    Block, Mark, Message, MessageId, NewDirect, NewMessage, NewScheduled, Page, PreferencesRow, ReadPage, Room, RoomId,
    Saved, SavedPage, Scheduled, ScheduledId, Seq, SetFollowing, SetRead, SetSaved, ThreadMark, ThreadPage, UpdateMark,
    UpdateScheduled, UserId,
};

use super::request::{Answer, Method, call, json, query, tell};

/// The threads that I follow, the latest answer first, a page from `cursor`; perhaps only those with something unread.
pub fn list_threads(unread: bool, cursor: Option<String>) -> Answer<ThreadPage> {
    let page = query(&[("limit", Some("30".into())), ("unread", unread.then(|| "true".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/threads{page}"), None)
}

/// How I keep a thread; whether I follow it is told in any case.
pub fn thread_mark(root: MessageId) -> Answer<ThreadMark> {
    call(Method::Get, &format!("/threads/{root}/mark"), None)
}

/// Follows a thread from now on, or no longer.
pub fn follow_thread(root: MessageId, following: bool) -> Answer<ThreadMark> {
    call(Method::Put, &format!("/threads/{root}/following"), json(&SetFollowing { following }))
}

/// What I keep for later, the latest first, a page from `cursor`.
pub fn list_saved(cursor: Option<String>) -> Answer<SavedPage> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/me/saved{page}"), None)
}

/// Keeps a message for later, with a reminder or without.
pub fn save(id: MessageId, saved: &SetSaved) -> Answer<Saved> {
    call(Method::Put, &format!("/messages/{id}/saved"), json(saved))
}

/// Keeps a message no longer.
pub fn unsave(id: MessageId) -> Answer<()> {
    tell(Method::Delete, &format!("/messages/{id}/saved"), None)
}

/// What waits to be sent and what could not be, the next first, a page from `cursor`.
pub fn list_scheduled(cursor: Option<String>) -> Answer<Page<Scheduled>> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/me/scheduled{page}"), None)
}

/// Takes a message to be sent later.
pub fn schedule(room: RoomId, message: &NewScheduled) -> Answer<Scheduled> {
    call(Method::Post, &format!("/rooms/{room}/scheduled"), json(message))
}

/// Changes what waits to be sent.
pub fn update_scheduled(id: ScheduledId, change: &UpdateScheduled) -> Answer<Scheduled> {
    call(Method::Patch, &format!("/me/scheduled/{id}"), json(change))
}

/// Takes back what waits to be sent.
pub fn cancel_scheduled(id: ScheduledId) -> Answer<()> {
    tell(Method::Delete, &format!("/me/scheduled/{id}"), None)
}

/// Sends now what waits to be sent.
pub fn send_scheduled(id: ScheduledId) -> Answer<()> {
    tell(Method::Post, &format!("/me/scheduled/{id}/send"), None)
}

/// The conversation of me and these people; only me = notes to myself.
pub fn open_direct(user_ids: Vec<UserId>) -> Answer<Room> {
    call(Method::Post, "/direct", json(&NewDirect { user_ids }))
}

/// How I keep a room of mine.
pub fn keep_room(id: RoomId, mark: &UpdateMark) -> Answer<Mark> {
    call(Method::Patch, &format!("/rooms/{id}/mark"), json(mark))
}

/// Posts a message and waits until it is stored; what is written in a room goes through the outbox instead.
pub fn post_message(room: RoomId, message: &NewMessage) -> Answer<Message> {
    call(Method::Post, &format!("/rooms/{room}/messages"), json(message))
}

/// Whom I have blocked, a page from `cursor`.
pub fn list_blocks(cursor: Option<String>) -> Answer<Page<Block>> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/me/blocks{page}"), None)
}

/// Blocks somebody.
pub fn block(user: UserId) -> Answer<Block> {
    call(Method::Put, &format!("/me/blocks/{user}"), None)
}

/// Blocks somebody no longer.
pub fn unblock(user: UserId) -> Answer<()> {
    tell(Method::Delete, &format!("/me/blocks/{user}"), None)
}

/// How I like things.
pub fn preferences() -> Answer<PreferencesRow> {
    call(Method::Get, "/me/preferences", None)
}

/// Who has read up to a message, a page from `cursor`.
pub fn reads(id: MessageId, cursor: Option<String>) -> Answer<ReadPage> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/messages/{id}/reads{page}"), None)
}

/// I have read a room up to a place.
pub fn read_room(id: RoomId, seq: Seq) -> Answer<()> {
    tell(Method::Put, &format!("/rooms/{id}/read"), json(&SetRead { seq, unread: false }))
}

/// I have read everything.
pub fn read_all() -> Answer<()> {
    tell(Method::Post, "/me/read-all", None)
}
