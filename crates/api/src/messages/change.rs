//! Editing and deleting. The author edits and deletes; a moderator of the room deletes.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Everyone, Message, MessageId, Rev, RoomId, RoomRole, UserId, validate};
use uuid::Uuid;

use super::find::visible;
use super::{Extra, MessageRow, names};
use crate::app::App;
use crate::db::schema::{mentions, message_versions, messages};
use crate::error::Error;
use crate::realtime::News;
use crate::rooms::Locked;

/// Changes the body; the same body again changes nothing.
pub async fn edit(app: &App, user_id: UserId, id: MessageId, body: &str) -> Result<Message, Error> {
    let body = validate::body(body)?;
    let mut conn = app.db.get().await?;
    let seen = visible(&mut conn, user_id, id).await?;
    let room_id = seen.room_id;
    // Only who and what is named can change; what it quotes and passes on can't.
    let extra = names::resolve_again(app, seen.author_id, &body, &Extra::of(&seen)).await?;
    let mut news = News::new(app);
    let (message, news) = conn
        .transaction(async |conn| {
            let (mut room, before, _) = lock(conn, &news, user_id, room_id, id).await?;
            if before.author_id != user_id {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            if before.deleted_at.is_some() {
                return Err(Error::new(ErrorCode::MessageDeleted));
            }
            if before.poll.is_some() {
                return Err(Error::new(ErrorCode::NotEditable));
            }
            room.writable()?;
            if before.body == body {
                return Ok((before, news));
            }
            diesel::insert_into(message_versions::table)
                .values((
                    message_versions::message_id.eq(id.0),
                    message_versions::rev.eq(before.rev),
                    message_versions::body.eq(&before.body),
                    message_versions::written_at.eq(before.edited_at.unwrap_or(before.created_at)),
                ))
                .execute(conn)
                .await?;
            let row: MessageRow = diesel::update(messages::table.find(id.0))
                .set((
                    messages::body.eq(&body),
                    messages::extra.eq(extra.json()),
                    messages::rev.eq(room.next_rev()),
                    messages::edited_at.eq(crate::now()),
                ))
                .returning(MessageRow::as_returning())
                .get_result(conn)
                .await?;
            let message = Message::from(row);
            forget_names(conn, &message).await?;
            room.touched(message.clone());
            room.save(app, conn, &mut news).await?;
            Ok((message, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(message)
}

/// Leaves a tombstone; deleting it again changes nothing. Earlier bodies go with it.
pub async fn delete(app: &App, user_id: UserId, id: MessageId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let room_id = visible(&mut conn, user_id, id).await?.room_id;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut room, before, role) = lock(conn, &news, user_id, room_id, id).await?;
            if before.author_id != user_id && role < RoomRole::Moderator {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            if before.deleted_at.is_some() {
                return Ok(news);
            }
            diesel::delete(message_versions::table.filter(message_versions::message_id.eq(id.0))).execute(conn).await?;
            let nothing: Option<serde_json::Value> = None;
            let row: MessageRow = diesel::update(messages::table.find(id.0))
                .set((
                    messages::body.eq(""),
                    messages::extra.eq(nothing),
                    messages::pinned_at.eq(None::<DateTime<Utc>>),
                    messages::pinned_by.eq(None::<Uuid>),
                    messages::rev.eq(room.next_rev()),
                    messages::deleted_at.eq(crate::now()),
                ))
                .returning(MessageRow::as_returning())
                .get_result(conn)
                .await?;
            let message = Message::from(row);
            forget_names(conn, &message).await?;
            let root = message.thread_root_id;
            room.touched(message);
            if let Some(root) = root {
                let row = count_down(conn, root, room.next_rev()).await?;
                room.touched(row.into());
            }
            room.save(app, conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// Takes out whom a changed message names no more. Whom it names only now is not told.
async fn forget_names(conn: &mut AsyncPgConnection, message: &Message) -> Result<(), Error> {
    let all = (message.everyone == Some(Everyone::All)).then(Uuid::nil);
    let named: Vec<Uuid> = message.mentions.iter().map(|id| id.0).chain(all).collect();
    let noted = mentions::table.filter(mentions::room_id.eq(message.room_id.0).and(mentions::seq.eq(message.seq)));
    diesel::delete(noted.filter(mentions::user_id.ne_all(named))).execute(conn).await?;
    Ok(())
}

/// The first message of a thread, one answer fewer.
async fn count_down(conn: &mut AsyncPgConnection, root: MessageId, rev: Rev) -> Result<MessageRow, Error> {
    let last: Option<DateTime<Utc>> = messages::table
        .filter(messages::thread_root_id.eq(root.0).and(messages::deleted_at.is_null()))
        .order(messages::seq.desc())
        .select(messages::created_at)
        .first(conn)
        .await
        .optional()?;
    Ok(diesel::update(messages::table.find(root.0))
        .set((
            messages::reply_count.eq(messages::reply_count - 1),
            messages::last_reply_at.eq(last),
            messages::rev.eq(rev),
        ))
        .returning(MessageRow::as_returning())
        .get_result(conn)
        .await?)
}

/// Locks a message's room on behalf of somebody, and gives the message as it is under the lock.
pub(crate) async fn lock(
    conn: &mut AsyncPgConnection,
    news: &News,
    user_id: UserId,
    room_id: RoomId,
    id: MessageId,
) -> Result<(Locked, Message, RoomRole), Error> {
    let (room, role) = Locked::lock_for(conn, news, user_id, room_id).await?;
    let row: MessageRow = messages::table.find(id.0).select(MessageRow::as_select()).first(conn).await?;
    Ok((room, row.into(), role))
}
