//! The site: what anyone may know of it, and the head of its stream (people, the directory and the categories).

pub mod categories;
pub mod changes;

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use types::{DirectoryRoom, Rev, Site, SiteChanges, User};

use crate::app::App;
use crate::db::schema::{site, users};
use crate::error::Error;

/// What anyone may know, signed in or not.
pub async fn find(app: &App) -> Result<Site, Error> {
    let mut conn = app.db.get().await?;
    let name: String = site::table.select(site::name).first(&mut conn).await?;
    let needs_owner = needs_owner(&mut conn).await?;
    Ok(Site {
        name,
        registration: app.config.registration,
        needs_owner,
        needs_setup_code: needs_owner && app.setup_code.is_some(),
        version: env!("CARGO_PKG_VERSION").into(),
    })
}

/// Whether the owner's account is still to be made.
pub async fn needs_owner(conn: &mut AsyncPgConnection) -> Result<bool, Error> {
    let owner = users::table.filter(users::site_role.eq("owner"));
    Ok(!diesel::select(diesel::dsl::exists(owner)).get_result::<bool>(conn).await?)
}

/// Takes the site's next revision, locking its head until the commit. Taken last of all locks.
pub async fn next_rev(conn: &mut AsyncPgConnection) -> Result<Rev, Error> {
    Ok(diesel::update(site::table).set(site::rev.eq(site::rev + 1)).returning(site::rev).get_result(conn).await?)
}

/// The site changes of one commit that took exactly one revision.
pub fn one_change(app: &App, rev: Rev, users: Vec<User>, rooms: Vec<DirectoryRoom>) -> SiteChanges {
    SiteChanges { rev, users, rooms, ..SiteChanges::empty(app.epoch.clone(), rev - 1) }
}

/// Locks the site's head until the commit and gives it. Taken last of all locks.
async fn lock(conn: &mut AsyncPgConnection) -> Result<Rev, Error> {
    Ok(site::table.select(site::rev).for_update().first(conn).await?)
}

/// Raises the locked head to what was taken.
async fn raise(conn: &mut AsyncPgConnection, rev: Rev) -> Result<(), Error> {
    diesel::update(site::table).set(site::rev.eq(rev)).execute(conn).await?;
    Ok(())
}
