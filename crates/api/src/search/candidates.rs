//! Which messages fit a plan, the newest first, with bounded work however often a word was said.
//!
//! Postgres finds by words in no order. So what is common is looked for among the newest messages first, which it fills a
//! page from at once; what is rare is looked for everywhere, which is little; and only what is neither goes on through
//! windows that widen. Each statement is planned to find all it asks for ([`MATERIALIZED`](ROWS)): told that a page is
//! enough, the planner would read along an order for a word that may not come.

use chrono::{DateTime, Utc};
use diesel::QueryableByName;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Bool, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::plan::Plan;
use super::statement::Statement;
use crate::app::App;
use crate::db::Cursor;
use crate::error::Error;

/// Messages of each window, counted from the newest.
const WINDOWS: [i64; 3] = [4_000, 32_000, 256_000];
/// Of what is found everywhere at most so many are looked at: above that it is not rare.
const RARE: i64 = 2_000;

/// A message that fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName)]
pub(super) struct Candidate {
    #[diesel(sql_type = SqlUuid)]
    pub(super) id: Uuid,
    #[diesel(sql_type = Timestamptz)]
    pub(super) created_at: DateTime<Utc>,
    /// Whether it stands as it was indexed: not deleted, and not edited since.
    #[diesel(sql_type = Bool)]
    live: bool,
}

/// The newest that fit below a place, at most `limit`.
pub(super) async fn newest(
    conn: &mut AsyncPgConnection,
    app: &App,
    plan: &Plan,
    below: Option<Cursor>,
    limit: i64,
) -> Result<Vec<Candidate>, Error> {
    if plan.rooms.is_empty() {
        return Ok(Vec::new());
    }
    let wide = usize::try_from(limit).unwrap_or(usize::MAX);
    let beyond = |edge: &DateTime<Utc>| {
        plan.since.is_none_or(|since| since < *edge) && below.is_none_or(|below| *edge < below.at)
    };
    let edges: Vec<DateTime<Utc>> = app.search.windows.lock().iter().copied().filter(beyond).collect();
    let mut edges = edges.into_iter();
    if let Some(edge) = edges.next() {
        let found = window(conn, plan, below, Some(edge), limit).await?;
        if found.len() >= wide {
            return Ok(found);
        }
        let mut found = anywhere(conn, plan, below).await?;
        if found.len() as i64 <= RARE {
            found.retain(|candidate| candidate.live);
            found.sort_by_key(|candidate| std::cmp::Reverse((candidate.created_at, candidate.id)));
            found.truncate(wide);
            return Ok(found);
        }
    }
    for edge in edges {
        let found = window(conn, plan, below, Some(edge), limit).await?;
        if found.len() >= wide {
            return Ok(found);
        }
    }
    window(conn, plan, below, None, limit).await
}

/// The rows that fit, and whether each still stands. `OFFSET 0`: each message is looked up by its id.
const ROWS: &str = "WITH rows AS MATERIALIZED (SELECT s.message_id, s.created_at, s.edited_at FROM search_rows s WHERE";
const STANDING: &str = "\
(SELECT true AS live FROM messages m WHERE m.id = s.message_id AND m.deleted_at IS NULL \
 AND m.edited_at IS NOT DISTINCT FROM s.edited_at OFFSET 0) m";

fn above(statement: &mut Statement, plan: &Plan, below: Option<Cursor>, edge: Option<DateTime<Utc>>) -> String {
    let mut conditions = statement.conditions(plan);
    if let Some(edge) = edge {
        conditions.push_str(&format!(" AND s.created_at >= {}", statement.at(edge)));
    }
    if let Some(Cursor { at, id }) = below {
        conditions.push_str(&format!(
            " AND (s.created_at, s.message_id) < ({}, {})",
            statement.at(at),
            statement.id(id)
        ));
    }
    conditions
}

/// The newest that fit, not older than an edge.
async fn window(
    conn: &mut AsyncPgConnection,
    plan: &Plan,
    below: Option<Cursor>,
    edge: Option<DateTime<Utc>>,
    limit: i64,
) -> Result<Vec<Candidate>, Error> {
    let mut statement = Statement::default();
    let conditions = above(&mut statement, plan, below, edge);
    let limit = statement.count(limit);
    let sql = format!(
        "{ROWS} {conditions}) SELECT s.message_id AS id, s.created_at, m.live \
         FROM (SELECT * FROM rows ORDER BY created_at DESC, message_id DESC) s CROSS JOIN LATERAL {STANDING} \
         ORDER BY s.created_at DESC, s.message_id DESC LIMIT {limit}"
    );
    Ok(statement.query(sql).load(conn).await?)
}

/// Some that fit, in no order: all of them, if they are not more than [`RARE`].
async fn anywhere(conn: &mut AsyncPgConnection, plan: &Plan, below: Option<Cursor>) -> Result<Vec<Candidate>, Error> {
    let mut statement = Statement::default();
    let conditions = above(&mut statement, plan, below, None);
    let most = statement.count(RARE + 1);
    let sql = format!(
        "{ROWS} {conditions}) SELECT s.message_id AS id, s.created_at, m.live IS NOT NULL AS live \
         FROM (SELECT * FROM rows LIMIT {most}) s LEFT JOIN LATERAL {STANDING} ON true"
    );
    Ok(statement.query(sql).load(conn).await?)
}

#[derive(QueryableByName)]
struct Edge {
    #[diesel(sql_type = Timestamptz)]
    created_at: DateTime<Utc>,
}

/// Measures the windows anew.
pub(super) async fn measure(app: &App) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut edges = Vec::with_capacity(WINDOWS.len());
    for size in WINDOWS {
        let edge: Vec<Edge> =
            sql_query("SELECT created_at FROM search_rows ORDER BY created_at DESC, message_id DESC OFFSET $1 LIMIT 1")
                .bind::<BigInt, _>(size)
                .load(&mut conn)
                .await?;
        let Some(edge) = edge.into_iter().next() else { break };
        edges.push(edge.created_at);
    }
    *app.search.windows.lock() = edges;
    Ok(())
}
