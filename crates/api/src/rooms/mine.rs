//! My rooms: each with its head, my mark and what is unread above it, computed and never stored.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, MyRoom, Page, Room, RoomId, Unread, UserId, limits};
use uuid::Uuid;

use super::row::{RoomRow, role};
use crate::accounts::site_role;
use crate::app::App;
use crate::error::Error;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
    #[diesel(embed)]
    room: RoomRow,
    #[diesel(sql_type = Text)]
    role: String,
    #[diesel(sql_type = Text)]
    site_role: String,
    #[diesel(sql_type = BigInt)]
    head: i64,
    #[diesel(sql_type = BigInt)]
    last_seq: i64,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    last_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = BigInt)]
    read_seq: i64,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = BigInt)]
    mentions: i64,
    #[diesel(sql_type = BigInt)]
    hidden_seq: i64,
    #[diesel(sql_type = Bool)]
    muted: bool,
    #[diesel(sql_type = Bool)]
    favourite: bool,
}

/// Rooms of each of these people with an id above `after`, or only one of them, at most `limit` of each.
pub(super) async fn read(
    conn: &mut AsyncPgConnection,
    people: &[Uuid],
    after: Option<RoomId>,
    only: Option<RoomId>,
    limit: i64,
) -> Result<HashMap<UserId, Vec<MyRoom>>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT x.* FROM unnest($1) AS p (id) CROSS JOIN LATERAL \
         (SELECT m.user_id, r.id, r.kind, r.name, r.topic, r.archived_at, r.deleted_at, r.first_seq, r.created_at, r.rev, r.user_ids, \
                r.category_id, r.created_by, \
                m.role, u.site_role, \
                h.rev AS head, h.last_seq, \
                (SELECT y.created_at FROM messages y WHERE y.room_id = r.id AND y.in_room AND y.seq = h.last_seq) AS last_at, \
                coalesce(k.read_seq, 0) AS read_seq, \
                coalesce(k.hidden_seq, 0) AS hidden_seq, coalesce(k.muted, false) AS muted, \
                coalesce(k.favourite, false) AS favourite, \
                (SELECT count(*) FROM (SELECT 1 FROM messages y WHERE y.room_id = r.id AND y.in_room \
                    AND y.seq > coalesce(k.read_seq, 0) AND y.author_id <> p.id AND y.deleted_at IS NULL \
                    LIMIT {cap}) c) AS unread, \
                (SELECT count(*) FROM (SELECT DISTINCT y.seq FROM mentions y WHERE y.room_id = r.id AND y.in_room \
                    AND y.user_id IN (p.id, '00000000-0000-0000-0000-000000000000') \
                    AND y.seq > coalesce(k.read_seq, 0) AND y.author_id <> p.id \
                    LIMIT {cap}) c) AS mentions \
         FROM members m JOIN rooms r ON r.id = m.room_id AND r.deleted_at IS NULL \
         JOIN users u ON u.id = m.user_id \
         JOIN room_heads h ON h.room_id = r.id \
         LEFT JOIN marks k ON k.user_id = m.user_id AND k.room_id = m.room_id \
         WHERE m.user_id = p.id AND m.left_at IS NULL AND m.room_id > $2 AND ($4 IS NULL OR m.room_id = $4) ORDER BY r.id LIMIT $3) x",
        cap = limits::UNREAD_CAP
    ))
    .bind::<Array<SqlUuid>, _>(people)
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |id| id.0))
    .bind::<BigInt, _>(limit)
    .bind::<Nullable<SqlUuid>, _>(only.map(|id| id.0))
    .load(conn)
    .await?;
    let mut rooms: HashMap<UserId, Vec<MyRoom>> = HashMap::new();
    for row in rows {
        rooms.entry(UserId(row.user_id)).or_default().push(row.into());
    }
    Ok(rooms)
}

impl From<Row> for MyRoom {
    fn from(row: Row) -> MyRoom {
        let room: Room = row.room.into();
        MyRoom {
            role: role(&row.role).effective(site_role(&row.site_role), room.kind),
            rev: row.head,
            last_seq: row.last_seq,
            last_at: row.last_at,
            read_seq: row.read_seq,
            unread: row.unread,
            mentions: row.mentions,
            hidden_seq: row.hidden_seq,
            muted: row.muted,
            favourite: row.favourite,
            room,
        }
    }
}

/// `GET /rooms`.
pub async fn list(app: &App, user_id: UserId, after: Option<RoomId>, limit: i64) -> Result<Page<MyRoom>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    let mut rooms = read(&mut conn, &[user_id.0], after, None, limit + 1).await?;
    let mut items = rooms.remove(&user_id).unwrap_or_default();
    let more = crate::db::page(&mut items, limit);
    let next = items.last().filter(|_| more).map(|r| r.room.id.to_string());
    Ok(Page { items, next })
}

/// `GET /rooms/{id}/unread`: what is unread in one room, counted now.
pub async fn unread(app: &App, user_id: UserId, room_id: RoomId) -> Result<Unread, Error> {
    let mut conn = app.db.get().await?;
    super::access(&mut conn, user_id, room_id).await?.member()?;
    let mut rooms = read(&mut conn, &[user_id.0], None, Some(room_id), 1).await?;
    let mine = rooms.remove(&user_id).and_then(|mut rooms| rooms.pop());
    let MyRoom { last_seq, read_seq, unread, mentions, .. } = mine.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    Ok(Unread { room_id, last_seq, read_seq, unread, mentions })
}
