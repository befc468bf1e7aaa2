//! Finds a lost tail: a change that was committed (here or on another node) but not handed on here. Each second one scan
//! of the heads touched lately, every thirty seconds and after a loss of Redis a full one; the rows come from the feed.

use std::collections::HashMap;
use std::time::Duration;

use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use types::{Rev, RoomId, UserId, limits};
use uuid::Uuid;

use super::{Span, Topic};
use crate::app::App;
use crate::error::Error;

const EVERY: Duration = Duration::from_secs(1);
/// A round that takes longer is given up: a database that does not answer must not stop the sweep.
const WITHIN: Duration = Duration::from_secs(4);
/// The least time between two rounds.
const APART: Duration = Duration::from_millis(100);
/// Each how many rounds all heads are looked at, whenever they were touched.
const FULL: u32 = 30;

#[derive(QueryableByName)]
struct Head {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    id: Option<Uuid>,
    #[diesel(sql_type = BigInt)]
    rev: Rev,
}

/// Sweeps until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0u32.. {
        let asked = tokio::select! {
            _ = clock.tick() => false,
            whole = app.hub.look.asked() => whole,
        };
        match tokio::time::timeout(WITHIN, sweep(&app, asked || round % FULL == 0)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(%error, "the sweep found the database away"),
            Err(_) => tracing::warn!("the sweep got no answer from the database in time"),
        }
        // However often it is asked for: many who begin to listen at once are looked after in one go.
        tokio::time::sleep(APART).await;
    }
}

/// One round: heals every topic whose head is above what was handed on. A full one also looks whether the database is
/// still the one the node started on.
pub async fn sweep(app: &App, full: bool) -> Result<(), Error> {
    if full && crate::db::epoch(&mut *app.db.get().await?).await? != app.epoch {
        app.outdated.notify_one();
    }
    let known: HashMap<Topic, Rev> = app.hub.known().into_iter().collect();
    if known.is_empty() {
        return Ok(());
    }
    let rooms: Vec<Uuid> =
        known.keys().filter_map(|t| if let Topic::Room(id) = t { Some(id.0) } else { None }).collect();
    let people: Vec<Uuid> =
        known.keys().filter_map(|t| if let Topic::Me(id) = t { Some(id.0) } else { None }).collect();
    let recent = if full { "" } else { "AND touched_at > now() - interval '10 seconds'" };
    let mut conn = app.db.get().await?;
    let heads: Vec<Head> = sql_query(format!(
        "SELECT 'room' AS kind, room_id AS id, rev FROM room_heads WHERE room_id = ANY($1) {recent} \
         UNION ALL SELECT 'me', user_id, rev FROM user_heads WHERE user_id = ANY($2) \
         UNION ALL SELECT 'site', NULL, rev FROM site"
    ))
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(rooms)
    .bind::<diesel::sql_types::Array<SqlUuid>, _>(people)
    .load(&mut conn)
    .await?;
    drop(conn);
    for head in heads {
        let topic = match (head.kind.as_str(), head.id) {
            ("room", Some(id)) => Topic::Room(RoomId(id)),
            ("me", Some(id)) => Topic::Me(UserId(id)),
            _ => Topic::Site,
        };
        if known.get(&topic).is_some_and(|rev| *rev < head.rev) {
            app.hub.heal(app, topic);
        }
    }
    Ok(())
}

/// The rows of a stream since `known`, and whether there are more.
pub async fn read(app: &App, topic: Topic, known: Rev) -> Result<Option<(Span, bool)>, Error> {
    let mut conn = app.db.get().await?;
    let limit = limits::CHANGES_DEFAULT;
    Ok(match topic {
        Topic::Room(room_id) => {
            let changes = crate::rooms::changes::read(&mut conn, &app.epoch, room_id, known, limit).await?;
            changes.map(|c| (c.more, c)).map(|(more, c)| (Span::Room(c), more))
        }
        Topic::Me(user_id) => {
            let changes = crate::me::changes::read(&mut conn, &app.epoch, user_id, known, limit).await?;
            let more = changes.more;
            Some((Span::Me(user_id, changes), more))
        }
        Topic::Site => {
            let changes = crate::site::changes::read(&mut conn, &app.epoch, known, limit).await?;
            let more = changes.more;
            Some((Span::Site(changes), more))
        }
    })
}
