//! Reminders that are due: looked for each second by every node, and each made by one of them, once. What is made is a
//! row of the person's stream; the page shows it.

use std::time::Duration;

use diesel::dsl::{not, sql};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Uuid as SqlUuid};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{Saved, UserId};
use uuid::Uuid;

use super::SavedRow;
use crate::app::App;
use crate::db::schema::saved;
use crate::error::Error;
use crate::me::Own;
use crate::realtime::News;

const EVERY: Duration = Duration::from_secs(1);
/// Reminders of one transaction at most: bounds how long their people's heads are locked.
const BATCH: i64 = 100;

/// Reminds until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        loop {
            match remind(&app).await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    tracing::debug!(%error, "reminders wait for the database");
                    break;
                }
            }
        }
    }
}

#[derive(QueryableByName)]
struct Person {
    #[diesel(sql_type = SqlUuid)]
    user_id: Uuid,
}

/// People with something due. Whose head is locked is passed over: another node is about it, or they change something
/// themselves, and the next second comes by again.
const PEOPLE: &str = "\
SELECT h.user_id FROM user_heads h WHERE h.user_id IN ( \
    SELECT d.user_id FROM saved d WHERE d.remind_at <= now() AND d.reminded_at IS NULL AND NOT d.removed \
    ORDER BY d.remind_at LIMIT $1) \
ORDER BY h.user_id FOR UPDATE SKIP LOCKED";

/// Makes some of the reminders that are due, and says how many.
pub async fn remind(app: &App) -> Result<usize, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (count, news) = conn
        .transaction(async |conn| {
            let people: Vec<Person> = sql_query(PEOPLE).bind::<BigInt, _>(BATCH).load(conn).await?;
            let mut count = 0;
            for Person { user_id } in people {
                let mut own = Own::lock(conn, &news, UserId(user_id)).await?;
                count += remind_one(conn, &mut own, user_id).await?;
                own.save(conn, &mut news).await?;
            }
            Ok::<_, Error>((count, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(count)
}

/// Reads what is due under the person's lock, so that what another node did just now is seen.
async fn remind_one(conn: &mut AsyncPgConnection, own: &mut Own, user_id: Uuid) -> Result<usize, Error> {
    let now = crate::now();
    let due: Vec<SavedRow> = saved::table
        .filter(saved::user_id.eq(user_id).and(not(saved::removed)))
        .filter(sql::<Bool>("remind_at <= now()").and(saved::reminded_at.is_null()))
        .order(saved::remind_at)
        .limit(BATCH)
        .select(SavedRow::as_select())
        .load(conn)
        .await?;
    let count = due.len();
    for row in due {
        let row = SavedRow { reminded_at: Some(now), rev: own.next_rev(), ..row };
        diesel::update(saved::table.find((row.user_id, row.message_id)))
            .set((saved::reminded_at.eq(row.reminded_at), saved::rev.eq(row.rev)))
            .execute(conn)
            .await?;
        own.span.saved.push(Saved::from(row));
    }
    Ok(count)
}
