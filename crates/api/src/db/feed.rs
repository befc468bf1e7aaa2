//! The feed of one stream: rows of many kinds, merged by revision and read with the stream's head in one statement, and so
//! in one snapshot.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::de::DeserializeOwned;
use types::{Rev, limits};
use uuid::Uuid;

use crate::error::Error;

/// Rows of a stream since a revision, each once, in order of revision.
pub struct FeedPage {
    /// What the rows follow on: 0 after a reset.
    pub since: Rev,
    /// Up to where the page tells everything: the last row's revision if there is more, else the head.
    pub rev: Rev,
    /// Whether rows follow.
    pub more: bool,
    /// Whether the revision asked for is beyond the head, so that the page begins anew.
    pub reset: bool,
    /// The rows.
    pub rows: Vec<FeedRow>,
}

/// A row of a feed.
pub struct FeedRow {
    /// Which kind of row.
    pub kind: String,
    text: String,
}

impl FeedRow {
    /// The row as the type of its kind.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.text).map_err(Error::internal)
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = BigInt)]
    head: Rev,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    rev: Option<Rev>,
    #[diesel(sql_type = Nullable<Text>)]
    row: Option<String>,
}

/// A page of the stream `$1` since the revision `$2`, of at most `$3` rows; none if there is no such stream. The statement
/// gives `head, kind, rev, row` by revision, and one line without a row if nothing is new.
pub async fn page(
    conn: &mut AsyncPgConnection,
    statement: &str,
    stream: Uuid,
    since: Rev,
    limit: i64,
) -> Result<Option<FeedPage>, Error> {
    let limit = limit.clamp(1, limits::CHANGES_MAX);
    let mut lines = load(conn, statement, stream, since, limit).await?;
    let Some(head) = head(&lines) else { return Ok(None) };
    let reset = since > head;
    let since = if reset { 0 } else { since };
    if reset {
        lines = load(conn, statement, stream, since, limit).await?;
    }
    let head = self::head(&lines).unwrap_or(head);
    let more = super::page(&mut lines, limit);
    let rev = if more { lines.last().and_then(|line| line.rev).unwrap_or(head) } else { head };
    let row = |line: Line| Some(FeedRow { kind: line.kind?, text: line.row? });
    Ok(Some(FeedPage { since, rev, more, reset, rows: lines.into_iter().filter_map(row).collect() }))
}

fn head(lines: &[Line]) -> Option<Rev> {
    lines.iter().next().map(|line| line.head)
}

async fn load(
    conn: &mut AsyncPgConnection,
    statement: &str,
    stream: Uuid,
    since: Rev,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    Ok(sql_query(statement)
        .bind::<SqlUuid, _>(stream)
        .bind::<BigInt, _>(since)
        .bind::<BigInt, _>(limit + 1)
        .load(conn)
        .await?)
}
