//! Writes what messages are found by. Each node looks twice a second for rooms whose head is above what is indexed of them,
//! and takes those that no other node has in hand; what was posted, edited, deleted, pinned or answered since is read by
//! revision, as any client would, so nothing is ever passed over, whoever dies in between.
//!
//! Posts go first: while a node stores many, it indexes in a small part of its time, and catches up when there are fewer.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::Rev;
use uuid::Uuid;

use super::candidates;
use super::words::Indexed;
use crate::app::App;
use crate::error::Error;
use crate::messages::MessageRow;

const EVERY: Duration = Duration::from_millis(500);
/// Each how many rounds all rooms are looked at, whenever they were touched.
const FULL: u32 = 60;
/// After a round that took longer, rooms that were touched before it may be behind.
const LATE: Duration = Duration::from_secs(5);
/// Each how many rounds the windows of searches are measured.
const MEASURE: u32 = 240;
/// Rooms of a transaction.
pub const ROOMS: i64 = 8;
/// While the node is busy it takes one, so that no post waits long beside it.
const ROOMS_BUSY: i64 = 1;
/// Changed messages of each of them.
const MESSAGES: i64 = 100;
/// Posts a second of this node from which on it indexes with restraint.
const BUSY: f64 = 500.0;
/// Then it rests so many times as long as it worked.
const RESTRAINT: u32 = 12;
/// Else for this part of it.
const REST: u32 = 4;

/// Indexes until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut pace = Pace { posted: app.metrics.messages_posted.get(), at: Instant::now(), busy: false };
    let mut late = false;
    for round in 0_u32.. {
        clock.tick().await;
        pace.look(&app);
        if round % MEASURE == 0
            && let Err(error) = candidates::measure(&app).await
        {
            tracing::debug!(%error, "the windows of searches could not be measured");
        }
        let full = round % FULL == 0 || late;
        let started = Instant::now();
        loop {
            let begun = Instant::now();
            match some(&app, full, if pace.busy { ROOMS_BUSY } else { ROOMS }).await {
                Ok(Indexing { more: true, .. }) => pace.rest(&app, begun.elapsed()).await,
                Ok(_) => break,
                Err(error) => {
                    tracing::debug!(%error, "the index of messages waits for the database");
                    break;
                }
            }
        }
        late = started.elapsed() > LATE;
    }
}

/// How busy the node was lately.
struct Pace {
    posted: u64,
    at: Instant,
    busy: bool,
}

impl Pace {
    fn look(&mut self, app: &App) {
        let (posted, at) = (app.metrics.messages_posted.get(), Instant::now());
        let seconds = (at - self.at).as_secs_f64().max(0.001);
        self.busy = posted.saturating_sub(self.posted) as f64 / seconds > BUSY;
        (self.posted, self.at) = (posted, at);
    }

    async fn rest(&mut self, app: &App, worked: Duration) {
        self.look(app);
        tokio::time::sleep(if self.busy { worked * RESTRAINT } else { worked / REST }).await;
    }
}

/// Rooms that were never looked at get their place, outside the transaction: nodes that do so at once wait for no work.
const BEGUN: &str = "\
INSERT INTO search_heads (room_id) SELECT h.room_id FROM room_heads h \
WHERE NOT EXISTS (SELECT FROM search_heads s WHERE s.room_id = h.room_id)";

/// The longest behind first. The head is read with the lock: all that it counts is seen by the statements after it.
const BEHIND: &str = "\
SELECT s.room_id, s.rev AS since, h.rev AS head FROM room_heads h JOIN search_heads s ON s.room_id = h.room_id \
WHERE h.rev > s.rev";
const LATELY: &str = " AND h.touched_at > now() - interval '10 seconds'";

#[derive(QueryableByName)]
struct Behind {
    #[diesel(sql_type = SqlUuid)]
    room_id: Uuid,
    #[diesel(sql_type = BigInt)]
    since: Rev,
    #[diesel(sql_type = BigInt)]
    head: Rev,
}

/// As the feed reads them: those as they were posted by their place, changed ones by an index of their own.
const CHANGED: &str = "\
SELECT x.* FROM unnest($1, $2) AS t (room_id, since) CROSS JOIN LATERAL (SELECT * FROM ( \
    (SELECT m.* FROM messages m WHERE m.room_id = t.room_id AND m.in_room AND m.seq > t.since AND m.rev = m.seq \
     ORDER BY m.seq LIMIT $3) \
    UNION ALL \
    (SELECT m.* FROM messages m WHERE m.room_id = t.room_id AND NOT m.in_room AND m.seq > t.since AND m.rev = m.seq \
     ORDER BY m.seq LIMIT $3) \
    UNION ALL \
    (SELECT m.* FROM messages m WHERE m.room_id = t.room_id AND m.rev > t.since AND m.rev <> m.seq \
     ORDER BY m.rev LIMIT $3) \
) y ORDER BY y.rev LIMIT $3) x";

/// What was indexed at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indexing {
    /// Of so many rooms.
    pub rooms: usize,
    /// Whether there may be more to do.
    pub more: bool,
}

/// Indexes some of what is behind: of at most so many rooms, of those touched lately or of all.
pub async fn some(app: &App, full: bool, at_most: i64) -> Result<Indexing, Error> {
    let lately = if full { "" } else { LATELY };
    let mut conn = app.db.get().await?;
    sql_query(format!("{BEGUN}{lately} ON CONFLICT DO NOTHING")).execute(&mut conn).await?;
    let work = app.clone();
    conn.transaction(async move |conn| {
        let rooms: Vec<Behind> =
            sql_query(format!("{BEHIND}{lately} ORDER BY h.touched_at LIMIT $1 FOR UPDATE OF s SKIP LOCKED"))
                .bind::<BigInt, _>(at_most)
                .load(conn)
                .await?;
        if rooms.is_empty() {
            return Ok(Indexing { rooms: 0, more: false });
        }
        let changed: Vec<MessageRow> = sql_query(CHANGED)
            .bind::<Array<SqlUuid>, _>(rooms.iter().map(|room| room.room_id).collect::<Vec<_>>())
            .bind::<Array<BigInt>, _>(rooms.iter().map(|room| room.since).collect::<Vec<_>>())
            .bind::<BigInt, _>(MESSAGES)
            .load(conn)
            .await?;
        let reached = reached(&rooms, &changed);
        let behind = |room: &Behind| reached.get(&room.room_id).is_some_and(|rev| *rev < room.head);
        let more = rooms.len() as i64 >= at_most || rooms.iter().any(behind);
        write(conn, work, changed).await?;
        let (ids, revs): (Vec<Uuid>, Vec<Rev>) = reached.into_iter().unzip();
        sql_query(
            "UPDATE search_heads s SET rev = t.rev FROM unnest($1, $2) AS t (room_id, rev) WHERE s.room_id = t.room_id",
        )
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<BigInt>, _>(revs)
        .execute(conn)
        .await?;
        Ok::<_, Error>(Indexing { rooms: rooms.len(), more })
    })
    .await
}

/// Up to where each room is indexed with these messages: to its head, unless there may be more of them.
fn reached(rooms: &[Behind], changed: &[MessageRow]) -> HashMap<Uuid, Rev> {
    let reach = |room: &Behind| {
        let revs: Vec<Rev> = changed.iter().filter(|row| row.room_id == room.room_id).map(|row| row.rev).collect();
        match revs.len() as i64 >= MESSAGES {
            true => revs.into_iter().max().unwrap_or(room.head),
            false => room.head,
        }
    };
    rooms.iter().map(|room| (room.room_id, reach(room))).collect()
}

/// A row whose words are the same is not written again: a pin or an answer does not touch its indexes.
const WRITE: &str = "\
INSERT INTO search_rows (message_id, room_id, author_id, created_at, edited_at, words, text) \
SELECT t.id, t.room_id, t.author_id, t.created_at, t.edited_at, array_to_tsvector(string_to_array(t.words, ' ')), t.text \
FROM unnest($1, $2, $3, $4, $5, $6, $7) AS t (id, room_id, author_id, created_at, edited_at, words, text) \
ON CONFLICT (message_id) DO UPDATE SET edited_at = excluded.edited_at, words = excluded.words, text = excluded.text \
WHERE (search_rows.edited_at, search_rows.words, search_rows.text) \
    IS DISTINCT FROM (excluded.edited_at, excluded.words, excluded.text)";

async fn write(conn: &mut AsyncPgConnection, app: App, changed: Vec<MessageRow>) -> Result<(), Error> {
    let (gone, kept): (Vec<MessageRow>, Vec<MessageRow>) =
        changed.into_iter().partition(|row| row.deleted_at.is_some());
    if !gone.is_empty() {
        sql_query("DELETE FROM search_rows WHERE message_id = ANY ($1)")
            .bind::<Array<SqlUuid>, _>(gone.into_iter().map(|row| row.id).collect::<Vec<_>>())
            .execute(conn)
            .await?;
    }
    if kept.is_empty() {
        return Ok(());
    }
    // Long messages take a while: the threads that answer requests are left to them.
    let read = move || {
        let indexed: Vec<Indexed> = kept.iter().map(|row| Indexed::of(row, &app.search.stems)).collect();
        (kept, indexed)
    };
    let (rows, indexed) = tokio::task::spawn_blocking(read).await.map_err(Error::internal)?;
    let (words, texts): (Vec<String>, Vec<String>) =
        indexed.into_iter().map(|indexed| (indexed.words, indexed.text)).unzip();
    sql_query(WRITE)
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.id).collect::<Vec<Uuid>>())
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.room_id).collect::<Vec<Uuid>>())
        .bind::<Array<SqlUuid>, _>(rows.iter().map(|row| row.author_id).collect::<Vec<Uuid>>())
        .bind::<Array<Timestamptz>, _>(rows.iter().map(|row| row.created_at).collect::<Vec<DateTime<Utc>>>())
        .bind::<Array<Nullable<Timestamptz>>, _>(rows.iter().map(|row| row.edited_at).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(words)
        .bind::<Array<Text>, _>(texts)
        .execute(conn)
        .await?;
    Ok(())
}
