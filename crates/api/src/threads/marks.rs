//! How somebody keeps a thread: whether they follow it, and up to where they have read it. Rows of their own stream.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{MessageId, Rev, RoomId, Seq, SetRead, ThreadMark, UserId};
use uuid::Uuid;

use super::{FOLLOWED, UNREAD, root};
use crate::app::App;
use crate::db::schema::{messages, thread_marks, thread_people};
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;

/// Threads marked by one transaction at most: bounds how long the head is locked and how large its frame is.
const BATCH: i64 = 500;

/// A row of `thread_marks`.
#[derive(Debug, Queryable, QueryableByName, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = thread_marks, primary_key(user_id, root_id), treat_none_as_null = true)]
struct ThreadMarkRow {
    user_id: Uuid,
    root_id: Uuid,
    room_id: Uuid,
    following: Option<bool>,
    read_seq: Seq,
    rev: Rev,
}

impl From<ThreadMarkRow> for ThreadMark {
    fn from(row: ThreadMarkRow) -> ThreadMark {
        let ThreadMarkRow { user_id: _, root_id, room_id, following, read_seq, rev } = row;
        ThreadMark { root_id: MessageId(root_id), room_id: RoomId(room_id), following, read_seq, rev }
    }
}

/// How I keep a thread, whether I follow it told in any case. Nothing kept of it yet: revision 0.
pub async fn find(app: &App, user_id: UserId, root_id: MessageId) -> Result<ThreadMark, Error> {
    let mut conn = app.db.get().await?;
    let root = root(&mut conn, user_id, root_id).await?;
    let mut mark = kept(&mut conn, user_id, root_id, root.room_id).await?;
    if mark.following.is_none() {
        let people = thread_people::table.find((user_id.0, root_id.0));
        let part = diesel::select(diesel::dsl::exists(people)).get_result(&mut conn).await?;
        mark.following = Some(part || root.author_id == user_id);
    }
    Ok(mark)
}

/// The row as it stands, or what it would be.
async fn kept(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    root_id: MessageId,
    room_id: RoomId,
) -> Result<ThreadMark, Error> {
    let row = thread_marks::table.find((user_id.0, root_id.0)).select(ThreadMarkRow::as_select());
    let row: Option<ThreadMarkRow> = row.first(conn).await.optional()?;
    let none = ThreadMark { root_id, room_id, following: None, read_seq: 0, rev: 0 };
    Ok(row.map_or(none, ThreadMark::from))
}

/// Follows a thread from now on, or follows it no longer, whatever I write in it.
pub async fn follow(app: &App, user_id: UserId, root_id: MessageId, following: bool) -> Result<ThreadMark, Error> {
    let room_id = root(&mut *app.db.get().await?, user_id, root_id).await?.room_id;
    set(app, user_id, root_id, room_id, |mark| mark.following = Some(following)).await
}

/// Marks a thread as read up to a place, never above its newest reply.
pub async fn read(app: &App, user_id: UserId, root_id: MessageId, read: SetRead) -> Result<ThreadMark, Error> {
    let SetRead { seq, unread } = read;
    if seq < 0 {
        return Err(Error::field("seq", "out_of_range", "A place can't be negative."));
    }
    let mut conn = app.db.get().await?;
    let room_id = root(&mut conn, user_id, root_id).await?.room_id;
    let seq = seq.min(last_reply(&mut conn, root_id).await?);
    drop(conn);
    let raise = |mark: &mut ThreadMark| mark.read_seq = if unread { seq } else { seq.max(mark.read_seq) };
    set(app, user_id, root_id, room_id, raise).await
}

async fn last_reply(conn: &mut AsyncPgConnection, root_id: MessageId) -> Result<Seq, Error> {
    let replies = messages::table.filter(messages::thread_root_id.eq(root_id.0));
    let last = replies.order(messages::seq.desc()).select(messages::seq).first(conn).await.optional()?;
    Ok(last.unwrap_or(0))
}

async fn set(
    app: &App,
    user_id: UserId,
    root_id: MessageId,
    room_id: RoomId,
    change: impl FnOnce(&mut ThreadMark) + Send,
) -> Result<ThreadMark, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (mark, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let before = kept(conn, user_id, root_id, room_id).await?;
            let mut after = before.clone();
            change(&mut after);
            if after == before {
                return Ok((before, news));
            }
            after.rev = own.next_rev();
            put(conn, user_id, &after).await?;
            own.span.threads.push(after.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((after, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(mark)
}

async fn put(conn: &mut AsyncPgConnection, user_id: UserId, mark: &ThreadMark) -> Result<(), Error> {
    let ThreadMark { root_id, room_id, following, read_seq, rev } = *mark;
    let (user_id, root_id, room_id) = (user_id.0, root_id.0, room_id.0);
    let row = ThreadMarkRow { user_id, root_id, room_id, following, read_seq, rev };
    diesel::insert_into(thread_marks::table)
        .values(&row)
        .on_conflict((thread_marks::user_id, thread_marks::root_id))
        .do_update()
        .set(&row)
        .execute(conn)
        .await?;
    Ok(())
}

#[derive(QueryableByName)]
struct Unread {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    room_id: Uuid,
    #[diesel(sql_type = BigInt)]
    last_seq: Seq,
}

/// Marks the threads that I follow as read.
pub async fn read_all(app: &App, user_id: UserId) -> Result<(), Error> {
    let mut after = Some(Uuid::nil());
    while let Some(place) = after {
        after = read_some(app, user_id, place).await?;
    }
    Ok(())
}

/// Some of those with an id above `after`; gives the last if there may be more.
async fn read_some(app: &App, user_id: UserId, after: Uuid) -> Result<Option<Uuid>, Error> {
    let query = format!(
        "SELECT f.id, f.room_id, l.seq AS last_seq FROM ({FOLLOWED} AND f.root_id > $2) f CROSS JOIN LATERAL \
         (SELECT y.seq FROM messages y WHERE y.thread_root_id = f.id ORDER BY y.seq DESC LIMIT 1) l \
         CROSS JOIN LATERAL ({UNREAD} LIMIT 1) u ORDER BY f.id LIMIT $3"
    );
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (last, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let unread: Vec<Unread> = sql_query(query)
                .bind::<SqlUuid, _>(user_id.0)
                .bind::<SqlUuid, _>(after)
                .bind::<BigInt, _>(BATCH)
                .load(conn)
                .await?;
            let last = unread.last().filter(|_| unread.len() as i64 == BATCH).map(|row| row.id);
            let (ids, rooms, seqs): (Vec<Uuid>, Vec<Uuid>, Vec<Seq>) =
                unread.iter().map(|row| (row.id, row.room_id, row.last_seq)).collect();
            let revs: Vec<Rev> = ids.iter().map(|_| own.next_rev()).collect();
            own.span.threads = write(conn, user_id, ids, rooms, seqs, revs).await?;
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((last, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(last)
}

/// Writes many marks at once, and gives them by revision.
async fn write(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    ids: Vec<Uuid>,
    rooms: Vec<Uuid>,
    seqs: Vec<Seq>,
    revs: Vec<Rev>,
) -> Result<Vec<ThreadMark>, Error> {
    let rows: Vec<ThreadMarkRow> = sql_query(
        "INSERT INTO thread_marks (user_id, root_id, room_id, read_seq, rev) \
         SELECT $1, w.* FROM unnest($2::uuid[], $3::uuid[], $4::bigint[], $5::bigint[]) AS w (root_id, room_id, seq, rev) \
         ON CONFLICT (user_id, root_id) DO UPDATE SET read_seq = excluded.read_seq, rev = excluded.rev \
         RETURNING user_id, root_id, room_id, following, read_seq, rev",
    )
    .bind::<SqlUuid, _>(user_id.0)
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<SqlUuid>, _>(rooms)
    .bind::<Array<BigInt>, _>(seqs)
    .bind::<Array<BigInt>, _>(revs)
    .load(conn)
    .await?;
    let mut marks: Vec<ThreadMark> = rows.into_iter().map(ThreadMark::from).collect();
    marks.sort_by_key(|mark| mark.rev);
    Ok(marks)
}
