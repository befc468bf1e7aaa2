//! What I have begun to write, kept by the server for all my devices.

use types::{Draft, MessageId, Page, RoomId, SetDraft};

use super::request::{Answer, Method, call, json, query};

/// My drafts, the latest first, a page from `cursor`.
pub fn list_drafts(cursor: Option<String>) -> Answer<Page<Draft>> {
    let page = query(&[("limit", Some("100".into())), ("cursor", cursor)]);
    call(Method::Get, &format!("/me/drafts{page}"), None)
}

/// Keeps what I have begun to write in a room or in a thread of it; an empty text clears it.
pub fn set_draft(room: RoomId, root: Option<MessageId>, body: String) -> Answer<Draft> {
    let path = match root {
        Some(root) => format!("/threads/{root}/draft"),
        None => format!("/rooms/{room}/draft"),
    };
    call(Method::Put, &path, json(&SetDraft { body }))
}
