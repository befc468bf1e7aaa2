//! Closing polls: early, by their author or a moderator; at their time, by whichever node takes the note of it. A closed
//! poll is its message at another revision.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Message, MessageId, RoomId, RoomRole, UserId};
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{messages, poll_closings, rooms};
use crate::error::Error;
use crate::messages::change::lock;
use crate::messages::find::visible;
use crate::messages::{Extra, MessageRow};
use crate::realtime::News;
use crate::rooms::Locked;

const EVERY: Duration = Duration::from_secs(1);
/// Polls in hand at most.
const BATCH: usize = 32;

/// Closes a poll now; doing it again changes nothing.
pub async fn close(app: &App, user_id: UserId, id: MessageId) -> Result<Message, Error> {
    let mut conn = app.db.get().await?;
    let room_id = visible(&mut conn, user_id, id).await?.room_id;
    let mut news = News::new(app);
    let (message, news) = conn
        .transaction(async |conn| {
            let (mut room, before, role) = lock(conn, &news, user_id, room_id, id).await?;
            if before.deleted_at.is_some() {
                return Err(Error::new(ErrorCode::MessageDeleted));
            }
            if before.poll.is_none() {
                return Err(Error::with(ErrorCode::NotFound, "This message is no poll."));
            }
            if before.author_id != user_id && role < RoomRole::Moderator {
                return Err(Error::new(ErrorCode::NotAllowed));
            }
            room.writable()?;
            let closed = mark(conn, &mut room, before.clone()).await?;
            room.save(app, conn, &mut news).await?;
            Ok((closed.unwrap_or(before), news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(message)
}

/// Writes that a poll is closed; none if it was before.
async fn mark(conn: &mut AsyncPgConnection, room: &mut Locked, mut message: Message) -> Result<Option<Message>, Error> {
    let Some(poll) = message.poll.as_mut().filter(|poll| poll.closed_at.is_none()) else { return Ok(None) };
    let now = crate::now();
    // Where it closes by itself, that is the moment, whenever a node came to it.
    poll.closed_at = Some(poll.closes_at.filter(|at| *at <= now).unwrap_or(now));
    let row: MessageRow = diesel::update(messages::table.find(message.id.0))
        .set((messages::extra.eq(Extra::of(&message).json()), messages::rev.eq(room.next_rev())))
        .returning(MessageRow::as_returning())
        .get_result(conn)
        .await?;
    let message = Message::from(row);
    room.touched(message.clone());
    Ok(Some(message))
}

/// Closes until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        loop {
            match close_due(&app).await {
                Ok(count) if count == BATCH => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::debug!(%error, "polls wait for the database to be closed");
                    break;
                }
            }
        }
    }
}

#[derive(QueryableByName)]
#[diesel(table_name = poll_closings)]
struct Due {
    message_id: Uuid,
    room_id: Uuid,
}

const DUE: &str = "\
SELECT message_id, room_id FROM poll_closings WHERE closes_at <= now() \
ORDER BY closes_at, message_id LIMIT $1 FOR UPDATE SKIP LOCKED";

/// One round; says how many polls were due. The notes are locked first, then the heads of rooms by id; whoever holds a
/// head takes no note.
pub async fn close_due(app: &App) -> Result<usize, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (count, news) = conn
        .transaction(async |conn| {
            let due: Vec<Due> = sql_query(DUE).bind::<BigInt, _>(BATCH as i64).load(conn).await?;
            let mut places: BTreeMap<Uuid, Vec<Uuid>> = BTreeMap::new();
            for note in &due {
                places.entry(note.room_id).or_default().push(note.message_id);
            }
            for (room_id, ids) in places {
                close_in(app, conn, &mut news, RoomId(room_id), ids).await?;
            }
            Ok::<_, Error>((due.len(), news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(count)
}

/// Closes what is due in one room. A note about a poll that was never posted, was deleted, or closed before is only taken
/// away; so is one in a room that is no more.
async fn close_in(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    room_id: RoomId,
    ids: Vec<Uuid>,
) -> Result<(), Error> {
    let gone: bool = diesel::select(diesel::dsl::exists(
        rooms::table.filter(rooms::id.eq(room_id.0).and(rooms::deleted_at.is_not_null())),
    ))
    .get_result(conn)
    .await?;
    let locked = if gone { None } else { Some(Locked::lock(conn, news, room_id).await?) };
    let mut later: Vec<(Uuid, DateTime<Utc>)> = Vec::new();
    if let Some(mut room) = locked {
        let found: Vec<MessageRow> = messages::table
            .filter(messages::id.eq_any(&ids).and(messages::room_id.eq(room_id.0)))
            .order(messages::seq)
            .select(MessageRow::as_select())
            .load(conn)
            .await?;
        for message in found.into_iter().map(Message::from) {
            // The message says when it closes; a note under its id may be of a request that was refused.
            match message.poll.as_ref().and_then(|poll| poll.closes_at) {
                Some(at) if at <= crate::now() => drop(mark(conn, &mut room, message).await?),
                Some(at) => later.push((message.id.0, at)),
                None => {}
            }
        }
        room.save(app, conn, news).await?;
    }
    diesel::delete(poll_closings::table.filter(poll_closings::message_id.eq_any(ids))).execute(conn).await?;
    for (id, at) in later {
        diesel::insert_into(poll_closings::table)
            .values((
                poll_closings::message_id.eq(id),
                poll_closings::room_id.eq(room_id.0),
                poll_closings::closes_at.eq(at),
            ))
            .execute(conn)
            .await?;
    }
    Ok(())
}
