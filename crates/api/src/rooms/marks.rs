//! A person's own stream: which rooms are theirs and up to where they have read.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{Epoch, Mark, MeChanges, Rev, RoomId, Seq, UserId, limits};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{marks, user_heads};
use crate::error::Error;
use crate::realtime::News;

#[derive(Debug, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = marks)]
struct MarkRow {
    user_id: Uuid,
    room_id: Uuid,
    joined: bool,
    read_seq: i64,
    rev: i64,
}

impl From<MarkRow> for Mark {
    fn from(row: MarkRow) -> Mark {
        Mark { room_id: RoomId(row.room_id), joined: row.joined, read_seq: row.read_seq, rev: row.rev }
    }
}

/// Says for each person whether a room is theirs; coming in counts what is there as read. Their heads are locked in
/// order of id, after the room's.
pub async fn set_joined(
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room_id: RoomId,
    user_ids: &[UserId],
    joined: bool,
    read_seq: Seq,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = user_ids.iter().map(|id| id.0).collect();
    let rows: Vec<MarkRow> = sql_query(
        "WITH heads AS (SELECT user_id FROM user_heads WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE), \
         bumped AS (UPDATE user_heads h SET rev = h.rev + 1 FROM heads WHERE h.user_id = heads.user_id \
                    RETURNING h.user_id, h.rev) \
         INSERT INTO marks (user_id, room_id, joined, read_seq, rev) \
         SELECT user_id, $2, $3, $4, rev FROM bumped \
         ON CONFLICT (user_id, room_id) DO UPDATE SET joined = excluded.joined, rev = excluded.rev, \
             read_seq = greatest(marks.read_seq, excluded.read_seq) \
         RETURNING user_id, room_id, joined, read_seq, rev",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(room_id.0)
    .bind::<Bool, _>(joined)
    .bind::<BigInt, _>(read_seq)
    .load(conn)
    .await?;
    for row in rows {
        tell(news, UserId(row.user_id), row.rev - 1, vec![row]);
    }
    Ok(())
}

/// A mark to write.
#[derive(Debug, Clone, Copy)]
pub struct Read {
    /// Whose.
    pub user_id: UserId,
    /// Where.
    pub room_id: RoomId,
    /// Up to where; never above the room's newest message.
    pub seq: Seq,
    /// Whether the mark may fall.
    pub lower: bool,
}

/// Each moved mark takes its own revision of its person's stream, in a stable order.
const MOVE: &str = "\
    WITH wanted AS ( \
        SELECT w.user_id, w.room_id, least(greatest(w.seq, 0), h.last_seq) AS seq, w.lower \
        FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::boolean[]) AS w (user_id, room_id, seq, lower) \
        JOIN room_heads h ON h.room_id = w.room_id), \
     moved AS ( \
        SELECT k.user_id, k.room_id, w.seq, u.rev + row_number() OVER (PARTITION BY k.user_id ORDER BY k.room_id) AS rev \
        FROM wanted w JOIN marks k ON k.user_id = w.user_id AND k.room_id = w.room_id AND k.joined \
        JOIN user_heads u ON u.user_id = k.user_id \
        WHERE w.seq > k.read_seq OR (w.lower AND w.seq < k.read_seq)), \
     heads AS ( \
        UPDATE user_heads u SET rev = m.rev FROM (SELECT user_id, max(rev) AS rev FROM moved GROUP BY user_id) m \
        WHERE u.user_id = m.user_id) \
     UPDATE marks k SET read_seq = m.seq, rev = m.rev FROM moved m \
     WHERE k.user_id = m.user_id AND k.room_id = m.room_id \
     RETURNING k.user_id, k.room_id, k.joined, k.read_seq, k.rev";

/// Writes read marks, many at once, at most one per person and room. Marks of rooms that are not theirs, and marks that
/// would not move, are left out.
pub async fn write(conn: &mut AsyncPgConnection, news: &mut News, reads: &[Read]) -> Result<(), Error> {
    let people: Vec<Uuid> = reads.iter().map(|r| r.user_id.0).collect();
    let rooms: Vec<Uuid> = reads.iter().map(|r| r.room_id.0).collect();
    let seqs: Vec<Seq> = reads.iter().map(|r| r.seq).collect();
    let lower: Vec<bool> = reads.iter().map(|r| r.lower).collect();
    let heads: Vec<(Uuid, Rev)> = user_heads::table
        .filter(user_heads::user_id.eq_any(&people))
        .order(user_heads::user_id)
        .select((user_heads::user_id, user_heads::rev))
        .for_update()
        .load(conn)
        .await?;
    let rows: Vec<MarkRow> = sql_query(MOVE)
        .bind::<Array<SqlUuid>, _>(people)
        .bind::<Array<SqlUuid>, _>(rooms)
        .bind::<Array<BigInt>, _>(seqs)
        .bind::<Array<Bool>, _>(lower)
        .load(conn)
        .await?;
    let mut moved: HashMap<Uuid, Vec<MarkRow>> = HashMap::new();
    for row in rows {
        moved.entry(row.user_id).or_default().push(row);
    }
    for (user_id, since) in heads {
        if let Some(rows) = moved.remove(&user_id) {
            tell(news, UserId(user_id), since, rows);
        }
    }
    Ok(())
}

/// One span of a person's stream, of at least one mark.
fn tell(news: &mut News, user_id: UserId, since: Rev, mut rows: Vec<MarkRow>) {
    rows.sort_by_key(|row| row.rev);
    let Some(rev) = rows.last().map(|row| row.rev) else { return };
    let marks = rows.into_iter().map(Mark::from).collect();
    let changes = MeChanges { epoch: news.epoch(), since, rev, more: false, reset: false, marks };
    news.people.push((user_id, changes));
}

/// A person's own stream since a revision; resets only if that is beyond the head.
pub async fn changes(
    conn: &mut AsyncPgConnection,
    epoch: &Epoch,
    user_id: UserId,
    since: Rev,
    limit: i64,
) -> Result<MeChanges, Error> {
    let head: Rev = user_heads::table.find(user_id.0).select(user_heads::rev).first(conn).await?;
    let reset = since > head;
    let since = if reset { 0 } else { since };
    let limit = limit.clamp(1, limits::CHANGES_MAX);
    // Rows above the head read first are left for the next read: they would be newer than what it says.
    let mut rows: Vec<MarkRow> = marks::table
        .filter(marks::user_id.eq(user_id.0).and(marks::rev.gt(since)).and(marks::rev.le(head)))
        .order(marks::rev)
        .limit(limit + 1)
        .select(MarkRow::as_select())
        .load(conn)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let rev = if more { rows.last().map_or(head, |r| r.rev) } else { head };
    Ok(MeChanges { epoch: epoch.clone(), since, rev, more, reset, marks: rows.into_iter().map(Mark::from).collect() })
}

/// `GET /me/changes`.
pub async fn my_changes(app: &App, user_id: UserId, since: Rev, limit: i64) -> Result<MeChanges, Error> {
    let mut conn = app.db.get().await?;
    changes(&mut conn, &app.epoch, user_id, since, limit).await
}
