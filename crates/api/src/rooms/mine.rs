//! My rooms: each with its head, my mark and what is unread above it, computed and never stored.

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{MyRoom, Page, Room, RoomId, UserId, limits};
use uuid::Uuid;

use super::row::{RoomRow, role};
use crate::accounts::site_role;
use crate::app::App;
use crate::error::Error;

#[derive(QueryableByName)]
struct Row {
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
    #[diesel(sql_type = BigInt)]
    read_seq: i64,
    #[diesel(sql_type = BigInt)]
    unread: i64,
}

/// Rooms of `user_id` with an id above `after`, at most `limit`.
pub async fn read(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    after: Option<RoomId>,
    limit: i64,
) -> Result<Vec<MyRoom>, Error> {
    let rows: Vec<Row> = sql_query(format!(
        "SELECT r.id, r.kind, r.name, r.topic, r.archived_at, r.deleted_at, r.first_seq, r.created_at, r.rev, \
                m.role, u.site_role, \
                h.rev AS head, h.last_seq, coalesce(k.read_seq, 0) AS read_seq, \
                (SELECT count(*) FROM (SELECT 1 FROM messages x WHERE x.room_id = r.id \
                    AND x.seq > coalesce(k.read_seq, 0) AND x.author_id <> $1 AND x.deleted_at IS NULL \
                    LIMIT {}) c) AS unread \
         FROM members m JOIN rooms r ON r.id = m.room_id AND r.deleted_at IS NULL \
         JOIN users u ON u.id = m.user_id \
         JOIN room_heads h ON h.room_id = r.id \
         LEFT JOIN marks k ON k.user_id = m.user_id AND k.room_id = m.room_id \
         WHERE m.user_id = $1 AND m.left_at IS NULL AND m.room_id > $2 ORDER BY r.id LIMIT $3",
        limits::UNREAD_CAP
    ))
    .bind::<SqlUuid, _>(user_id.0)
    .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |id| id.0))
    .bind::<BigInt, _>(limit)
    .load(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let room: Room = row.room.into();
            MyRoom {
                role: role(&row.role).effective(site_role(&row.site_role), room.kind),
                rev: row.head,
                last_seq: row.last_seq,
                read_seq: row.read_seq,
                unread: row.unread,
                mentions: 0,
                room,
            }
        })
        .collect())
}

/// `GET /rooms`.
pub async fn list(app: &App, user_id: UserId, after: Option<RoomId>, limit: i64) -> Result<Page<MyRoom>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    let mut items = read(&mut conn, user_id, after, limit + 1).await?;
    let more = crate::db::page(&mut items, limit);
    let next = items.last().filter(|_| more).map(|r| r.room.id.to_string());
    Ok(Page { items, next })
}
