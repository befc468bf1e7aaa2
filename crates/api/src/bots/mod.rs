//! Bots: accounts that programs use. Whoever made one is responsible for it; who runs the site may take care of any.
//!
//! [`tokens`] are sessions of a bot's that may do only what [`scope`] says; a bot is in the rooms that it was let into,
//! like anyone. [`commands`] are what people call bots by. [`incoming`] webhooks post to a room without an account of one's own, [`outgoing`] ones are told what
//! happens in it.

pub mod commands;
pub mod incoming;
pub mod outgoing;
pub mod scope;
pub mod slack;
pub mod tokens;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::validate::{self, Faults};
use types::{Bot, ErrorCode, NewBot, Page, RoomId, SessionId, SiteRole, User, UserId, limits};
use uuid::Uuid;

pub use tokens::Tokens;

use crate::accounts::{self, NewBotAccount, UserRow};
use crate::app::App;
use crate::db::schema::{bot_tokens, bots, members, users};
use crate::error::Error;
use crate::realtime::News;

/// Makes a bot. It is in no room yet.
pub async fn create(app: &App, owner: UserId, new: NewBot) -> Result<Bot, Error> {
    let mut faults = Faults::default();
    let username = faults.check(validate::username(&new.username));
    let display_name = match new.display_name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => faults.check(validate::line("display_name", name, 1, limits::DISPLAY_NAME_MAX)),
        None => username.clone(),
    };
    faults.finish()?;
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (bot, news) = conn
        .transaction(async |conn| {
            let standing = bots::table.filter(bots::owner_id.eq(owner.0).and(bots::removed_at.is_null()));
            if standing.count().get_result::<i64>(conn).await? >= limits::BOTS_MAX {
                return Err(Error::with(ErrorCode::TooMany, "You have 50 bots already."));
            }
            let account = NewBotAccount { username, display_name };
            let user = accounts::insert_bot(app, conn, &mut news, account).await?;
            diesel::insert_into(bots::table)
                .values((bots::user_id.eq(user.id.0), bots::owner_id.eq(owner.0)))
                .execute(conn)
                .await?;
            Ok((Bot { user, owner_id: owner }, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(bot)
}

/// `GET /bots`: mine; for who runs the site, all. By username.
pub async fn list(app: &App, user_id: UserId, cursor: Option<String>, limit: i64) -> Result<Page<Bot>, Error> {
    let limit = limit.clamp(1, limits::PAGE_MAX);
    let mut conn = app.db.get().await?;
    let all = runs_site(&mut conn, user_id).await?;
    let mut rows = bots::table
        .inner_join(users::table.on(users::id.eq(bots::user_id)))
        .filter(bots::removed_at.is_null())
        .order(users::username)
        .limit(limit + 1)
        .select((UserRow::as_select(), bots::owner_id))
        .into_boxed();
    if !all {
        rows = rows.filter(bots::owner_id.eq(user_id.0));
    }
    if let Some(cursor) = cursor {
        rows = rows.filter(users::username.gt(cursor));
    }
    let mut rows: Vec<(UserRow, Uuid)> = rows.load(&mut conn).await?;
    let more = crate::db::page(&mut rows, limit);
    let next = rows.last().filter(|_| more).map(|(row, _)| row.username.clone());
    let bot = |(row, owner): (UserRow, Uuid)| Bot { user: User::from(row), owner_id: UserId(owner) };
    Ok(Page { items: rows.into_iter().map(bot).collect(), next })
}

/// Removes a bot: its tokens end, and it leaves its rooms. What it wrote stays under its name.
pub async fn remove(app: &App, user_id: UserId, bot: UserId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    owned(&mut conn, user_id, bot).await?;
    let now = crate::now();
    let ended = conn
        .transaction(async |conn| {
            diesel::update(bots::table.find(bot.0)).set(bots::removed_at.eq(now)).execute(conn).await?;
            tokens::revoke_all(conn, bot, now).await
        })
        .await?;
    accounts::sessions::cut(app, &ended);
    let rooms = members::table.filter(members::user_id.eq(bot.0).and(members::left_at.is_null()));
    let rooms: Vec<Uuid> = rooms.select(members::room_id).load(&mut conn).await?;
    drop(conn);
    for room_id in rooms {
        match crate::rooms::membership::leave(app, bot, RoomId(room_id)).await {
            // In a direct conversation it stays, and says nothing more.
            Ok(()) | Err(Error { code: ErrorCode::NotAllowed | ErrorCode::NotFound | ErrorCode::NotAMember, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Refuses unless the bot is this person's, or they run the site; to others there is none.
async fn owned(conn: &mut AsyncPgConnection, user_id: UserId, bot: UserId) -> Result<(), Error> {
    let owner: Option<Uuid> = bots::table
        .find(bot.0)
        .filter(bots::removed_at.is_null())
        .select(bots::owner_id)
        .first(conn)
        .await
        .optional()?;
    match owner {
        Some(owner) if owner == user_id.0 || runs_site(conn, user_id).await? => Ok(()),
        _ => Err(Error::new(ErrorCode::NotFound)),
    }
}

async fn runs_site(conn: &mut AsyncPgConnection, user_id: UserId) -> Result<bool, Error> {
    let role: String = users::table.find(user_id.0).select(users::site_role).first(conn).await?;
    Ok(accounts::site_role(&role) >= SiteRole::Admin)
}

/// The sessions of these tokens, as ids.
fn sessions_of(rows: Vec<Uuid>) -> Vec<SessionId> {
    rows.into_iter().map(SessionId).collect()
}

/// When something was last used, to the minute: true if that is to be written again.
fn is_stale(last_used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last_used_at.is_none_or(|at| now - at >= chrono::TimeDelta::minutes(1))
}

/// Tokens of a bot that stand.
async fn count_tokens(conn: &mut AsyncPgConnection, bot: UserId) -> Result<i64, Error> {
    let standing = bot_tokens::table.filter(bot_tokens::user_id.eq(bot.0).and(bot_tokens::revoked_at.is_null()));
    Ok(standing.count().get_result(conn).await?)
}
