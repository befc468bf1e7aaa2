//! Coming in, going out, being added, removed and given a role. A room is never left without an admin.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, EventKind, Member, MemberPage, RoomId, RoomKind, RoomRole, User, UserId, limits};
use uuid::Uuid;

use super::locked::Locked;
use super::row::MemberRow;
use super::{access, direct, marks};
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{members, rooms, users};
use crate::error::Error;
use crate::realtime::News;

/// Joins a public room. Who is in already stays as they are.
pub async fn join(app: &App, user_id: UserId, room_id: RoomId) -> Result<types::RoomView, Error> {
    let mut conn = app.db.get().await?;
    let found = access(&mut conn, user_id, room_id).await?;
    if found.role.is_none() {
        let mut news = News::new(app);
        let news = conn
            .transaction(async |conn| {
                let mut room = Locked::lock(conn, &news, room_id).await?;
                if room.room.kind != RoomKind::Public {
                    return Err(Error::new(ErrorCode::NotFound));
                }
                room.writable()?;
                enter(conn, &mut news, &mut room, &[user_id], user_id).await?;
                room.save(app, conn, &mut news).await?;
                Ok::<_, Error>(news)
            })
            .await?;
        app.hub.publish(app, news);
    }
    drop(conn);
    super::find(app, user_id, room_id).await
}

/// Joins the rooms named, in one order of locks; used when an account is made or an invite taken.
pub async fn join_all(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room_ids: &[RoomId],
    user_id: UserId,
) -> Result<(), Error> {
    let mut ids = room_ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut locked = Vec::with_capacity(ids.len());
    for id in ids {
        let room = Locked::lock(conn, news, id).await?;
        room.writable()?;
        locked.push(room);
    }
    for mut room in locked {
        enter(conn, news, &mut room, &[user_id], user_id).await?;
        room.save(app, conn, news).await?;
    }
    Ok(())
}

/// The rooms everyone who registers joins. One that was made private meanwhile takes in nobody unasked.
pub async fn default_rooms(conn: &mut AsyncPgConnection) -> Result<Vec<RoomId>, Error> {
    let ids: Vec<Uuid> = rooms::table
        .filter(rooms::is_default.and(rooms::deleted_at.is_null()).and(rooms::archived_at.is_null()))
        .filter(rooms::kind.eq("public"))
        .order(rooms::id)
        .select(rooms::id)
        .load(conn)
        .await?;
    Ok(ids.into_iter().map(RoomId).collect())
}

/// Takes people in under the room's lock; who is in already is left alone.
pub async fn enter(
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room: &mut Locked,
    user_ids: &[UserId],
    actor_id: UserId,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = user_ids.iter().map(|id| id.0).collect();
    let inside: Vec<Uuid> = members::table
        .filter(members::room_id.eq(room.room.id.0).and(members::left_at.is_null()))
        .filter(members::user_id.eq_any(&ids))
        .select(members::user_id)
        .load(conn)
        .await?;
    let mut coming: Vec<UserId> = user_ids.iter().copied().filter(|id| !inside.contains(&id.0)).collect();
    coming.sort_unstable();
    coming.dedup();
    if coming.is_empty() {
        return Ok(());
    }
    // An empty room has nobody who could let others do things: who comes in first is its admin.
    let empty = super::count_members(conn, room.room.id.0).await? == 0;
    for (place, user_id) in coming.iter().enumerate() {
        let role = if empty && place == 0 { RoomRole::Admin } else { RoomRole::Member };
        room.set_member(conn, *user_id, role, true, true).await?;
        room.add_event(conn, EventKind::Joined, actor_id, Some(*user_id), None).await?;
    }
    marks::set_joined(conn, news, room.room.id, &coming, marks::Way::In(room.last_seq())).await
}

/// Leaves a room.
pub async fn leave(app: &App, user_id: UserId, room_id: RoomId) -> Result<(), Error> {
    go(app, user_id, room_id, user_id).await
}

/// Removes somebody: a moderator removes members, an admin anyone.
pub async fn remove(app: &App, actor_id: UserId, room_id: RoomId, user_id: UserId) -> Result<(), Error> {
    go(app, actor_id, room_id, user_id).await
}

async fn go(app: &App, actor_id: UserId, room_id: RoomId, user_id: UserId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut room, actor) = Locked::lock_for(conn, &news, actor_id, room_id).await?;
            direct::stays_as_it_is(&room.room)?;
            let target = find_member(conn, room_id, user_id).await?;
            let role = super::row::role(&target.role);
            if actor_id != user_id && (actor < RoomRole::Moderator || actor <= role && actor != RoomRole::Admin) {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            // The line first: the removal ends the removed person's frame, and they may see who did it.
            room.add_event(conn, EventKind::Left, actor_id, Some(user_id), None).await?;
            room.set_member(conn, user_id, RoomRole::Member, false, false).await?;
            keep_an_admin(conn, &mut room, None).await?;
            let way = if actor_id == user_id { marks::Way::Out } else { marks::Way::Removed(actor_id) };
            marks::set_joined(conn, &mut news, room_id, &[user_id], way).await?;
            room.save(app, conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    app.typing.stop(app, room_id, user_id);
    Ok(())
}

/// Gives a role; for admins.
pub async fn set_role(
    app: &App,
    actor_id: UserId,
    room_id: RoomId,
    user_id: UserId,
    role: RoomRole,
) -> Result<Member, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (member, news) = conn
        .transaction(async |conn| {
            let (mut room, actor) = Locked::lock_for(conn, &news, actor_id, room_id).await?;
            direct::stays_as_it_is(&room.room)?;
            if actor < RoomRole::Admin {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            let before = find_member(conn, room_id, user_id).await?;
            if super::row::role(&before.role) == role {
                return Ok((Member::from(before), news));
            }
            let member = room.set_member(conn, user_id, role, true, false).await?;
            if !keep_an_admin(conn, &mut room, Some(user_id)).await? {
                return Err(Error::with(ErrorCode::NotAllowed, "The only person in a room stays its admin."));
            }
            room.save(app, conn, &mut news).await?;
            Ok((member, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(member)
}

async fn find_member(conn: &mut AsyncPgConnection, room_id: RoomId, user_id: UserId) -> Result<MemberRow, Error> {
    let row: Option<MemberRow> = members::table
        .find((room_id.0, user_id.0))
        .filter(members::left_at.is_null())
        .select(MemberRow::as_select())
        .first(conn)
        .await
        .optional()?;
    row.ok_or_else(|| Error::new(ErrorCode::NotFound))
}

/// When the last admin went, the oldest moderator, else the oldest member, becomes one. False if there is nobody.
async fn keep_an_admin(conn: &mut AsyncPgConnection, room: &mut Locked, except: Option<UserId>) -> Result<bool, Error> {
    let present = members::table.filter(members::room_id.eq(room.room.id.0).and(members::left_at.is_null()));
    let admins: i64 = present.filter(members::role.eq("admin")).count().get_result(conn).await?;
    if admins > 0 {
        return Ok(true);
    }
    let heir: Option<Uuid> = present
        .filter(members::user_id.ne(except.map_or(Uuid::nil(), |id| id.0)))
        .order((members::role.eq("moderator").desc(), members::joined_at, members::user_id))
        .select(members::user_id)
        .first(conn)
        .await
        .optional()?;
    match heir {
        Some(id) => room.set_member(conn, UserId(id), RoomRole::Admin, true, false).await.map(|_| true),
        None => Ok(false),
    }
}

/// Adds people: anyone in a public room, moderators in a private one.
pub async fn add(app: &App, actor_id: UserId, room_id: RoomId, user_ids: Vec<UserId>) -> Result<(), Error> {
    if user_ids.is_empty() || user_ids.len() > limits::ADD_MEMBERS_MAX {
        let most = limits::ADD_MEMBERS_MAX;
        return Err(Error::field("user_ids", "out_of_range", format!("Name 1 to {most} people.")));
    }
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let (mut room, actor) = Locked::lock_for(conn, &news, actor_id, room_id).await?;
            direct::stays_as_it_is(&room.room)?;
            if room.room.kind != RoomKind::Public && actor < RoomRole::Moderator {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            room.writable()?;
            let ids: Vec<Uuid> = user_ids.iter().map(|id| id.0).collect();
            let mut wanted = ids.clone();
            wanted.sort_unstable();
            wanted.dedup();
            let known: i64 = users::table.filter(users::id.eq_any(&ids)).count().get_result(conn).await?;
            if known != wanted.len() as i64 {
                return Err(Error::field("user_ids", "unknown", "Somebody named here has no account."));
            }
            enter(conn, &mut news, &mut room, &user_ids, actor_id).await?;
            room.save(app, conn, &mut news).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// A page of the people in a room by id; the cursor is the last one's.
pub async fn list(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    cursor: Option<UserId>,
    limit: i64,
) -> Result<MemberPage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    access(&mut conn, user_id, room_id).await?.member()?;
    let mut rows: Vec<(MemberRow, UserRow)> = members::table
        .inner_join(users::table.on(users::id.eq(members::user_id)))
        .filter(members::room_id.eq(room_id.0).and(members::left_at.is_null()))
        .filter(members::user_id.gt(cursor.map_or(Uuid::nil(), |id| id.0)))
        .order(members::user_id)
        .limit(limit + 1)
        .select((MemberRow::as_select(), UserRow::as_select()))
        .load(&mut conn)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|(m, _)| m.user_id.to_string());
    let (items, users): (Vec<Member>, Vec<User>) = rows.into_iter().map(|(m, u)| (m.into(), u.into())).unzip();
    Ok(MemberPage { items, users, next })
}
