//! Pins: what a room's moderators keep in sight. In a direct conversation everyone may.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, MessagePage, RoomId, RoomKind, RoomRole, UserId, limits};

use super::change::lock;
use super::find::visible;
use super::{MessageRow, history};
use crate::app::App;
use crate::db::schema::messages;
use crate::error::Error;
use crate::realtime::News;

/// Pins a message or takes the pin out; doing it again changes nothing.
pub async fn pin(app: &App, user_id: UserId, id: MessageId, pinned: bool) -> Result<Message, Error> {
    let mut conn = app.db.get().await?;
    let room_id = visible(&mut conn, user_id, id).await?.room_id;
    let mut news = News::new(app);
    let (message, news) = conn
        .transaction(async |conn| {
            let (mut room, before, role) = lock(conn, &news, user_id, room_id, id).await?;
            if role < RoomRole::Moderator && room.room.kind != RoomKind::Direct {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            room.writable()?;
            if before.deleted_at.is_some() {
                return Err(Error::new(ErrorCode::MessageDeleted));
            }
            if before.pinned_at.is_some() == pinned {
                return Ok((before, news));
            }
            let others = messages::table.filter(messages::room_id.eq(room_id.0).and(messages::pinned_at.is_not_null()));
            if pinned && others.count().get_result::<i64>(conn).await? >= limits::PINS_MAX {
                return Err(Error::with(ErrorCode::TooMany, "A room has at most 100 pinned messages."));
            }
            let row: MessageRow = diesel::update(messages::table.find(id.0))
                .set((
                    messages::pinned_at.eq(pinned.then(crate::now)),
                    messages::pinned_by.eq(pinned.then_some(user_id.0)),
                    messages::rev.eq(room.next_rev()),
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

/// `GET /rooms/{id}/pins`: all of them, the latest pin first.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId) -> Result<MessagePage, Error> {
    let mut conn = app.db.get().await?;
    crate::rooms::access(&mut conn, user_id, room_id).await?.member()?;
    let head = crate::rooms::changes::head(&mut conn, room_id).await?;
    let rows: Vec<MessageRow> = messages::table
        .filter(messages::room_id.eq(room_id.0).and(messages::pinned_at.is_not_null()))
        .order((messages::pinned_at.desc(), messages::id))
        .limit(limits::PINS_MAX)
        .select(MessageRow::as_select())
        .load(&mut conn)
        .await?;
    let items = rows.into_iter().map(Message::from).collect();
    history::page_of(&mut conn, items, Vec::new(), head.map_or(0, |(rev, _)| rev)).await
}
