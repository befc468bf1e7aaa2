//! Whom somebody does not want to hear from. Between the two nothing is written directly: the writer looks for a block
//! under the lock of their conversation's head (`messages/store.rs`), and a block is set under the same lock.

use diesel::dsl::not;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{Block, Page, Rev, UserId, limits};
use uuid::Uuid;

use super::Own;
use crate::app::App;
use crate::db::schema::blocks;
use crate::error::Error;
use crate::realtime::News;
use crate::rooms::{Locked, direct};

/// Blocks somebody, or lets them be heard again; doing it again changes nothing.
pub async fn set(app: &App, user_id: UserId, blocked_id: UserId, standing: bool) -> Result<Block, Error> {
    if user_id == blocked_id {
        return Err(Error::field("user_id", "not_supported", "Nobody blocks themselves."));
    }
    crate::accounts::find_user(app, blocked_id).await?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (block, news) = conn
        .transaction(async |conn| {
            // A post between the two comes before this or is refused.
            if let Some(room) = direct::find(conn, &direct::key([user_id, blocked_id])).await? {
                Locked::lock(conn, &news, room.id).await?;
            }
            let mut own = Own::lock(conn, &news, user_id).await?;
            let before: Option<(bool, Rev)> = blocks::table
                .find((user_id.0, blocked_id.0))
                .select((blocks::removed, blocks::rev))
                .first(conn)
                .await
                .optional()?;
            let (removed, rev) = before.unwrap_or((true, 0));
            if removed != standing {
                return Ok((Block { user_id: blocked_id, removed, rev }, news));
            }
            let block = Block { user_id: blocked_id, removed: !standing, rev: own.next_rev() };
            let columns = (blocks::removed.eq(block.removed), blocks::rev.eq(block.rev));
            diesel::insert_into(blocks::table)
                .values((blocks::user_id.eq(user_id.0), blocks::blocked_id.eq(blocked_id.0), columns))
                .on_conflict((blocks::user_id, blocks::blocked_id))
                .do_update()
                .set(columns)
                .execute(conn)
                .await?;
            own.span.blocks.push(block.clone());
            own.save(conn, &mut news).await?;
            Ok::<_, Error>((block, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(block)
}

/// Whom I have blocked, by id.
pub async fn list(app: &App, user_id: UserId, after: Option<UserId>, limit: i64) -> Result<Page<Block>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut rows: Vec<(Uuid, Rev)> = blocks::table
        .filter(blocks::user_id.eq(user_id.0).and(not(blocks::removed)))
        .filter(blocks::blocked_id.gt(after.map_or(Uuid::nil(), |id| id.0)))
        .order(blocks::blocked_id)
        .limit(limit + 1)
        .select((blocks::blocked_id, blocks::rev))
        .load(&mut *app.db.get().await?)
        .await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|(id, _)| id.to_string());
    let block = |(id, rev)| Block { user_id: UserId(id), removed: false, rev };
    Ok(Page { items: rows.into_iter().map(block).collect(), next })
}
