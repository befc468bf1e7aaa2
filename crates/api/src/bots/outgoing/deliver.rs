//! Sends what waits: of each webhook one event after the other, signed, until it is taken or was tried too often. An event
//! in hand is due again after a minute, longer than any try takes, so that a node which dies holds none up for ever; it may then be sent twice, under
//! the same id.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::Full;
use hyper::Request;
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use sha2::Sha256;
use types::HookId;
use url::Url;
use uuid::Uuid;

use super::address::{self, PRIVATE, Resolver};
use super::key;
use crate::app::App;
use crate::db::schema::deliveries;
use crate::error::Error;

const EVERY: Duration = Duration::from_secs(1);
/// Events in hand at most.
const BATCH: i64 = 16;
/// A webhook answers within this, or it was not taken.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// One event is tried so often.
const TRIES: i64 = 10;
/// A webhook is switched off when so many tries failed one after the other.
const FAILURES: i64 = 20;
/// The wait after the first failure; it doubles with each, up to an hour.
const WAIT: f64 = 5.0;
const WAIT_MAX: f64 = 3600.0;

/// What sends: it follows no redirects, uses no proxy, and looks names up by [`Resolver`].
pub type Sender = Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>;

/// Makes what sends.
pub fn sender(private: bool) -> Result<Sender, Error> {
    let mut http = HttpConnector::new_with_resolver(Resolver { private });
    http.enforce_http(false);
    let https = HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
        .map_err(Error::internal)?
        .https_or_http()
        .enable_http1()
        .wrap_connector(http);
    Ok(Client::builder(TokioExecutor::new()).build(https))
}

/// Sends until the node stops.
pub async fn run(app: App) {
    let client = match sender(app.config.webhook_private) {
        Ok(client) => client,
        Err(error) => return tracing::error!(%error, "nothing can be sent to webhooks"),
    };
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        // Where something was taken, what waits behind it is due at once.
        while let Ok(true) = send_due(&app, &client).await.inspect_err(|error| tracing::debug!(%error, "webhooks wait"))
        {
        }
    }
}

#[derive(QueryableByName)]
struct Due {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    hook_id: Uuid,
    #[diesel(sql_type = Text)]
    url: String,
    #[diesel(sql_type = Text)]
    event: String,
    #[diesel(sql_type = Text)]
    body: String,
    #[diesel(sql_type = BigInt)]
    attempts: i64,
}

/// Of each webhook the first event that waits, if its time has come.
const TAKE: &str = "\
WITH first AS ( \
    SELECT d.id, o.url FROM outgoing_hooks o CROSS JOIN LATERAL ( \
        SELECT id FROM deliveries WHERE hook_id = o.id AND next_at IS NOT NULL ORDER BY place, id LIMIT 1 \
    ) d WHERE o.removed_at IS NULL AND o.disabled_at IS NULL \
), due AS ( \
    SELECT d.id, first.url FROM deliveries d JOIN first ON first.id = d.id WHERE d.next_at <= now() \
    ORDER BY d.next_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED \
) UPDATE deliveries d SET attempts = d.attempts + 1, next_at = now() + interval '60 seconds' FROM due \
WHERE d.id = due.id AND d.next_at <= now() \
RETURNING d.id, d.hook_id, due.url, d.event, d.body, d.attempts";

/// One round; whether anything was sent.
pub async fn send_due(app: &App, client: &Sender) -> Result<bool, Error> {
    let mut conn = app.db.get().await?;
    let due: Vec<Due> = sql_query(TAKE).bind::<BigInt, _>(BATCH).load(&mut conn).await?;
    drop(conn);
    let some = !due.is_empty();
    let sent = due.into_iter().map(|due| async move {
        let outcome = send(app, client, &due).await;
        (due, outcome)
    });
    for (due, outcome) in join_all(sent).await {
        settle(app, due, outcome).await?;
    }
    Ok(some)
}

/// What became of a try.
struct Outcome {
    status: Option<i64>,
    failure: Option<String>,
    /// The other side wants nothing more.
    gone: bool,
}

impl Outcome {
    fn failed(why: impl Into<String>) -> Outcome {
        Outcome { status: None, failure: Some(why.into()), gone: false }
    }
}

async fn send(app: &App, client: &Sender, due: &Due) -> Outcome {
    let Ok(url) = due.url.parse::<Url>() else { return Outcome::failed("it is no address") };
    // A name is looked up by the connection; an address is not looked up at all.
    if !app.config.webhook_private && address::literal(&url).is_some_and(|ip| !address::is_public(ip)) {
        return Outcome::failed(PRIVATE);
    }
    let timestamp = crate::now().timestamp();
    let signature = signature(&key(app, HookId(due.hook_id)), timestamp, &due.body);
    let request = Request::post(url.as_str())
        .header("Content-Type", "application/json")
        .header("User-Agent", concat!("Confab/", env!("CARGO_PKG_VERSION")))
        .header("X-Confab-Event", &due.event)
        .header("X-Confab-Event-Id", due.id.to_string())
        .header("X-Confab-Timestamp", timestamp)
        .header("X-Confab-Signature", signature)
        .body(Full::from(due.body.clone()));
    let Ok(request) = request else { return Outcome::failed("it is no address") };
    match tokio::time::timeout(ANSWER_WITHIN, client.request(request)).await {
        Ok(Ok(answer)) => {
            let status = answer.status();
            let failure = (!status.is_success()).then(|| format!("it answered {}", status.as_u16()));
            Outcome { status: Some(i64::from(status.as_u16())), failure, gone: status.as_u16() == 410 }
        }
        Ok(Err(error)) => Outcome::failed(words(&error)),
        Err(_) => Outcome::failed("it did not answer within 10 seconds"),
    }
}

/// `v1=` and the HMAC-SHA256 of `timestamp.body`, in hexadecimal.
fn signature(key: &str, timestamp: i64, body: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.as_bytes()) else { return String::new() };
    mac.update(format!("{timestamp}.{body}").as_bytes());
    let bytes = mac.finalize().into_bytes();
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("v1={digits}")
}

/// Why nothing was taken, for who set the webhook up: no addresses of ours, no texts of libraries.
fn words(error: &hyper_util::client::legacy::Error) -> String {
    let mut cause: Option<&dyn std::error::Error> = std::error::Error::source(error);
    while let Some(inner) = cause {
        if inner.to_string() == PRIVATE {
            return PRIVATE.into();
        }
        cause = inner.source();
    }
    let reached = if error.is_connect() { "it could not be reached" } else { "the connection broke" };
    reached.into()
}

/// The wait after so many failures, anywhere between half of it and all: those that failed together don't come together.
fn wait(failures: i64) -> TimeDelta {
    let doubled = WAIT * 2_f64.powi(i32::try_from(failures - 1).unwrap_or(i32::MAX).clamp(0, 20));
    TimeDelta::milliseconds((doubled.min(WAIT_MAX) * 1_000.0 * (0.5 + fastrand::f64() / 2.0)) as i64)
}

/// Counts the failures that follow one another, and switches the webhook off where they are too many.
const COUNT: &str = "\
UPDATE outgoing_hooks o SET failures = CASE WHEN f.why IS NULL THEN 0 ELSE o.failures + 1 END, \
    disabled_at = CASE WHEN f.ends THEN coalesce(o.disabled_at, now()) ELSE o.disabled_at END, \
    disabled_reason = CASE WHEN f.ends THEN f.why ELSE o.disabled_reason END \
FROM (SELECT id, $3::text AS why, $4::bool OR ($3::text IS NOT NULL AND failures + 1 >= $2) AS ends \
      FROM outgoing_hooks WHERE id = $1) f \
WHERE o.id = f.id AND (f.why IS NOT NULL OR o.failures <> 0)";

async fn settle(app: &App, due: Due, outcome: Outcome) -> Result<(), Error> {
    let Outcome { status, failure, gone } = outcome;
    let (now, taken) = (crate::now(), failure.is_none());
    let next_at: Option<DateTime<Utc>> = (!taken && !gone && due.attempts < TRIES).then(|| now + wait(due.attempts));
    let mut conn = app.db.get().await?;
    conn.transaction(async |conn| {
        diesel::update(deliveries::table.find(due.id))
            .set((
                deliveries::status.eq(status),
                deliveries::failure.eq(&failure),
                deliveries::delivered_at.eq(taken.then_some(now)),
                deliveries::next_at.eq(next_at),
            ))
            .execute(conn)
            .await?;
        sql_query(COUNT)
            .bind::<SqlUuid, _>(due.hook_id)
            .bind::<BigInt, _>(FAILURES)
            .bind::<Nullable<Text>, _>(&failure)
            .bind::<Bool, _>(gone)
            .execute(conn)
            .await?;
        // Told or given up: the last fifty stay, and all of the last hour, so that what is found twice is known.
        sql_query(
            "DELETE FROM deliveries WHERE id IN (SELECT id FROM deliveries \
             WHERE hook_id = $1 AND next_at IS NULL AND created_at < now() - interval '1 hour' \
             ORDER BY created_at DESC, id DESC OFFSET $2 LIMIT 100)",
        )
        .bind::<SqlUuid, _>(due.hook_id)
        .bind::<BigInt, _>(types::limits::DELIVERIES_SHOWN)
        .execute(conn)
        .await?;
        Ok::<_, Error>(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_what_others_compute() {
        // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
        let signed = signature("key", 1_700_000_000, r#"{"a":1}"#);
        assert_eq!(signed, "v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
        assert_ne!(signed, signature("key", 1_700_000_001, r#"{"a":1}"#));
        assert_ne!(signed, signature("other", 1_700_000_000, r#"{"a":1}"#));
    }

    #[test]
    fn the_wait_doubles_up_to_an_hour() {
        for (failures, most) in [(1, 5), (2, 10), (5, 80), (12, 3_600), (1_000, 3_600)] {
            let wait = wait(failures);
            assert!(wait <= TimeDelta::seconds(most) && wait >= TimeDelta::seconds(most) / 2, "{failures}: {wait}");
        }
    }
}
