//! Making rooms.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{ErrorCode, EventKind, NewRoom, Room, RoomId, RoomKind, RoomRole, UserId};
use uuid::Uuid;

use super::locked::Locked;
use super::row::kind_text;
use super::{directory, marks};
use crate::app::App;
use crate::db::schema::{room_heads, rooms};
use crate::error::Error;
use crate::realtime::News;

/// Makes a room with its maker as admin.
pub async fn create(app: &App, user_id: UserId, new: NewRoom) -> Result<Room, Error> {
    let mut faults = Faults::default();
    let name = faults.check(validate::room_name(&new.name));
    let topic = faults.check(validate::topic(new.topic.as_deref().unwrap_or_default()));
    if new.kind == RoomKind::Direct {
        faults.add("kind", "not_supported", "A room is public or private.");
    }
    faults.finish()?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (room, news) = conn
        .transaction(async |conn| {
            let room = insert(app, conn, &mut news, user_id, name, topic, new.kind, false).await?;
            directory::save(app, conn, &mut news, &room).await?;
            Ok::<_, Error>((room, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(room)
}

/// Makes `general` for the owner: the room everyone who registers joins. The caller takes the site's head afterwards and
/// calls [`directory::save_at`].
pub async fn create_default(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    owner_id: UserId,
) -> Result<Room, Error> {
    let topic = String::from("Everything that concerns everyone");
    insert(app, conn, news, owner_id, "general".into(), topic, RoomKind::Public, true).await
}

#[expect(clippy::too_many_arguments, reason = "the columns of a room")]
async fn insert(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    user_id: UserId,
    name: String,
    topic: String,
    kind: RoomKind,
    is_default: bool,
) -> Result<Room, Error> {
    let room = Room {
        id: RoomId(Uuid::now_v7()),
        kind,
        name: Some(name.clone()),
        user_ids: Vec::new(),
        topic: topic.clone(),
        archived_at: None,
        deleted_at: None,
        first_seq: 1,
        category_id: None,
        created_by: user_id,
        created_at: crate::now(),
        rev: 1,
    };
    diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(room.id.0),
            rooms::kind.eq(kind_text(kind)),
            rooms::name_key.eq(super::name_key(&name)),
            rooms::name.eq(name),
            rooms::topic.eq(topic),
            rooms::is_default.eq(is_default),
            rooms::created_by.eq(user_id.0),
            rooms::created_at.eq(room.created_at),
            rooms::rev.eq(room.rev),
        ))
        .execute(conn)
        .await
        .map_err(Error::on_unique("rooms_name_key", ErrorCode::RoomNameTaken))?;
    diesel::insert_into(room_heads::table).values(room_heads::room_id.eq(room.id.0)).execute(conn).await?;
    let mut locked = Locked::fresh(news, room.clone());
    locked.set_member(conn, user_id, RoomRole::Admin, true, true).await?;
    locked.add_event(conn, EventKind::Created, user_id, None, None).await?;
    marks::set_joined(conn, news, room.id, &[user_id], marks::Way::In(0)).await?;
    locked.save(app, conn, news).await?;
    Ok(room)
}
