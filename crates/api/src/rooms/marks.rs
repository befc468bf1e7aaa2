//! Rows of a person's own stream: which rooms are theirs, up to where they have read, and how they keep them.

use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use serde::Deserialize;
use types::{ErrorCode, Mark, MeChanges, Rev, RoomId, Seq, UpdateMark, UserId};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{marks, room_heads, user_heads};
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;

#[derive(Debug, Queryable, Selectable, QueryableByName, Deserialize)]
/// A row of `marks`.
#[diesel(table_name = marks)]
pub struct MarkRow {
    user_id: Uuid,
    room_id: Uuid,
    joined: bool,
    read_seq: i64,
    hidden_seq: i64,
    muted: bool,
    favourite: bool,
    removed_by: Option<Uuid>,
    rev: i64,
}

impl From<MarkRow> for Mark {
    fn from(row: MarkRow) -> Mark {
        let MarkRow { user_id: _, room_id, joined, read_seq, hidden_seq, muted, favourite, removed_by, rev } = row;
        let removed_by = removed_by.map(UserId);
        Mark { room_id: RoomId(room_id), joined, read_seq, hidden_seq, muted, favourite, removed_by, rev }
    }
}

/// Somebody's way into a room or out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// In; what is there up to this place counts as read.
    In(Seq),
    /// Out by themselves, or because the room ended.
    Out,
    /// Out, by another's hand.
    Removed(UserId),
}

/// Says for each person whether a room is theirs. Their heads are locked in order of id, after the room's.
pub async fn set_joined(
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room_id: RoomId,
    user_ids: &[UserId],
    way: Way,
) -> Result<(), Error> {
    let (joined, read_seq, removed_by) = match way {
        Way::In(read_seq) => (true, read_seq, None),
        Way::Out => (false, 0, None),
        Way::Removed(by) => (false, 0, Some(by.0)),
    };
    let ids: Vec<Uuid> = user_ids.iter().map(|id| id.0).collect();
    let rows: Vec<MarkRow> = sql_query(
        "WITH heads AS (SELECT user_id FROM user_heads WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE), \
         bumped AS (UPDATE user_heads h SET rev = h.rev + 1 FROM heads WHERE h.user_id = heads.user_id \
                    RETURNING h.user_id, h.rev) \
         INSERT INTO marks (user_id, room_id, joined, read_seq, removed_by, rev) \
         SELECT user_id, $2, $3, $4, $5, rev FROM bumped \
         ON CONFLICT (user_id, room_id) DO UPDATE SET joined = excluded.joined, rev = excluded.rev, \
             removed_by = excluded.removed_by, read_seq = greatest(marks.read_seq, excluded.read_seq) \
         RETURNING user_id, room_id, joined, read_seq, hidden_seq, muted, favourite, removed_by, rev",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(room_id.0)
    .bind::<Bool, _>(joined)
    .bind::<BigInt, _>(read_seq)
    .bind::<Nullable<SqlUuid>, _>(removed_by)
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
     RETURNING k.user_id, k.room_id, k.joined, k.read_seq, k.hidden_seq, k.muted, k.favourite, \
               k.removed_by, k.rev";

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
    let changes = MeChanges { rev, marks, ..MeChanges::empty(news.epoch(), since) };
    news.people.push((user_id, changes));
}

/// How somebody keeps a room of theirs from now on.
pub async fn keep(app: &App, user_id: UserId, room_id: RoomId, update: UpdateMark) -> Result<Mark, Error> {
    let UpdateMark { hidden, muted, favourite } = update;
    let mut conn = app.db.get().await?;
    super::access(&mut conn, user_id, room_id).await?.member()?;
    let last_seq = super::changes::head(&mut conn, room_id).await?.map_or(0, |(_, last_seq)| last_seq);
    let mut news = News::new(app);
    let (mark, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let row: Option<MarkRow> =
                marks::table.find((user_id.0, room_id.0)).select(MarkRow::as_select()).first(conn).await.optional()?;
            let before: Mark = row.ok_or_else(|| Error::new(ErrorCode::NotFound))?.into();
            let mut after = Mark {
                hidden_seq: hidden.map_or(before.hidden_seq, |hidden| if hidden { last_seq.max(1) } else { 0 }),
                muted: muted.unwrap_or(before.muted),
                favourite: favourite.unwrap_or(before.favourite),
                ..before
            };
            if after == before {
                return Ok((before, news));
            }
            after.rev = own.next_rev();
            diesel::update(marks::table.find((user_id.0, room_id.0)))
                .set((
                    marks::hidden_seq.eq(after.hidden_seq),
                    marks::muted.eq(after.muted),
                    marks::favourite.eq(after.favourite),
                    marks::rev.eq(after.rev),
                ))
                .execute(conn)
                .await?;
            own.span.marks.push(after.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((after, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(mark)
}

/// Gives everyone of a new direct conversation their mark: it is in the list of who opened it, and in the others' once
/// something is written in it. Their heads are locked in order of id, after the room's.
pub async fn set_direct(
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room_id: RoomId,
    user_ids: &[UserId],
    opener: UserId,
) -> Result<(), Error> {
    let ids: Vec<Uuid> = user_ids.iter().map(|id| id.0).collect();
    let rows: Vec<MarkRow> = sql_query(
        "WITH heads AS (SELECT user_id FROM user_heads WHERE user_id = ANY($1) ORDER BY user_id FOR UPDATE), \
         bumped AS (UPDATE user_heads h SET rev = h.rev + 1 FROM heads WHERE h.user_id = heads.user_id \
                    RETURNING h.user_id, h.rev) \
         INSERT INTO marks (user_id, room_id, joined, hidden_seq, rev) \
         SELECT user_id, $2, true, CASE WHEN user_id = $3 THEN 0 ELSE 1 END, rev FROM bumped \
         RETURNING user_id, room_id, joined, read_seq, hidden_seq, muted, favourite, removed_by, rev",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<SqlUuid, _>(room_id.0)
    .bind::<SqlUuid, _>(opener.0)
    .load(conn)
    .await?;
    for row in rows {
        tell(news, UserId(row.user_id), row.rev - 1, vec![row]);
    }
    Ok(())
}

/// Rooms marked by one transaction at most: bounds how long the head is locked and how large its frame is.
const BATCH: i64 = 500;

/// Marks all rooms of somebody as read.
pub async fn read_all(app: &App, user_id: UserId) -> Result<(), Error> {
    let mut after = Some(Uuid::nil());
    while let Some(place) = after {
        after = read_some(app, user_id, place).await?;
    }
    Ok(())
}

/// Some of those with an id above `after`; gives the last if there may be more.
async fn read_some(app: &App, user_id: UserId, after: Uuid) -> Result<Option<Uuid>, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (last, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let behind: Vec<(Uuid, Seq)> = marks::table
                .inner_join(room_heads::table.on(room_heads::room_id.eq(marks::room_id)))
                .filter(marks::user_id.eq(user_id.0).and(marks::joined).and(marks::room_id.gt(after)))
                .filter(marks::read_seq.lt(room_heads::last_seq))
                .order(marks::room_id)
                .limit(BATCH)
                .select((marks::room_id, room_heads::last_seq))
                .load(conn)
                .await?;
            let last = behind.last().filter(|_| behind.len() as i64 == BATCH).map(|(id, _)| *id);
            let revs: Vec<i64> = behind.iter().map(|_| own.next_rev()).collect();
            let (rooms, seqs): (Vec<Uuid>, Vec<Seq>) = behind.into_iter().unzip();
            let rows: Vec<MarkRow> = sql_query(
                "UPDATE marks k SET read_seq = w.seq, rev = w.rev \
                 FROM unnest($2::uuid[], $3::bigint[], $4::bigint[]) AS w (room_id, seq, rev) \
                 WHERE k.user_id = $1 AND k.room_id = w.room_id \
                 RETURNING k.user_id, k.room_id, k.joined, k.read_seq, k.hidden_seq, k.muted, k.favourite, \
               k.removed_by, k.rev",
            )
            .bind::<SqlUuid, _>(user_id.0)
            .bind::<Array<SqlUuid>, _>(rooms)
            .bind::<Array<BigInt>, _>(seqs)
            .bind::<Array<BigInt>, _>(revs)
            .load(conn)
            .await?;
            own.span.marks = rows.into_iter().map(Mark::from).collect();
            own.span.marks.sort_by_key(|mark| mark.rev);
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((last, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(last)
}
