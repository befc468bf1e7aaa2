//! Direct conversations: between the same people for ever. Nobody comes, goes or rules, so there is nothing to change but
//! what is written.

use std::collections::{BTreeSet, HashSet};

use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, NewDirect, Room, RoomKind, RoomRole, UpdateMark, UserId, limits};
use uuid::Uuid;

use super::locked::Locked;
use super::marks;
use super::row::{RoomRow, kind_text};
use crate::app::App;
use crate::db::schema::{blocks, room_heads, rooms, users};
use crate::error::Error;
use crate::realtime::News;

/// The conversation of me and these people, and whether it was made now. Whoever asks first makes it; asking for one that
/// is there brings it back into my list.
pub async fn open(app: &App, user_id: UserId, new: NewDirect) -> Result<(Room, bool), Error> {
    let people = people(user_id, &new)?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (room, made, news) = conn
        .transaction(async |conn| {
            if let Some(room) = find(conn, &people).await? {
                return Ok::<_, Error>((room, false, news));
            }
            may_open(conn, &people).await?;
            match insert(conn, user_id, &people).await? {
                Some(room) => {
                    fill(app, conn, &mut news, &room, user_id).await?;
                    Ok((room, true, news))
                }
                // Another asked at the same moment, and was waited for.
                None => Ok((find(conn, &people).await?.ok_or_else(|| Error::new(ErrorCode::NotFound))?, false, news)),
            }
        })
        .await?;
    drop(conn);
    app.hub.publish(app, news);
    if !made {
        let shown = UpdateMark { hidden: Some(false), ..UpdateMark::default() };
        marks::keep(app, user_id, room.id, shown).await?;
    }
    Ok((room, made))
}

/// All people of it, oneself included, in order.
fn people(user_id: UserId, new: &NewDirect) -> Result<Vec<Uuid>, Error> {
    let people = key(new.user_ids.iter().copied().chain([user_id]));
    if new.user_ids.is_empty() || people.len() > limits::DIRECT_MAX {
        let most = limits::DIRECT_MAX - 1;
        return Err(Error::field("user_ids", "out_of_range", format!("Name 1 to {most} people.")));
    }
    Ok(people)
}

/// What a conversation is found by: its people, each once, in order of id.
pub fn key(people: impl IntoIterator<Item = UserId>) -> Vec<Uuid> {
    people.into_iter().map(|id| id.0).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The conversation between these people.
pub async fn find(conn: &mut AsyncPgConnection, key: &[Uuid]) -> Result<Option<Room>, Error> {
    let row = rooms::table.filter(rooms::user_ids.eq(key)).select(RoomRow::as_select());
    Ok(row.first(conn).await.optional()?.map(Room::from))
}

async fn may_open(conn: &mut AsyncPgConnection, people: &[Uuid]) -> Result<(), Error> {
    let known: i64 = users::table.filter(users::id.eq_any(people)).count().get_result(conn).await?;
    if known != people.len() as i64 {
        return Err(Error::field("user_ids", "unknown", "Somebody named here has no account."));
    }
    let between = blocks::table
        .filter(diesel::dsl::not(blocks::removed))
        .filter(blocks::user_id.eq_any(people).and(blocks::blocked_id.eq_any(people)));
    if people.len() == 2 && diesel::select(diesel::dsl::exists(between)).get_result(conn).await? {
        return Err(Error::new(ErrorCode::Blocked));
    }
    Ok(())
}

/// The room itself; none if it came into being meanwhile.
async fn insert(conn: &mut AsyncPgConnection, user_id: UserId, people: &[Uuid]) -> Result<Option<Room>, Error> {
    let row: Option<RoomRow> = diesel::insert_into(rooms::table)
        .values((
            rooms::id.eq(Uuid::now_v7()),
            rooms::kind.eq(kind_text(RoomKind::Direct)),
            rooms::topic.eq(""),
            rooms::is_default.eq(false),
            rooms::user_ids.eq(people),
            rooms::created_by.eq(user_id.0),
            rooms::created_at.eq(crate::now()),
            rooms::rev.eq(1),
        ))
        .on_conflict_do_nothing()
        .returning(RoomRow::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(Room::from))
}

/// Everyone is in it from the beginning, and there is no line that says so.
async fn fill(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room: &Room,
    opener: UserId,
) -> Result<(), Error> {
    diesel::insert_into(room_heads::table).values(room_heads::room_id.eq(room.id.0)).execute(conn).await?;
    let mut locked = Locked::fresh(news, room.clone());
    for user_id in &room.user_ids {
        locked.set_member(conn, *user_id, RoomRole::Member, true, true).await?;
    }
    marks::set_direct(conn, news, room.id, &room.user_ids, opener).await?;
    locked.save(app, conn, news).await
}

/// Refuses what can't be done to a direct conversation by anyone.
pub fn stays_as_it_is(room: &Room) -> Result<(), Error> {
    match room.kind {
        RoomKind::Direct => {
            Err(Error::with(ErrorCode::NotAllowed, "A direct conversation stays as it is, between the same people."))
        }
        RoomKind::Public | RoomKind::Private => Ok(()),
    }
}

/// Those of these conversations of two in which one has blocked the other.
pub async fn blocked(conn: &mut AsyncPgConnection, rooms: &[&Room]) -> Result<HashSet<Uuid>, Error> {
    let people: Vec<Uuid> = rooms.iter().flat_map(|room| &room.user_ids).map(|id| id.0).collect();
    let pairs: Vec<(Uuid, Uuid)> = blocks::table
        .filter(blocks::removed.eq(false))
        .filter(blocks::user_id.eq_any(&people).and(blocks::blocked_id.eq_any(&people)))
        .select((blocks::user_id, blocks::blocked_id))
        .load(conn)
        .await?;
    let between = |room: &&&Room| {
        let ids: Vec<Uuid> = room.user_ids.iter().map(|id| id.0).collect();
        pairs.iter().any(|(one, other)| ids.contains(one) && ids.contains(other))
    };
    Ok(rooms.iter().filter(between).map(|room| room.id.0).collect())
}
