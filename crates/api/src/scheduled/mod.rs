//! Messages to be sent later. Each has the id of the message it becomes, so however often it is tried and whoever tries,
//! it is sent once: a repeat is answered with the first.
//!
//! [`due`] sends what is due, [`change`] is what its author does before that. Both lock the row first, then, if they
//! post, rooms' heads, and last the person's head; whoever holds that takes none of the others.

pub mod change;
pub mod due;

use chrono::{DateTime, Duration, SubsecRound, Utc};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{
    ErrorCode, MessageId, NewMessage, NewScheduled, Page, Rev, RoomId, Scheduled, ScheduledId, ScheduledState, UserId,
    limits,
};
use uuid::Uuid;

use crate::app::App;
use crate::db::Cursor;
use crate::db::schema::{messages, scheduled};
use crate::error::Error;
use crate::me::Own;
use crate::messages::{Draft, names};
use crate::realtime::News;

/// As the index says it: written out, so that every plan can use that.
const OPEN: &str = "state IN ('waiting', 'failed')";

/// A row of `scheduled`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, QueryableByName)]
#[diesel(table_name = scheduled)]
struct ScheduledRow {
    id: Uuid,
    user_id: Uuid,
    room_id: Uuid,
    parent_id: Option<Uuid>,
    body: String,
    send_at: DateTime<Utc>,
    state: String,
    rev: Rev,
    failure: Option<String>,
}

impl From<ScheduledRow> for Scheduled {
    fn from(row: ScheduledRow) -> Scheduled {
        Scheduled {
            id: ScheduledId(row.id),
            room_id: RoomId(row.room_id),
            parent_id: row.parent_id.map(MessageId),
            body: row.body,
            send_at: row.send_at,
            state: state(&row.state),
            failure: row.failure.as_deref().map(ErrorCode::read),
            rev: row.rev,
        }
    }
}

fn state(text: &str) -> ScheduledState {
    match text {
        "waiting" => ScheduledState::Waiting,
        "sent" => ScheduledState::Sent,
        "cancelled" => ScheduledState::Cancelled,
        _ => ScheduledState::Failed,
    }
}

fn state_text(state: ScheduledState) -> &'static str {
    match state {
        ScheduledState::Waiting => "waiting",
        ScheduledState::Sent => "sent",
        ScheduledState::Cancelled => "cancelled",
        ScheduledState::Failed | ScheduledState::Unknown => "failed",
    }
}

impl ScheduledRow {
    /// The message it becomes; the same each time.
    async fn draft(&self, app: &App) -> Result<Draft, Error> {
        let new = NewMessage {
            id: Some(MessageId(self.id)),
            body: self.body.clone(),
            parent_id: self.parent_id.map(MessageId),
            ..NewMessage::default()
        };
        names::resolved(app, Draft::parse(UserId(self.user_id), RoomId(self.room_id), new)?).await
    }

    /// Writes what may change of it under the person's lock. Of what was sent or taken back nothing is kept.
    async fn save(mut self, conn: &mut AsyncPgConnection, own: &mut Own) -> Result<Scheduled, Error> {
        if matches!(state(&self.state), ScheduledState::Sent | ScheduledState::Cancelled) {
            self.body.clear();
        }
        self.failure = self.failure.filter(|_| state(&self.state) == ScheduledState::Failed);
        self.rev = own.next_rev();
        diesel::update(scheduled::table.find(self.id))
            .set((
                scheduled::body.eq(&self.body),
                scheduled::send_at.eq(self.send_at),
                scheduled::state.eq(&self.state),
                scheduled::rev.eq(self.rev),
                scheduled::failure.eq(&self.failure),
            ))
            .execute(conn)
            .await?;
        let row = Scheduled::from(self);
        own.span.scheduled.push(row.clone());
        Ok(row)
    }
}

/// What became of a request to send something later.
#[derive(Debug)]
pub enum Planned {
    /// Taken now.
    New(Scheduled),
    /// Taken by an earlier request; as it is now.
    Again(Scheduled),
}

/// Takes a message to be sent later to a room of mine. The same id again answers with the first.
pub async fn create(app: &App, user_id: UserId, room_id: RoomId, new: NewScheduled) -> Result<Planned, Error> {
    let mut faults = Faults::default();
    let id = new.id.map_or_else(Uuid::now_v7, |id| id.0);
    if id.get_version_num() != 7 {
        faults.add("id", "bad_format", "A message's id is a UUID of version 7.");
    }
    let body = faults.check(validate::body(&new.body));
    faults.finish()?;
    let mut conn = app.db.get().await?;
    if let Some(first) = repeated(&mut conn, user_id, room_id, id).await? {
        return Ok(Planned::Again(first));
    }
    let send_at = check_time(new.send_at)?;
    let membership = crate::rooms::access(&mut conn, user_id, room_id).await?.member()?;
    if membership.room.archived_at.is_some() {
        return Err(Error::new(ErrorCode::RoomArchived));
    }
    check_parent(&mut conn, room_id, new.parent_id).await?;
    let (parent_id, state) = (new.parent_id.map(|id| id.0), state_text(ScheduledState::Waiting).into());
    let (user, room, failure) = (user_id.0, room_id.0, None);
    let row = ScheduledRow { id, user_id: user, room_id: room, parent_id, body, send_at, state, rev: 0, failure };
    let mut news = News::new(app);
    let (planned, news) = conn
        .transaction(async |conn| {
            let mut own = Own::lock(conn, &news, user_id).await?;
            // Asked again under the lock: the same request may have come twice at once.
            if let Some(first) = repeated(conn, user_id, room_id, id).await? {
                return Ok((Planned::Again(first), news));
            }
            leave_room_for_one(conn, user_id).await?;
            let row = ScheduledRow { rev: own.next_rev(), ..row };
            diesel::insert_into(scheduled::table)
                .values(&row)
                .execute(conn)
                .await
                .map_err(Error::on_unique("scheduled_pkey", ErrorCode::IdTaken))?;
            let row = Scheduled::from(row);
            own.span.scheduled.push(row.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((Planned::New(row), news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(planned)
}

/// What an earlier request of mine made under this id; refuses an id that stands for something else.
async fn repeated(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    room_id: RoomId,
    id: Uuid,
) -> Result<Option<Scheduled>, Error> {
    let row = scheduled::table.find(id).select(ScheduledRow::as_select());
    let row: Option<ScheduledRow> = row.first(conn).await.optional()?;
    match row {
        Some(row) if row.user_id == user_id.0 && row.room_id == room_id.0 => Ok(Some(row.into())),
        Some(_) => Err(Error::new(ErrorCode::IdTaken)),
        None if is_message(conn, id).await? => Err(Error::new(ErrorCode::IdTaken)),
        None => Ok(None),
    }
}

/// Whether a message of this id was posted.
async fn is_message(conn: &mut AsyncPgConnection, id: Uuid) -> Result<bool, Error> {
    Ok(diesel::select(exists(messages::table.find(id))).get_result(conn).await?)
}

/// The time as Postgres keeps it.
fn check_time(at: DateTime<Utc>) -> Result<DateTime<Utc>, Error> {
    let now = crate::now();
    match at > now && at <= now + Duration::seconds(limits::AHEAD_MAX) {
        true => Ok(at.trunc_subsecs(6)),
        false => Err(Error::field("send_at", "out_of_range", "A message is sent within a year from now.")),
    }
}

async fn check_parent(conn: &mut AsyncPgConnection, room_id: RoomId, id: Option<MessageId>) -> Result<(), Error> {
    let Some(id) = id else { return Ok(()) };
    let deleted: Option<bool> = messages::table
        .find(id.0)
        .filter(messages::room_id.eq(room_id.0))
        .select(messages::deleted_at.is_not_null())
        .first(conn)
        .await
        .optional()?;
    match deleted {
        Some(false) => Ok(()),
        Some(true) => Err(Error::new(ErrorCode::MessageDeleted)),
        None => Err(Error::field("parent_id", "unknown", "There is no such message in this room.")),
    }
}

/// Refuses one more where as many wait as may.
async fn leave_room_for_one(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<(), Error> {
    let open = scheduled::table.filter(scheduled::user_id.eq(user_id.0).and(sql::<Bool>(OPEN)));
    let count: i64 = open.count().get_result(conn).await?;
    match count < limits::SCHEDULED_MAX {
        true => Ok(()),
        false => Err(Error::with(ErrorCode::TooMany, "500 messages wait to be sent already.")),
    }
}

/// `GET /me/scheduled`: what waits and what could not be sent, the next first.
pub async fn list(app: &App, user_id: UserId, after: Option<Cursor>, limit: i64) -> Result<Page<Scheduled>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let rows = scheduled::table.filter(scheduled::user_id.eq(user_id.0).and(sql::<Bool>(OPEN))).into_boxed();
    let rows = match after {
        Some(Cursor { at, id }) => {
            rows.filter(scheduled::send_at.ge(at)).filter(scheduled::send_at.gt(at).or(scheduled::id.gt(id)))
        }
        None => rows,
    };
    let mut rows: Vec<ScheduledRow> = rows
        .order((scheduled::send_at, scheduled::id))
        .limit(limit + 1)
        .select(ScheduledRow::as_select())
        .load(&mut *app.db.get().await?)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|row| Cursor { at: row.send_at, id: row.id }.to_string());
    Ok(Page { items: rows.into_iter().map(Scheduled::from).collect(), next })
}
