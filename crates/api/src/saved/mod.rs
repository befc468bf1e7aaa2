//! Messages that somebody keeps for later, perhaps with a time at which to be reminded ([`remind`]).

pub mod remind;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use diesel::dsl::not;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, Rev, RoomId, Saved, SavedMessage, SavedPage, UserId, limits};
use uuid::Uuid;

use crate::app::App;
use crate::db::Cursor;
use crate::db::schema::{messages, saved};
use crate::error::Error;
use crate::me::Own;
use crate::messages::{MessageRow, find, history};
use crate::realtime::News;

/// A row of `saved`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = saved, primary_key(user_id, message_id), treat_none_as_null = true)]
struct SavedRow {
    user_id: Uuid,
    message_id: Uuid,
    room_id: Uuid,
    saved_at: DateTime<Utc>,
    remind_at: Option<DateTime<Utc>>,
    reminded_at: Option<DateTime<Utc>>,
    removed: bool,
    rev: Rev,
}

impl From<SavedRow> for Saved {
    fn from(row: SavedRow) -> Saved {
        let SavedRow { user_id: _, message_id, room_id, saved_at, remind_at, reminded_at, removed, rev } = row;
        let (message_id, room_id) = (MessageId(message_id), RoomId(room_id));
        Saved { message_id, room_id, saved_at, remind_at, reminded_at, removed, rev }
    }
}

/// Keeps a message that I may read, with a reminder or without; doing the same again changes nothing.
pub async fn save(app: &App, user_id: UserId, id: MessageId, remind_at: Option<DateTime<Utc>>) -> Result<Saved, Error> {
    // As Postgres keeps it.
    let remind_at = remind_at.map(|at| at.trunc_subsecs(6));
    let mut conn = app.db.get().await?;
    let message = find::visible(&mut conn, user_id, id).await?;
    let mut news = News::new(app);
    let (kept, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            let before = find_row(conn, user_id, id).await?.filter(|row| !row.removed);
            if let Some(row) = before.as_ref().filter(|row| row.remind_at == remind_at) {
                return Ok((row.clone().into(), news));
            }
            if message.deleted_at.is_some() {
                return Err(Error::new(ErrorCode::MessageDeleted));
            }
            remind_at.map(check_time).transpose()?;
            let row = SavedRow {
                user_id: user_id.0,
                message_id: id.0,
                room_id: message.room_id.0,
                saved_at: before.map_or_else(crate::now, |row| row.saved_at),
                remind_at,
                reminded_at: None,
                removed: false,
                rev: own.next_rev(),
            };
            let kept = put(conn, &mut own, row).await?;
            own.save(conn, &mut news).await?;
            Ok((kept, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(kept)
}

/// Keeps it no longer; for one that was not kept there is nothing to do.
pub async fn remove(app: &App, user_id: UserId, id: MessageId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            if let Some(row) = find_row(conn, user_id, id).await?.filter(|row| !row.removed) {
                let row = SavedRow { removed: true, rev: own.next_rev(), ..row };
                put(conn, &mut own, row).await?;
                own.save(conn, &mut news).await?;
            }
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

fn check_time(at: DateTime<Utc>) -> Result<(), Error> {
    let now = crate::now();
    match at > now && at <= now + Duration::seconds(limits::AHEAD_MAX) {
        true => Ok(()),
        false => Err(Error::field("remind_at", "out_of_range", "A reminder comes within a year from now.")),
    }
}

async fn find_row(conn: &mut AsyncPgConnection, user_id: UserId, id: MessageId) -> Result<Option<SavedRow>, Error> {
    let row = saved::table.find((user_id.0, id.0)).select(SavedRow::as_select());
    Ok(row.first(conn).await.optional()?)
}

/// Writes a row under its person's lock.
async fn put(conn: &mut AsyncPgConnection, own: &mut Own, row: SavedRow) -> Result<Saved, Error> {
    diesel::insert_into(saved::table)
        .values(&row)
        .on_conflict((saved::user_id, saved::message_id))
        .do_update()
        .set(&row)
        .execute(conn)
        .await?;
    let kept = Saved::from(row);
    own.span.saved.push(kept.clone());
    Ok(kept)
}

/// `GET /me/saved`: the latest first. What I may not read any more comes without its message.
pub async fn list(app: &App, user_id: UserId, after: Option<Cursor>, limit: i64) -> Result<SavedPage, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    // Membership and messages in one snapshot: nobody reads past their removal.
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            let rows = saved::table.filter(saved::user_id.eq(user_id.0).and(not(saved::removed))).into_boxed();
            let rows = match after {
                Some(Cursor { at, id }) => {
                    rows.filter(saved::saved_at.le(at)).filter(saved::saved_at.lt(at).or(saved::message_id.lt(id)))
                }
                None => rows,
            };
            let mut rows: Vec<SavedRow> = rows
                .order((saved::saved_at.desc(), saved::message_id.desc()))
                .limit(limit + 1)
                .select(SavedRow::as_select())
                .load(conn)
                .await?;
            let more = crate::db::page(&mut rows, limit);
            let next = rows.last().filter(|_| more).map(|row| Cursor { at: row.saved_at, id: row.message_id });
            let readable = readable(conn, user_id, &rows).await?;
            let users = history::people(conn, &readable, &[]).await?;
            let item = |row: SavedRow| {
                let message = readable.iter().find(|message| message.id.0 == row.message_id).cloned();
                SavedMessage { saved: row.into(), message }
            };
            let items = rows.into_iter().map(item).collect();
            Ok(SavedPage { items, users, next: next.map(|cursor| cursor.to_string()) })
        })
        .await
}

/// The messages of these rows that are in rooms of mine.
async fn readable(conn: &mut AsyncPgConnection, user_id: UserId, rows: &[SavedRow]) -> Result<Vec<Message>, Error> {
    let rooms: Vec<Uuid> = rows.iter().map(|row| row.room_id).collect();
    let mine = crate::rooms::which_are_mine(conn, user_id, &rooms).await?;
    let readable = rows.iter().filter(|row| mine.contains(&RoomId(row.room_id)));
    let ids: Vec<Uuid> = readable.map(|row| row.message_id).collect();
    let rows: Vec<MessageRow> =
        messages::table.filter(messages::id.eq_any(ids)).select(MessageRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(Message::from).collect())
}
