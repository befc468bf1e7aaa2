//! One message by its id: as it is now and as it was.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, MessageVersion, UserId};
use uuid::Uuid;

use super::MessageRow;
use crate::app::App;
use crate::db::schema::{message_versions, messages};
use crate::error::Error;

/// A message, for members of its room.
pub async fn find(app: &App, user_id: UserId, id: MessageId) -> Result<Message, Error> {
    let mut conn = app.db.get().await?;
    visible(&mut conn, user_id, id).await
}

/// The same, on a connection that is there.
pub async fn visible(conn: &mut AsyncPgConnection, user_id: UserId, id: MessageId) -> Result<Message, Error> {
    let row: Option<MessageRow> =
        messages::table.find(id.0).select(MessageRow::as_select()).first(conn).await.optional()?;
    let message: Message = row.ok_or_else(|| Error::new(ErrorCode::NotFound))?.into();
    // Not even that it exists is told to who is not in the room, public or not.
    let access = crate::rooms::access(conn, user_id, message.room_id).await?;
    if access.role.is_none() {
        return Err(Error::new(ErrorCode::NotFound));
    }
    Ok(message)
}

/// `GET /messages/{id}/history`: earlier bodies, oldest first, at most 100; nothing of a deleted message is kept.
pub async fn versions(app: &App, user_id: UserId, id: MessageId) -> Result<Vec<MessageVersion>, Error> {
    let mut conn = app.db.get().await?;
    visible(&mut conn, user_id, id).await?;
    let mut rows: Vec<(Uuid, i64, String, DateTime<Utc>)> = message_versions::table
        .filter(message_versions::message_id.eq(id.0))
        .order(message_versions::rev.desc())
        .limit(types::limits::PAGE_MAX)
        .load(&mut conn)
        .await?;
    rows.reverse();
    let version = |(_, rev, body, written_at)| MessageVersion { rev, body, written_at };
    Ok(rows.into_iter().map(version).collect())
}
