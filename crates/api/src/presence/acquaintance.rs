//! Who may see whether somebody is online: who shares a room with them.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use types::UserId;
use uuid::Uuid;

use crate::app::App;
use crate::db::schema::{members, rooms, users};
use crate::error::Error;

/// Of `wanted`, those who share a live room with `user_id` (and oneself), with when they were last seen.
pub(super) async fn acquaintances(
    app: &App,
    user_id: UserId,
    wanted: &[UserId],
) -> Result<Vec<(UserId, Option<DateTime<Utc>>)>, Error> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = wanted.iter().map(|id| id.0).collect();
    let mut conn = app.db.get().await?;
    let (mine, theirs) = diesel::alias!(members as mine, members as theirs);
    let rows: Vec<(Uuid, Option<DateTime<Utc>>)> = users::table
        .filter(users::id.eq_any(ids))
        .filter(
            users::id.eq(user_id.0).or(diesel::dsl::exists(
                mine.inner_join(theirs.on(theirs.field(members::room_id).eq(mine.field(members::room_id))))
                    .inner_join(rooms::table.on(rooms::id.eq(mine.field(members::room_id))))
                    .filter(rooms::deleted_at.is_null())
                    .filter(mine.field(members::user_id).eq(user_id.0).and(mine.field(members::left_at).is_null()))
                    .filter(theirs.field(members::user_id).eq(users::id).and(theirs.field(members::left_at).is_null())),
            )),
        )
        .select((users::id, users::last_seen_at))
        .load(&mut conn)
        .await?;
    Ok(rows.into_iter().map(|(id, seen)| (UserId(id), seen)).collect())
}
