//! The site's stream: people, public rooms and categories, merged by revision.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{Epoch, Heads, Rev, SiteChanges, UserId, limits};

use super::categories::CategoryRow;
use crate::accounts::UserRow;
use crate::app::App;
use crate::db::schema::{categories, directory, site, user_heads, users};
use crate::error::Error;
use crate::rooms::directory::DirectoryRow;

/// The rows since `since`; resets only if that is beyond the head.
pub async fn read(conn: &mut AsyncPgConnection, epoch: &Epoch, since: Rev, limit: i64) -> Result<SiteChanges, Error> {
    let epoch = epoch.clone();
    let limit = limit.clamp(1, limits::CHANGES_MAX);
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            let head: Rev = site::table.select(site::rev).first(conn).await?;
            let reset = since > head;
            let since = if reset { 0 } else { since };
            let mut people: Vec<UserRow> = users::table
                .filter(users::rev.gt(since))
                .order((users::rev, users::id))
                .limit(limit + 1)
                .select(UserRow::as_select())
                .load(conn)
                .await?;
            let mut rooms: Vec<DirectoryRow> = directory::table
                .filter(directory::rev.gt(since))
                .order((directory::rev, directory::room_id))
                .limit(limit + 1)
                .select(DirectoryRow::as_select())
                .load(conn)
                .await?;
            let mut categories: Vec<CategoryRow> = categories::table
                .filter(categories::rev.gt(since))
                .order(categories::rev)
                .limit(limit + 1)
                .select(CategoryRow::as_select())
                .load(conn)
                .await?;
            // The making of the owner and of `general` share a revision, so a page is cut between revisions only.
            let mut revs: Vec<Rev> = people.iter().map(|p| p.rev).chain(rooms.iter().map(|r| r.rev)).collect();
            revs.extend(categories.iter().map(|c| c.rev));
            revs.sort_unstable();
            let place = usize::try_from(limit).unwrap_or(usize::MAX);
            let more = revs.len() > place;
            let rev = if more { revs.get(place.saturating_sub(1)).copied().unwrap_or(head) } else { head };
            people.retain(|p| p.rev <= rev);
            rooms.retain(|r| r.rev <= rev);
            categories.retain(|c| c.rev <= rev);
            let more = more && rev < head;
            Ok::<_, Error>(SiteChanges {
                epoch,
                since,
                rev,
                more,
                reset,
                users: people.into_iter().map(Into::into).collect(),
                rooms: rooms.into_iter().map(Into::into).collect(),
                categories: categories.into_iter().map(Into::into).collect(),
            })
        })
        .await
}

/// `GET /site/changes`.
pub async fn list(app: &App, since: Rev, limit: i64) -> Result<SiteChanges, Error> {
    let mut conn = app.db.get().await?;
    read(&mut conn, &app.epoch, since, limit).await
}

/// Head of the site's stream.
pub async fn head(conn: &mut AsyncPgConnection) -> Result<Rev, Error> {
    Ok(site::table.select(site::rev).first(conn).await?)
}

/// Heads of a person's own stream and of the site's.
pub async fn heads_of(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<(Rev, Rev), Error> {
    let me: Rev = user_heads::table.find(user_id.0).select(user_heads::rev).first(conn).await?;
    Ok((me, head(conn).await?))
}

/// `GET /heads`: where a client that holds nothing starts.
pub async fn heads(app: &App, user_id: UserId) -> Result<Heads, Error> {
    let mut conn = app.db.get().await?;
    let (me, site) = heads_of(&mut conn, user_id).await?;
    Ok(Heads { epoch: app.epoch.clone(), me, site })
}
