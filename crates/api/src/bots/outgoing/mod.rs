//! Outgoing webhooks: an address that is told what happens in a room, at least once and in order.
//!
//! Nothing is written when a message is: each webhook keeps how far the room was looked through for it, and [`scan`] goes
//! on from there by the room's feed, so nothing is lost and the post pays nothing. What was found waits in `deliveries`,
//! written in the same commit as the place reached; [`deliver`] sends it. [`address`] says where to nothing is sent.

pub mod address;
pub mod deliver;
pub mod scan;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{
    CreatedOutgoingHook, Delivery, ErrorCode, HookEvent, HookId, NewOutgoingHook, OutgoingHook, Page, RoomId, UserId,
    limits,
};
use url::Url;
use uuid::Uuid;

use super::incoming::moderator;
use crate::accounts::secret;
use crate::app::App;
use crate::db::schema::{deliveries, outgoing_hooks};
use crate::error::Error;

/// Longest trigger word, in characters.
const WORD_MAX: usize = 64;

#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = outgoing_hooks)]
pub(super) struct HookRow {
    id: Uuid,
    room_id: Uuid,
    url: String,
    events: Vec<String>,
    trigger_words: Vec<String>,
    created_by: Uuid,
    created_at: DateTime<Utc>,
    failures: i64,
    disabled_at: Option<DateTime<Utc>>,
    disabled_reason: Option<String>,
}

impl From<HookRow> for OutgoingHook {
    fn from(row: HookRow) -> OutgoingHook {
        OutgoingHook {
            id: HookId(row.id),
            room_id: RoomId(row.room_id),
            url: row.url,
            events: row.events.iter().map(|text| event(text)).collect(),
            trigger_words: row.trigger_words,
            created_by: UserId(row.created_by),
            created_at: row.created_at,
            failures: row.failures,
            disabled_at: row.disabled_at,
            disabled_reason: row.disabled_reason,
        }
    }
}

fn event(text: &str) -> HookEvent {
    match text {
        "message.created" => HookEvent::MessageCreated,
        "message.edited" => HookEvent::MessageEdited,
        "message.deleted" => HookEvent::MessageDeleted,
        _ => HookEvent::Unknown,
    }
}

fn event_text(event: HookEvent) -> &'static str {
    match event {
        HookEvent::MessageCreated => "message.created",
        HookEvent::MessageEdited => "message.edited",
        HookEvent::MessageDeleted => "message.deleted",
        HookEvent::Unknown => "unknown",
    }
}

/// What deliveries to a webhook are signed with: made of the site's key, so that it need not be kept.
fn key(app: &App, id: HookId) -> String {
    let bytes = secret::derive(&app.hook_key, &id.to_string());
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Makes a webhook; for the room's moderators. It is told what happens from now on.
pub async fn create(
    app: &App,
    user_id: UserId,
    room_id: RoomId,
    new: NewOutgoingHook,
) -> Result<CreatedOutgoingHook, Error> {
    let mut faults = Faults::default();
    let url = faults.check(validate::line("url", &new.url, 1, limits::HOOK_URL_MAX));
    if let Some((code, message)) = refusal(app, &url).filter(|_| !url.is_empty()) {
        faults.add("url", code, message);
    }
    let mut events = new.events;
    events.sort_unstable();
    events.dedup();
    if events.is_empty() || events.contains(&HookEvent::Unknown) {
        faults.add("events", "required", "Choose what it is told of.");
    }
    if new.trigger_words.len() > limits::TRIGGER_WORDS_MAX {
        faults.add("trigger_words", "out_of_range", "Give at most 10 words.");
    }
    let words = new.trigger_words.iter().take(limits::TRIGGER_WORDS_MAX);
    let words: Vec<String> =
        words.map(|word| faults.check(validate::line("trigger_words", word, 1, WORD_MAX))).collect();
    faults.finish()?;
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let standing =
        outgoing_hooks::table.filter(outgoing_hooks::room_id.eq(room_id.0).and(outgoing_hooks::removed_at.is_null()));
    if standing.count().get_result::<i64>(&mut conn).await? >= limits::HOOKS_MAX {
        return Err(Error::with(ErrorCode::TooMany, "A room has at most 50 outgoing webhooks."));
    }
    let (rev, _) = crate::rooms::changes::head(&mut conn, room_id).await?.unwrap_or_default();
    let now = crate::now();
    let row: HookRow = diesel::insert_into(outgoing_hooks::table)
        .values((
            outgoing_hooks::id.eq(Uuid::now_v7()),
            outgoing_hooks::room_id.eq(room_id.0),
            outgoing_hooks::url.eq(&url),
            outgoing_hooks::events.eq(events.iter().map(|event| event_text(*event)).collect::<Vec<_>>()),
            outgoing_hooks::trigger_words.eq(&words),
            outgoing_hooks::created_by.eq(user_id.0),
            outgoing_hooks::created_at.eq(now),
            outgoing_hooks::rev.eq(rev),
            outgoing_hooks::scanned_at.eq(now),
        ))
        .returning(HookRow::as_returning())
        .get_result(&mut conn)
        .await?;
    let hook = OutgoingHook::from(row);
    Ok(CreatedOutgoingHook { key: key(app, hook.id), hook })
}

/// Why nothing can be sent to an address, as far as that can be told without looking its name up.
fn refusal(app: &App, url: &str) -> Option<(&'static str, &'static str)> {
    let Ok(url) = url.parse::<Url>() else { return Some(("bad_format", "This is not an address.")) };
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Some(("bad_format", "Give an address that begins with http:// or https://."));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Some(("not_supported", "An address can't hold a name and password."));
    }
    let private = !app.config.webhook_private && address::literal(&url).is_some_and(|ip| !address::is_public(ip));
    private.then_some(("not_supported", "This is a private address."))
}

/// The outgoing webhooks of a room, the oldest first; for its moderators.
pub async fn list(app: &App, user_id: UserId, room_id: RoomId) -> Result<Page<OutgoingHook>, Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let rows: Vec<HookRow> = outgoing_hooks::table
        .filter(outgoing_hooks::room_id.eq(room_id.0).and(outgoing_hooks::removed_at.is_null()))
        .order(outgoing_hooks::id)
        .limit(limits::HOOKS_MAX)
        .select(HookRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(OutgoingHook::from).collect(), next: None })
}

/// Removes a webhook, and with it what waits.
pub async fn remove(app: &App, user_id: UserId, room_id: RoomId, id: HookId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let standing = outgoing_hooks::table
        .find(id.0)
        .filter(outgoing_hooks::room_id.eq(room_id.0).and(outgoing_hooks::removed_at.is_null()));
    let removed = diesel::update(standing).set(outgoing_hooks::removed_at.eq(crate::now())).execute(&mut conn).await?;
    if removed == 0 {
        return Err(Error::new(ErrorCode::NotFound));
    }
    diesel::delete(deliveries::table.filter(deliveries::hook_id.eq(id.0))).execute(&mut conn).await?;
    Ok(())
}

/// Switches a webhook on again; what waits is sent, and what happened while it was off is not.
pub async fn enable(app: &App, user_id: UserId, room_id: RoomId, id: HookId) -> Result<OutgoingHook, Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    let (rev, _) = crate::rooms::changes::head(&mut conn, room_id).await?.unwrap_or_default();
    let off = outgoing_hooks::table
        .find(id.0)
        .filter(outgoing_hooks::room_id.eq(room_id.0).and(outgoing_hooks::removed_at.is_null()));
    diesel::update(off.filter(outgoing_hooks::disabled_at.is_not_null()))
        .set((
            outgoing_hooks::disabled_at.eq(None::<DateTime<Utc>>),
            outgoing_hooks::disabled_reason.eq(None::<String>),
            outgoing_hooks::failures.eq(0),
            outgoing_hooks::rev.eq(rev),
            outgoing_hooks::scanned_at.eq(crate::now()),
        ))
        .execute(&mut conn)
        .await?;
    let row: Option<HookRow> = off.select(HookRow::as_select()).first(&mut conn).await.optional()?;
    row.map(OutgoingHook::from).ok_or_else(|| Error::new(ErrorCode::NotFound))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = deliveries)]
struct DeliveryRow {
    id: Uuid,
    event: String,
    created_at: DateTime<Utc>,
    attempts: i64,
    status: Option<i64>,
    failure: Option<String>,
    delivered_at: Option<DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
}

/// What became of the last events of a webhook, the latest first.
pub async fn deliveries(app: &App, user_id: UserId, room_id: RoomId, id: HookId) -> Result<Page<Delivery>, Error> {
    let mut conn = app.db.get().await?;
    moderator(&mut conn, user_id, room_id).await?;
    is_of(&mut conn, room_id, id).await?;
    let rows: Vec<DeliveryRow> = deliveries::table
        .filter(deliveries::hook_id.eq(id.0))
        .order((deliveries::created_at.desc(), deliveries::id.desc()))
        .limit(limits::DELIVERIES_SHOWN)
        .select(DeliveryRow::as_select())
        .load(&mut conn)
        .await?;
    let told = |row: DeliveryRow| Delivery {
        id: row.id,
        event: event(&row.event),
        created_at: row.created_at,
        attempts: row.attempts,
        status: row.status,
        failure: row.failure,
        delivered_at: row.delivered_at,
        next_at: row.next_at,
    };
    Ok(Page { items: rows.into_iter().map(told).collect(), next: None })
}

async fn is_of(conn: &mut AsyncPgConnection, room_id: RoomId, id: HookId) -> Result<(), Error> {
    let standing = outgoing_hooks::table
        .find(id.0)
        .filter(outgoing_hooks::room_id.eq(room_id.0).and(outgoing_hooks::removed_at.is_null()));
    match diesel::select(diesel::dsl::exists(standing)).get_result(conn).await? {
        true => Ok(()),
        false => Err(Error::new(ErrorCode::NotFound)),
    }
}
