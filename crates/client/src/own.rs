//! What is mine alone: drafts, saved and scheduled messages, preferences and blocks.

use reqwest::Method;
use types::{
    Block, Draft, Message, MessageId, NewScheduled, Page, Preferences, PreferencesRow, RoomId, Saved, SavedPage,
    Scheduled, ScheduledId, SetDraft, SetSaved, Time, UpdatePreferences, UpdateScheduled, UserId,
};

use crate::ClientError;
use crate::http::{Client, query};

/// The query of a page.
fn paging(cursor: Option<&str>, limit: Option<i64>) -> String {
    query(&[("cursor", cursor.map(Into::into)), ("limit", limit.map(|limit| limit.to_string()))])
}

impl Client {
    /// Keeps what one has begun to write in a room; empty = nothing any more.
    pub async fn set_draft(&self, room: RoomId, body: &str) -> Result<Draft, ClientError> {
        self.call(Method::PUT, &format!("/rooms/{room}/draft"), Some(&SetDraft { body: body.into() })).await
    }

    /// The same in a thread, by its first message.
    pub async fn set_thread_draft(&self, root: MessageId, body: &str) -> Result<Draft, ClientError> {
        self.call(Method::PUT, &format!("/threads/{root}/draft"), Some(&SetDraft { body: body.into() })).await
    }

    /// What one has begun to write, the latest first.
    pub async fn drafts(&self, cursor: Option<&str>, limit: Option<i64>) -> Result<Page<Draft>, ClientError> {
        self.get(&format!("/me/drafts{}", paging(cursor, limit))).await
    }

    /// Keeps a message for later, perhaps to be reminded of it.
    pub async fn save(&self, id: MessageId, remind_at: Option<Time>) -> Result<Saved, ClientError> {
        self.call(Method::PUT, &format!("/messages/{id}/saved"), Some(&SetSaved { remind_at })).await
    }

    /// Keeps it no longer.
    pub async fn unsave(&self, id: MessageId) -> Result<(), ClientError> {
        self.delete(&format!("/messages/{id}/saved")).await
    }

    /// The messages one keeps, the latest first.
    pub async fn saved(&self, cursor: Option<&str>, limit: Option<i64>) -> Result<SavedPage, ClientError> {
        self.get(&format!("/me/saved{}", paging(cursor, limit))).await
    }

    /// Has a message sent later; the same id again is harmless.
    pub async fn schedule(&self, room: RoomId, new: &NewScheduled) -> Result<Scheduled, ClientError> {
        self.send(&format!("/rooms/{room}/scheduled"), new).await
    }

    /// What waits and what could not be sent, the next first.
    pub async fn scheduled(&self, cursor: Option<&str>, limit: Option<i64>) -> Result<Page<Scheduled>, ClientError> {
        self.get(&format!("/me/scheduled{}", paging(cursor, limit))).await
    }

    /// Changes the text or the time.
    pub async fn update_scheduled(&self, id: ScheduledId, update: &UpdateScheduled) -> Result<Scheduled, ClientError> {
        self.call(Method::PATCH, &format!("/me/scheduled/{id}"), Some(update)).await
    }

    /// Takes it back.
    pub async fn cancel_scheduled(&self, id: ScheduledId) -> Result<(), ClientError> {
        self.delete(&format!("/me/scheduled/{id}")).await
    }

    /// Sends it now.
    pub async fn send_scheduled(&self, id: ScheduledId) -> Result<Message, ClientError> {
        self.call::<(), _>(Method::POST, &format!("/me/scheduled/{id}/send"), None).await
    }

    /// How one likes things.
    pub async fn preferences(&self) -> Result<PreferencesRow, ClientError> {
        self.get("/me/preferences").await
    }

    /// Sets all of it.
    pub async fn set_preferences(&self, preferences: &Preferences) -> Result<PreferencesRow, ClientError> {
        self.call(Method::PUT, "/me/preferences", Some(preferences)).await
    }

    /// Sets some of it; what is absent stays.
    pub async fn update_preferences(&self, update: &UpdatePreferences) -> Result<PreferencesRow, ClientError> {
        self.call(Method::PATCH, "/me/preferences", Some(update)).await
    }

    /// Blocks somebody.
    pub async fn block(&self, user: UserId) -> Result<Block, ClientError> {
        self.call::<(), _>(Method::PUT, &format!("/me/blocks/{user}"), None).await
    }

    /// Takes a block back.
    pub async fn unblock(&self, user: UserId) -> Result<(), ClientError> {
        self.delete(&format!("/me/blocks/{user}")).await
    }

    /// Whom one has blocked.
    pub async fn blocks(&self, cursor: Option<&str>, limit: Option<i64>) -> Result<Page<Block>, ClientError> {
        self.get(&format!("/me/blocks{}", paging(cursor, limit))).await
    }

    /// Marks everything as read.
    pub async fn read_all(&self) -> Result<(), ClientError> {
        self.call::<(), ()>(Method::POST, "/me/read-all", None).await
    }
}
