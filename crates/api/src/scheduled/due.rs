//! Sends what is due: every node looks each second, and takes what no other node has in hand.
//!
//! Its rows stay locked until it is known what became of their posts. A node that dies between a post and its mark leaves
//! the row waiting; the next one posts it again under the same id, is answered with the first, and marks it.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::future::join_all;
use types::{ErrorCode, ScheduledState, UserId};
use uuid::Uuid;

use super::{ScheduledRow, state_text};
use crate::app::App;
use crate::error::Error;
use crate::me::Own;
use crate::messages::writer;
use crate::realtime::News;

const EVERY: Duration = Duration::from_secs(1);
/// The time until the next round where something could not be sent for now.
const TROUBLE: Duration = Duration::from_secs(5);
/// Messages in hand at most.
const BATCH: usize = 32;

/// Sends until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        match send_due(&app).await {
            Ok(0) => {}
            Ok(_) => tokio::time::sleep(TROUBLE).await,
            Err(error) => tracing::debug!(%error, "scheduled messages wait for the database"),
        }
    }
}

/// One round over all that is due; says how many could not be sent for now.
pub async fn send_due(app: &App) -> Result<usize, Error> {
    let (mut after, mut left) = (Some((DateTime::UNIX_EPOCH, Uuid::nil())), 0);
    while let Some(place) = after {
        let round = send_some(app, place).await?;
        left += round.left;
        after = round.last;
    }
    Ok(left)
}

struct Round {
    /// Those that stay waiting.
    left: usize,
    /// The place of the last, if there may be more behind it.
    last: Option<(DateTime<Utc>, Uuid)>,
}

const DUE: &str = "\
SELECT id, user_id, room_id, parent_id, body, send_at, state, rev, failure FROM scheduled \
WHERE state = 'waiting' AND send_at <= now() AND (send_at, id) > ($1, $2) \
ORDER BY send_at, id LIMIT $3 FOR UPDATE SKIP LOCKED";

async fn send_some(app: &App, (at, id): (DateTime<Utc>, Uuid)) -> Result<Round, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (round, news) = conn
        .transaction(async |conn| {
            let rows: Vec<ScheduledRow> = sql_query(DUE)
                .bind::<Timestamptz, _>(at)
                .bind::<SqlUuid, _>(id)
                .bind::<BigInt, _>(BATCH as i64)
                .load(conn)
                .await?;
            let last = rows.last().filter(|_| rows.len() == BATCH).map(|row| (row.send_at, row.id));
            let count = rows.len();
            let decided = post_all(app, rows).await;
            let left = count - decided.values().map(Vec::len).sum::<usize>();
            // People by id, as everywhere.
            for (user_id, rows) in decided {
                let mut own = Own::lock(conn, &news, UserId(user_id)).await?;
                for row in rows {
                    row.save(conn, &mut own).await?;
                }
                own.save(conn, &mut news).await?;
            }
            Ok::<_, Error>((Round { left, last }, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(round)
}

/// Posts these and gives those of which is known what became of them, by person.
async fn post_all(app: &App, rows: Vec<ScheduledRow>) -> BTreeMap<Uuid, Vec<ScheduledRow>> {
    let mut posts = Vec::with_capacity(rows.len());
    for row in rows {
        let draft = row.draft(app).await;
        posts.push(async move {
            let posted = match draft {
                Ok(draft) => writer::post(app, draft).await.map(drop),
                Err(error) => Err(error),
            };
            (row, posted)
        });
    }
    let mut decided: BTreeMap<Uuid, Vec<ScheduledRow>> = BTreeMap::new();
    // Queued in this order, so what is due to one room at once comes in it.
    for (mut row, posted) in join_all(posts).await {
        let became = match posted {
            Ok(()) => ScheduledState::Sent,
            Err(error) if may_pass(error.code) => {
                tracing::warn!(%error, id = %row.id, "a scheduled message could not be sent yet");
                continue;
            }
            Err(error) => {
                row.failure = Some(error.code.as_str().into());
                ScheduledState::Failed
            }
        };
        row.state = state_text(became).into();
        decided.entry(row.user_id).or_default().push(row);
    }
    decided
}

/// Whether a refusal says nothing about the message.
fn may_pass(code: ErrorCode) -> bool {
    use ErrorCode::{Internal, RateLimited, Stopping, StorageFull, Timeout, Unavailable};
    matches!(code, Internal | RateLimited | Stopping | StorageFull | Timeout | Unavailable)
}
