//! Editing and deleting. The author edits and deletes; a moderator of the room deletes.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, RoomId, RoomRole, UserId, validate};

use super::MessageRow;
use super::find::visible;
use crate::app::App;
use crate::db::schema::{message_versions, messages};
use crate::error::Error;
use crate::realtime::News;
use crate::rooms::Locked;

/// Changes the body; the same body again changes nothing.
pub async fn edit(app: &App, user_id: UserId, id: MessageId, body: &str) -> Result<Message, Error> {
    let body = validate::body(body)?;
    let mut conn = app.db.get().await?;
    let room_id = visible(&mut conn, user_id, id).await?.room_id;
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
                    messages::rev.eq(room.next_rev()),
                    messages::edited_at.eq(crate::now()),
                ))
                .returning(MessageRow::as_returning())
                .get_result(conn)
                .await?;
            let message = Message::from(row);
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
            let row: MessageRow = diesel::update(messages::table.find(id.0))
                .set((messages::body.eq(""), messages::rev.eq(room.next_rev()), messages::deleted_at.eq(crate::now())))
                .returning(MessageRow::as_returning())
                .get_result(conn)
                .await?;
            room.touched(row.into());
            room.save(app, conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

async fn lock(
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
