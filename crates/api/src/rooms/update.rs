//! Renaming, topic, kind, archiving and the end of a room.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{CategoryId, ErrorCode, EventKind, Room, RoomId, RoomKind, RoomRole, SiteRole, UpdateRoom, UserId};
use uuid::Uuid;

use super::locked::Locked;
use super::row::kind_text;
use super::{direct, directory, marks};
use crate::accounts;
use crate::app::App;
use crate::db::schema::members;
use crate::error::Error;
use crate::realtime::News;
use crate::site::categories;

/// Changes a room; for its admins. Each thing that really changes leaves a system line.
pub async fn update(app: &App, actor_id: UserId, room_id: RoomId, change: UpdateRoom) -> Result<Room, Error> {
    let mut faults = Faults::default();
    let name = change.name.as_deref().map(|n| faults.check(validate::room_name(n)));
    let topic = change.topic.as_deref().map(|t| faults.check(validate::topic(t)));
    if change.kind == Some(RoomKind::Direct) {
        faults.add("kind", "not_supported", "A room is public or private.");
    }
    faults.finish()?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (room, news) = conn
        .transaction(async |conn| {
            let (mut locked, actor) = Locked::lock_for(conn, &news, actor_id, room_id).await?;
            direct::stays_as_it_is(&locked.room)?;
            if actor < RoomRole::Admin {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            let lines = alter(&mut locked.room, name, topic, change.kind, change.archived);
            if !lines.is_empty() {
                locked.save_room(conn).await?;
                for (kind, text) in lines {
                    locked.add_event(conn, kind, actor_id, None, text).await?;
                }
            }
            let room = locked.room.clone();
            let changed = room.rev;
            locked.save(app, conn, &mut news).await?;
            if news.rooms.iter().any(|c| c.room.as_ref().is_some_and(|r| r.rev == changed)) {
                directory::save(app, conn, &mut news, &room).await?;
            }
            Ok((room, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(room)
}

fn alter(
    room: &mut Room,
    name: Option<String>,
    topic: Option<String>,
    kind: Option<RoomKind>,
    archived: Option<bool>,
) -> Vec<(EventKind, Option<String>)> {
    let mut lines = Vec::new();
    if let Some(name) = name.filter(|n| room.name.as_ref() != Some(n)) {
        lines.push((EventKind::Renamed, Some(name.clone())));
        room.name = Some(name);
    }
    if let Some(topic) = topic.filter(|t| room.topic != *t) {
        lines.push((EventKind::Topic, Some(topic.clone())));
        room.topic = topic;
    }
    if let Some(kind) = kind.filter(|k| room.kind != *k) {
        lines.push((EventKind::Kind, Some(kind_text(kind).into())));
        room.kind = kind;
    }
    if let Some(archived) = archived.filter(|a| room.archived_at.is_some() != *a) {
        lines.push((if archived { EventKind::Archived } else { EventKind::Unarchived }, None));
        room.archived_at = archived.then(crate::now);
    }
    lines
}

/// Puts a room into a category or out of all; for its admins and for who runs the site. It leaves no system line.
pub async fn set_category(
    app: &App,
    actor_id: UserId,
    room_id: RoomId,
    category_id: Option<CategoryId>,
) -> Result<Room, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (room, news) = conn
        .transaction(async |conn| {
            let mut locked = Locked::lock(conn, &news, room_id).await?;
            let access = super::access(conn, actor_id, room_id).await?;
            direct::stays_as_it_is(&locked.room)?;
            if access.role < Some(RoomRole::Admin) && accounts::find_role(conn, actor_id).await? < SiteRole::Admin {
                return Err(Error::new(access.role.map_or(ErrorCode::NotAMember, |_| ErrorCode::NotAllowed)));
            }
            if let Some(id) = category_id {
                categories::find(conn, id).await?;
            }
            if locked.room.category_id != category_id {
                locked.room.category_id = category_id;
                locked.save_room(conn).await?;
            }
            let room = locked.room.clone();
            locked.save(app, conn, &mut news).await?;
            Ok::<_, Error>((room, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(room)
}

/// Ends a room; for its admins. The rows stay; a last room row tells those inside, then it is nowhere.
pub async fn delete(app: &App, actor_id: UserId, room_id: RoomId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut locked, actor) = Locked::lock_for(conn, &news, actor_id, room_id).await?;
            direct::stays_as_it_is(&locked.room)?;
            if actor < RoomRole::Admin {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            locked.room.deleted_at = Some(crate::now());
            locked.save_room(conn).await?;
            let room = locked.room.clone();
            let inside: Vec<Uuid> = members::table
                .filter(members::room_id.eq(room_id.0).and(members::left_at.is_null()))
                .select(members::user_id)
                .load(conn)
                .await?;
            let inside: Vec<UserId> = inside.into_iter().map(UserId).collect();
            marks::set_joined(conn, &mut news, room_id, &inside, marks::Way::Out).await?;
            locked.save(app, conn, &mut news).await?;
            directory::save(app, conn, &mut news, &room).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}
