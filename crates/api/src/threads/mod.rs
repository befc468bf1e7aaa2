//! Threads: which of them somebody follows, and what is unread there. What is written in them is messages; how somebody
//! keeps a thread is a row of their own stream ([`marks`]).
//!
//! Who wrote in a thread, was named in it or wrote its first message follows it (`thread_people`, which the writer fills),
//! unless they said otherwise. Membership is asked each time: who left a room has none of its threads.

pub mod marks;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, MyThread, Room, Seq, ThreadPage, UserId, limits};
use uuid::Uuid;

use crate::app::App;
use crate::db::Cursor;
use crate::db::schema::{messages, rooms};
use crate::error::Error;
use crate::messages::{MessageRow, find, history};
use crate::rooms::RoomRow;

/// The first message of a thread, which it is even before it is answered.
pub async fn root(conn: &mut AsyncPgConnection, user_id: UserId, root_id: MessageId) -> Result<Message, Error> {
    let message = find::visible(conn, user_id, root_id).await?;
    match message.is_reply() {
        true => Err(Error::with(ErrorCode::NotFound, "This is an answer in a thread, not its first message.")),
        false => Ok(message),
    }
}

/// The threads that `$1` follows, in rooms that are theirs, with up to where they have read. `OFFSET 0`: each first message
/// is looked up by its id, however many threads there are; a plan that reads the whole table would be none.
const FOLLOWED: &str = "\
SELECT s.id, s.room_id, s.seq, s.last_reply_at, coalesce(k.read_seq, 0) AS read_seq \
FROM (SELECT p.root_id FROM thread_people p WHERE p.user_id = $1 \
      UNION SELECT w.root_id FROM thread_marks w WHERE w.user_id = $1 AND w.following) f \
CROSS JOIN LATERAL (SELECT g.id, g.room_id, g.seq, g.last_reply_at FROM messages g \
                    WHERE g.id = f.root_id AND g.last_reply_at IS NOT NULL OFFSET 0) s \
JOIN members m ON m.room_id = s.room_id AND m.user_id = $1 AND m.left_at IS NULL \
JOIN rooms r ON r.id = s.room_id AND r.deleted_at IS NULL \
LEFT JOIN thread_marks k ON k.user_id = $1 AND k.root_id = f.root_id \
WHERE k.following IS DISTINCT FROM false";

/// The replies to thread `f` that are unread to `$1`.
const UNREAD: &str = "\
SELECT FROM messages y WHERE y.thread_root_id = f.id AND y.seq > f.read_seq AND y.author_id <> $1 AND y.deleted_at IS NULL";

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    last_reply_at: DateTime<Utc>,
    #[diesel(sql_type = BigInt)]
    read_seq: Seq,
    #[diesel(sql_type = BigInt)]
    unread: i64,
    #[diesel(sql_type = BigInt)]
    mentions: i64,
}

/// `GET /threads`: the latest reply first.
pub async fn list(
    app: &App,
    user_id: UserId,
    unread: bool,
    after: Option<Cursor>,
    limit: i64,
) -> Result<ThreadPage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    // Membership and messages in one snapshot: nobody reads past their removal.
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            let mut found = find_page(conn, user_id, unread, after, limit + 1).await?;
            let more = crate::db::page(&mut found, limit);
            let next = found.last().filter(|_| more).map(|row| Cursor { at: row.last_reply_at, id: row.id });
            let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
            let mut firsts = firsts(conn, &ids).await?;
            let mut replies = newest_replies(conn, &ids).await?;
            let mut items = Vec::with_capacity(found.len());
            for row in found {
                let Some((root, room)) = firsts.remove(&row.id) else { continue };
                let replies = replies.remove(&row.id).unwrap_or_default();
                let Found { read_seq, unread, mentions, .. } = row;
                items.push(MyThread { root, room, replies, read_seq, unread, mentions });
            }
            let shown: Vec<Message> =
                items.iter().flat_map(|item| item.replies.iter().chain([&item.root])).cloned().collect();
            let users = history::people(conn, &shown, &[]).await?;
            Ok(ThreadPage { items, users, next: next.map(|cursor| cursor.to_string()) })
        })
        .await
}

/// Sorted before it is filtered and counted: only as many threads as a page takes are looked into.
async fn find_page(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    unread: bool,
    after: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Found>, Error> {
    let cap = limits::UNREAD_CAP;
    let query = format!(
        "SELECT t.id, t.last_reply_at, t.read_seq, \
            (SELECT count(*) FROM (SELECT FROM messages y WHERE y.thread_root_id = t.id AND y.seq > t.read_seq \
                AND y.author_id <> $1 AND y.deleted_at IS NULL LIMIT {cap}) c) AS unread, \
            (SELECT count(*) FROM (SELECT DISTINCT y.seq FROM mentions y WHERE y.room_id = t.room_id \
                AND y.user_id IN ($1, '00000000-0000-0000-0000-000000000000') AND y.seq > greatest(t.read_seq, t.seq) \
                AND y.thread_root_id = t.id AND y.author_id <> $1 LIMIT {cap}) c) AS mentions \
         FROM (SELECT f.* FROM ({FOLLOWED} AND ($2::timestamptz IS NULL OR (s.last_reply_at, s.id) < ($2, $3)) \
                                ORDER BY s.last_reply_at DESC, s.id DESC) f \
               WHERE NOT $4 OR EXISTS ({UNREAD}) LIMIT $5) t \
         ORDER BY t.last_reply_at DESC, t.id DESC"
    );
    Ok(sql_query(query)
        .bind::<SqlUuid, _>(user_id.0)
        .bind::<Nullable<Timestamptz>, _>(after.map(|cursor| cursor.at))
        .bind::<SqlUuid, _>(after.map_or(Uuid::nil(), |cursor| cursor.id))
        .bind::<Bool, _>(unread)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// The first messages of threads with their rooms.
async fn firsts(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, (Message, Room)>, Error> {
    let rows: Vec<(MessageRow, RoomRow)> = messages::table
        .inner_join(rooms::table.on(rooms::id.eq(messages::room_id)))
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), RoomRow::as_select()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(message, room)| (message.id, (message.into(), room.into()))).collect())
}

/// The newest replies of each, oldest first.
async fn newest_replies(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<HashMap<Uuid, Vec<Message>>, Error> {
    let rows: Vec<MessageRow> = sql_query(
        "SELECT x.* FROM unnest($1) AS t (id) CROSS JOIN LATERAL \
         (SELECT y.* FROM messages y WHERE y.thread_root_id = t.id AND y.deleted_at IS NULL \
          ORDER BY y.seq DESC LIMIT $2) x",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<BigInt, _>(limits::THREAD_REPLIES)
    .load(conn)
    .await?;
    let mut replies: HashMap<Uuid, Vec<Message>> = HashMap::new();
    for row in rows {
        if let Some(root) = row.thread_root_id {
            replies.entry(root).or_default().push(row.into());
        }
    }
    replies.values_mut().for_each(|rows| rows.sort_by_key(|message| message.seq));
    Ok(replies)
}
