//! The change feed of a person's own stream: rows of all kinds, merged by revision, read with the head in one statement
//! and so in one snapshot.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{Epoch, ErrorCode, MeChanges, Rev, UserId, limits};

use crate::app::App;
use crate::error::Error;
use crate::rooms::MarkRow;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    head: Rev,
    #[diesel(sql_type = Nullable<Text>)]
    kind: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    rev: Option<Rev>,
    #[diesel(sql_type = Nullable<Text>)]
    row: Option<String>,
}

/// The tables have the names and types of the wire, but for the nil thread of a room's own draft and the column whose name
/// the wire shortens.
const FEED: &str = "\
SELECT h.rev AS head, f.kind, f.rev, f.row::text AS row FROM user_heads h LEFT JOIN LATERAL ( \
    SELECT * FROM ( \
        (SELECT 'mark' AS kind, x.rev, to_jsonb(x) AS row FROM marks x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'thread', x.rev, to_jsonb(x) FROM thread_marks x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'draft', x.rev, to_jsonb(x) || jsonb_build_object('root_id', \
            nullif(x.root_id, '00000000-0000-0000-0000-000000000000')) FROM drafts x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'saved', x.rev, to_jsonb(x) FROM saved x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'scheduled', x.rev, to_jsonb(x) FROM scheduled x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'block', x.rev, to_jsonb(x) || jsonb_build_object('user_id', x.blocked_id) FROM blocks x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'preferences', x.rev, to_jsonb(x) FROM preferences x WHERE x.user_id = h.user_id AND x.rev > $2) \
    ) merged ORDER BY rev LIMIT $3) f ON true \
WHERE h.user_id = $1 ORDER BY f.rev";

/// A person's own stream since a revision; resets only if that is beyond the head.
pub async fn read(
    conn: &mut AsyncPgConnection,
    epoch: &Epoch,
    user_id: UserId,
    since: Rev,
    limit: i64,
) -> Result<MeChanges, Error> {
    let limit = limit.clamp(1, limits::CHANGES_MAX);
    let mut rows = load(conn, user_id, since, limit).await?;
    let head = rows.as_slice().first().map(|r| r.head).ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    let reset = since > head;
    let since = if reset { 0 } else { since };
    if reset {
        rows = load(conn, user_id, since, limit).await?;
    }
    let more = crate::db::page(&mut rows, limit);
    let head = rows.as_slice().first().map_or(head, |r| r.head);
    let rev = if more { rows.last().and_then(|r| r.rev).unwrap_or(head) } else { head };
    let mut changes = MeChanges { rev, more, reset, ..MeChanges::empty(epoch.clone(), since) };
    for row in rows {
        let (Some(kind), Some(text)) = (row.kind, row.row) else { continue };
        add(&mut changes, &kind, &text).map_err(Error::internal)?;
    }
    Ok(changes)
}

fn add(changes: &mut MeChanges, kind: &str, text: &str) -> Result<(), serde_json::Error> {
    match kind {
        "mark" => changes.marks.push(serde_json::from_str::<MarkRow>(text)?.into()),
        "thread" => changes.threads.push(serde_json::from_str(text)?),
        "draft" => changes.drafts.push(serde_json::from_str(text)?),
        "saved" => changes.saved.push(serde_json::from_str(text)?),
        "scheduled" => changes.scheduled.push(serde_json::from_str(text)?),
        "block" => changes.blocks.push(serde_json::from_str(text)?),
        _ => changes.preferences = Some(serde_json::from_str(text)?),
    }
    Ok(())
}

async fn load(conn: &mut AsyncPgConnection, user_id: UserId, since: Rev, limit: i64) -> Result<Vec<Row>, Error> {
    Ok(sql_query(FEED)
        .bind::<SqlUuid, _>(user_id.0)
        .bind::<BigInt, _>(since)
        .bind::<BigInt, _>(limit + 1)
        .load(conn)
        .await?)
}

/// `GET /me/changes`.
pub async fn list(app: &App, user_id: UserId, since: Rev, limit: i64) -> Result<MeChanges, Error> {
    let mut conn = app.db.get().await?;
    read(&mut conn, &app.epoch, user_id, since, limit).await
}
