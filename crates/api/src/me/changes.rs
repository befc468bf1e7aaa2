//! The change feed of a person's own stream.

use diesel_async::AsyncPgConnection;
use types::{Epoch, ErrorCode, MeChanges, Rev, UserId};

use crate::app::App;
use crate::db::feed::{self, FeedPage};
use crate::error::Error;
use crate::rooms::MarkRow;

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
        (SELECT 'call', x.rev, to_jsonb(x) FROM calls x \
         WHERE x.bot_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'note', x.rev, to_jsonb(x) FROM notes x \
         WHERE x.user_id = h.user_id AND x.rev > $2 ORDER BY x.rev LIMIT $3) \
        UNION ALL \
        (SELECT 'search', x.rev, to_jsonb(x) FROM searches x \
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
    let page = feed::page(conn, FEED, user_id.0, since, limit).await?;
    let FeedPage { since, rev, more, reset, rows } = page.ok_or_else(|| Error::new(ErrorCode::NotFound))?;
    let mut changes = MeChanges { rev, more, reset, ..MeChanges::empty(epoch.clone(), since) };
    for row in rows {
        match row.kind.as_str() {
            "mark" => changes.marks.push(row.read::<MarkRow>()?.into()),
            "thread" => changes.threads.push(row.read()?),
            "draft" => changes.drafts.push(row.read()?),
            "saved" => changes.saved.push(row.read()?),
            "scheduled" => changes.scheduled.push(row.read()?),
            "block" => changes.blocks.push(row.read()?),
            "call" => changes.calls.push(row.read()?),
            "note" => changes.notes.push(row.read()?),
            "search" => changes.searches.push(row.read()?),
            _ => changes.preferences = Some(row.read()?),
        }
    }
    Ok(changes)
}

/// `GET /me/changes`.
pub async fn list(app: &App, user_id: UserId, since: Rev, limit: i64) -> Result<MeChanges, Error> {
    let mut conn = app.db.get().await?;
    read(&mut conn, &app.epoch, user_id, since, limit).await
}
