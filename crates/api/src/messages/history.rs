//! Pages of history by place: before one, after one, or around a message.

use actix_web::web::Bytes;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Event, Message, MessageId, MessagePage, RoomId, Seq, User, UserId, limits};
use uuid::Uuid;

use super::MessageRow;
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{events, messages, users};
use crate::error::Error;
use crate::rooms::EventRow;

/// Which page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The newest.
    Newest,
    /// The one that ends before this place.
    Before(Seq),
    /// The one that begins after this place.
    After(Seq),
    /// The one with this message in its middle.
    Around(MessageId),
}

/// System lines of a page at most, in either direction; where more happened, the page ends.
const EVENTS: i64 = 200;

/// A page of a room's history, as a [`MessagePage`] in JSON.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId, place: Place, limit: i64) -> Result<Bytes, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    if place == Place::Newest {
        let (access, origin) = crate::rooms::access_now(&mut conn, user_id, room_id).await?;
        access.member()?;
        if let Some(page) = app.newest.find(room_id, limit, origin) {
            return Ok(page);
        }
    }
    // Membership and rows in one snapshot: nobody reads past their removal.
    let (page, origin) = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            let (access, origin) = crate::rooms::access_now(conn, user_id, room_id).await?;
            access.member()?;
            Ok::<_, Error>((read(conn, room_id, place, limit).await?, origin))
        })
        .await?;
    let page = Bytes::from(serde_json::to_vec(&page).map_err(Error::internal)?);
    if place == Place::Newest {
        app.newest.keep(room_id, limit, origin, page.clone());
    }
    Ok(page)
}

/// A page, membership aside. The head is read first: rows may be newer than it says, never older.
pub async fn read(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    place: Place,
    limit: i64,
) -> Result<MessagePage, Error> {
    let head = crate::rooms::changes::head(conn, room_id).await?;
    let (rev, _) = head.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    let (middle, (mut items, older, newer)) = messages_at(conn, room_id, place, limit).await?;
    let (first, last) = (items.as_slice().first().map(|m| m.seq), items.last().map(|m| m.seq));
    // Lines stand between a page's messages, up to the place it was asked for with: nothing between two pages that
    // meet is left out. At either end of the room they reach to its edge.
    let from = match place {
        Place::After(seq) => seq.saturating_add(1),
        _ if older => first.unwrap_or(0),
        _ => 0,
    };
    let to = match place {
        Place::Before(seq) => seq.saturating_sub(1),
        _ if newer => last.unwrap_or(0),
        _ => Seq::MAX,
    };
    let (mut events, cut_below) = lines_down(conn, room_id, from, to.min(middle)).await?;
    let (above, cut_above) = lines_up(conn, room_id, from.max(middle.saturating_add(1)), to).await?;
    events.extend(above);
    // More happened than a page tells: it ends there, and the next page goes on from that line.
    items.retain(|m| cut_below.is_none_or(|low| low <= m.seq) && cut_above.is_none_or(|high| m.seq <= high));
    let previous = cut_below.or_else(|| first.filter(|_| older));
    let next = cut_above.or_else(|| last.filter(|_| newer));
    let users = people(conn, &items, &events).await?;
    Ok(MessagePage { items, events, users, next, previous, rev })
}

/// The place that a page is filled from, downwards up to it and upwards above it; its messages; whether there are older
/// ones and newer ones.
async fn messages_at(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    place: Place,
    limit: i64,
) -> Result<(Seq, (Vec<Message>, bool, bool)), Error> {
    Ok(match place {
        Place::Newest => {
            let (items, older) = before(conn, room_id, Seq::MAX, limit).await?;
            (Seq::MAX, (items, older, false))
        }
        Place::Before(seq) => {
            let (items, older) = before(conn, room_id, seq, limit).await?;
            let newer = exists_after(conn, room_id, seq.saturating_sub(1)).await?;
            (seq.saturating_sub(1), (items, older, newer))
        }
        Place::After(seq) => {
            let (items, newer) = after(conn, room_id, seq, limit).await?;
            let older = exists_before(conn, room_id, seq.saturating_add(1)).await?;
            (seq, (items, older, newer))
        }
        Place::Around(id) => {
            let seq = place_of(conn, room_id, id).await?;
            (seq, around(conn, room_id, seq, limit).await?)
        }
    })
}

async fn before(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    seq: Seq,
    limit: i64,
) -> Result<(Vec<Message>, bool), Error> {
    let rows: Vec<MessageRow> = messages::table
        .filter(messages::room_id.eq(room_id.0).and(messages::seq.lt(seq)))
        .order(messages::seq.desc())
        .limit(limit + 1)
        .select(MessageRow::as_select())
        .load(conn)
        .await?;
    let (mut items, more) = cut(rows, limit);
    items.reverse();
    Ok((items, more))
}

async fn after(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    seq: Seq,
    limit: i64,
) -> Result<(Vec<Message>, bool), Error> {
    let rows: Vec<MessageRow> = messages::table
        .filter(messages::room_id.eq(room_id.0).and(messages::seq.gt(seq)))
        .order(messages::seq)
        .limit(limit + 1)
        .select(MessageRow::as_select())
        .load(conn)
        .await?;
    Ok(cut(rows, limit))
}

fn cut(mut rows: Vec<MessageRow>, limit: i64) -> (Vec<Message>, bool) {
    let more = crate::db::page(&mut rows, limit);
    (rows.into_iter().map(Message::from).collect(), more)
}

async fn place_of(conn: &mut AsyncPgConnection, room_id: RoomId, id: MessageId) -> Result<Seq, Error> {
    let seq: Option<Seq> = messages::table
        .find(id.0)
        .filter(messages::room_id.eq(room_id.0))
        .select(messages::seq)
        .first(conn)
        .await
        .optional()?;
    seq.ok_or_else(|| Error::new(ErrorCode::NotFound))
}

async fn around(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    seq: Seq,
    limit: i64,
) -> Result<(Vec<Message>, bool, bool), Error> {
    let half = limit / 2;
    let (mut items, older) = if half > 0 {
        before(conn, room_id, seq, half).await?
    } else {
        (Vec::new(), exists_before(conn, room_id, seq).await?)
    };
    let (rest, newer) = after(conn, room_id, seq - 1, limit - half).await?;
    items.extend(rest);
    Ok((items, older, newer))
}

async fn exists_after(conn: &mut AsyncPgConnection, room_id: RoomId, seq: Seq) -> Result<bool, Error> {
    let rows = messages::table.filter(messages::room_id.eq(room_id.0).and(messages::seq.gt(seq)));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn).await?)
}

async fn exists_before(conn: &mut AsyncPgConnection, room_id: RoomId, seq: Seq) -> Result<bool, Error> {
    let rows = messages::table.filter(messages::room_id.eq(room_id.0).and(messages::seq.lt(seq)));
    Ok(diesel::select(diesel::dsl::exists(rows)).get_result(conn).await?)
}

/// The latest lines of a range, oldest first, and the place of the first of them if there are more below.
async fn lines_down(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    from: Seq,
    to: Seq,
) -> Result<(Vec<Event>, Option<Seq>), Error> {
    let mut rows: Vec<EventRow> = events::table
        .filter(events::room_id.eq(room_id.0).and(events::seq.between(from, to)))
        .order(events::seq.desc())
        .limit(EVENTS + 1)
        .select(EventRow::as_select())
        .load(conn)
        .await?;
    let more = crate::db::page(&mut rows, EVENTS);
    let edge = rows.last().filter(|_| more).map(|line| line.seq);
    Ok((rows.into_iter().rev().map(Event::from).collect(), edge))
}

/// The earliest lines of a range, and the place of the last of them if there are more above.
async fn lines_up(
    conn: &mut AsyncPgConnection,
    room_id: RoomId,
    from: Seq,
    to: Seq,
) -> Result<(Vec<Event>, Option<Seq>), Error> {
    if from > to {
        return Ok((Vec::new(), None));
    }
    let mut rows: Vec<EventRow> = events::table
        .filter(events::room_id.eq(room_id.0).and(events::seq.between(from, to)))
        .order(events::seq)
        .limit(EVENTS + 1)
        .select(EventRow::as_select())
        .load(conn)
        .await?;
    let more = crate::db::page(&mut rows, EVENTS);
    let edge = rows.last().filter(|_| more).map(|line| line.seq);
    Ok((rows.into_iter().map(Event::from).collect(), edge))
}

async fn people(conn: &mut AsyncPgConnection, items: &[Message], events: &[Event]) -> Result<Vec<User>, Error> {
    let mut ids: Vec<Uuid> = items.iter().map(|m| m.author_id.0).collect();
    ids.extend(events.iter().flat_map(|e| [Some(e.actor_id.0), e.user_id.map(|u| u.0)]).flatten());
    ids.sort_unstable();
    ids.dedup();
    let rows: Vec<UserRow> = users::table.filter(users::id.eq_any(ids)).select(UserRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(User::from).collect())
}
