//! Threads one follows, and who has read a message.

use reqwest::Method;
use types::{MessageId, ReadPage, Seq, SetFollowing, SetRead, ThreadMark, ThreadPage};

use crate::ClientError;
use crate::http::{Client, query};

impl Client {
    /// The threads one follows, the latest reply first.
    pub async fn threads(
        &self,
        unread: bool,
        cursor: Option<&str>,
        limit: Option<i64>,
    ) -> Result<ThreadPage, ClientError> {
        let limit = limit.map(|limit| limit.to_string());
        let unread = unread.then(|| "true".to_owned());
        let query = query(&[("unread", unread), ("cursor", cursor.map(Into::into)), ("limit", limit)]);
        self.get(&format!("/threads{query}")).await
    }

    /// How one keeps a thread.
    pub async fn thread_mark(&self, root: MessageId) -> Result<ThreadMark, ClientError> {
        self.get(&format!("/threads/{root}/mark")).await
    }

    /// Follows a thread, or does so no longer.
    pub async fn follow_thread(&self, root: MessageId, following: bool) -> Result<ThreadMark, ClientError> {
        self.call(Method::PUT, &format!("/threads/{root}/following"), Some(&SetFollowing { following })).await
    }

    /// Raises one's read mark in a thread (`unread` lets it fall).
    pub async fn read_thread(&self, root: MessageId, seq: Seq, unread: bool) -> Result<ThreadMark, ClientError> {
        self.call(Method::PUT, &format!("/threads/{root}/read"), Some(&SetRead { seq, unread })).await
    }

    /// Who has read up to a message.
    pub async fn reads(
        &self,
        id: MessageId,
        cursor: Option<&str>,
        limit: Option<i64>,
    ) -> Result<ReadPage, ClientError> {
        let limit = limit.map(|limit| limit.to_string());
        self.get(&format!("/messages/{id}/reads{}", query(&[("cursor", cursor.map(Into::into)), ("limit", limit)])))
            .await
    }
}
