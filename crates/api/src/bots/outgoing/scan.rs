//! Finds what webhooks are to be told: each goes on from where its room was looked through last, and that place is moved
//! on in the same commit that writes what was found. Every node looks; each takes what no other has in hand.

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use sha2::{Digest, Sha256};
use types::{Changes, HookCall, HookEvent, HookId, Message, RoomId, User};
use uuid::Uuid;

use super::{event, event_text};
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{deliveries, outgoing_hooks, users};
use crate::error::Error;

const EVERY: Duration = Duration::from_secs(1);
/// Webhooks in hand at most.
const BATCH: i64 = 32;
/// Rows of a room read for one webhook at once.
const ROWS: i64 = 200;
/// While so many wait for one webhook no more are found for it: the room's feed keeps them.
const WAITING: i64 = 200;
/// How long after it is written an edit or deletion may be committed, generously. Those found twice have one id.
const LATE: TimeDelta = TimeDelta::seconds(60);

/// Looks until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        // A webhook that is far behind is looked after again at once.
        while let Ok(true) = scan(&app).await.inspect_err(|error| tracing::debug!(%error, "webhooks wait")) {}
    }
}

#[derive(QueryableByName)]
struct Standing {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    room_id: Uuid,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    events: Vec<String>,
    #[diesel(sql_type = diesel::sql_types::Array<diesel::sql_types::Text>)]
    trigger_words: Vec<String>,
    #[diesel(sql_type = BigInt)]
    rev: i64,
    #[diesel(sql_type = Timestamptz)]
    scanned_at: DateTime<Utc>,
}

#[derive(Insertable)]
#[diesel(table_name = deliveries)]
struct NewDelivery {
    id: Uuid,
    hook_id: Uuid,
    place: i64,
    event: &'static str,
    body: String,
    created_at: DateTime<Utc>,
    next_at: Option<DateTime<Utc>>,
}

const BEHIND: &str = "\
SELECT o.id, o.room_id, o.events, o.trigger_words, o.rev, o.scanned_at FROM outgoing_hooks o \
JOIN room_heads h ON h.room_id = o.room_id AND h.rev > o.rev \
WHERE o.removed_at IS NULL AND o.disabled_at IS NULL \
    AND (SELECT count(*) FROM (SELECT FROM deliveries d WHERE d.hook_id = o.id AND d.next_at IS NOT NULL LIMIT $2) w) < $2 \
ORDER BY o.id LIMIT $1 FOR UPDATE OF o SKIP LOCKED";

/// One round; whether there is more to look through.
pub async fn scan(app: &App) -> Result<bool, Error> {
    let mut conn = app.db.get().await?;
    conn.transaction(async |conn| {
        let hooks: Vec<Standing> =
            sql_query(BEHIND).bind::<BigInt, _>(BATCH).bind::<BigInt, _>(WAITING).load(conn).await?;
        let mut more = hooks.len() as i64 == BATCH;
        for hook in hooks {
            more |= look(app, conn, hook).await?;
        }
        Ok(more)
    })
    .await
}

/// Goes on with one webhook; whether its room goes on.
async fn look(app: &App, conn: &mut AsyncPgConnection, hook: Standing) -> Result<bool, Error> {
    let now = crate::now();
    let changes = crate::rooms::changes::read(conn, &app.epoch, RoomId(hook.room_id), hook.rev, ROWS).await?;
    let Some(changes) = changes else { return Ok(false) };
    let found: Vec<(HookEvent, &Message)> =
        changes.messages.iter().filter_map(|message| Some((hook.happened(message)?, message))).collect();
    let authors = authors(conn, &found).await?;
    let rows: Vec<NewDelivery> = found
        .into_iter()
        .filter_map(|(event, message)| hook.delivery(event, message, authors.get(&message.author_id.0)?, now))
        .collect();
    // One that was found before has its id already.
    diesel::insert_into(deliveries::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    let Changes { rev, more, .. } = changes;
    diesel::update(outgoing_hooks::table.find(hook.id))
        .set((outgoing_hooks::rev.eq(rev), outgoing_hooks::scanned_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(more)
}

async fn authors(conn: &mut AsyncPgConnection, found: &[(HookEvent, &Message)]) -> Result<HashMap<Uuid, User>, Error> {
    if found.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<Uuid> = found.iter().map(|(_, message)| message.author_id.0).collect();
    let rows: Vec<UserRow> = users::table.filter(users::id.eq_any(ids)).select(UserRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(|row| (row.id, User::from(row))).collect())
}

impl Standing {
    /// What a row above the place reached says, if that is wanted. A row tells its last state only: a message that was
    /// deleted before it was looked at never was, one that was edited is told as it is.
    fn happened(&self, message: &Message) -> Option<HookEvent> {
        let lately = |at: Option<DateTime<Utc>>| at.is_some_and(|at| at >= self.scanned_at - LATE);
        let happened = match message {
            message if message.seq > self.rev => message.deleted_at.is_none().then_some(HookEvent::MessageCreated)?,
            message if message.deleted_at.is_some() => {
                lately(message.deleted_at).then_some(HookEvent::MessageDeleted)?
            }
            message => lately(message.edited_at).then_some(HookEvent::MessageEdited)?,
        };
        let wanted = self.events.iter().any(|text| event(text) == happened);
        (wanted && (happened == HookEvent::MessageDeleted || self.is_triggered(&message.body))).then_some(happened)
    }

    fn is_triggered(&self, body: &str) -> bool {
        let body = body.trim_start().to_lowercase();
        let begins = |word: &String| {
            let rest = body.strip_prefix(&word.to_lowercase());
            rest.is_some_and(|rest| rest.chars().next().is_none_or(|letter| !letter.is_alphanumeric()))
        };
        self.trigger_words.is_empty() || self.trigger_words.iter().any(begins)
    }

    /// The event as it is sent; none for what a bot wrote, or two of them would answer one another for ever.
    fn delivery(&self, event: HookEvent, message: &Message, author: &User, now: DateTime<Utc>) -> Option<NewDelivery> {
        if author.bot {
            return None;
        }
        let id = self.event_id(event, message);
        let call = HookCall { id, event, hook_id: HookId(self.id), message: message.clone(), author: author.clone() };
        let body = serde_json::to_string(&call).ok()?;
        let (event, next_at) = (event_text(event), Some(now));
        Some(NewDelivery { id, hook_id: self.id, place: message.rev, event, body, created_at: now, next_at })
    }

    /// The same for the same event, however often it is found.
    fn event_id(&self, event: HookEvent, message: &Message) -> Uuid {
        let moment = message.deleted_at.or(message.edited_at).filter(|_| event != HookEvent::MessageCreated);
        let digest: [u8; 32] = Sha256::new()
            .chain_update(self.id.as_bytes())
            .chain_update(message.id.0.as_bytes())
            .chain_update(event_text(event))
            .chain_update(moment.map_or(0, |at| at.timestamp_micros()).to_be_bytes())
            .finalize()
            .into();
        let mut bytes = [0; 16];
        for (place, byte) in bytes.iter_mut().zip(digest) {
            *place = byte;
        }
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    }
}
