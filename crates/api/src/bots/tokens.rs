//! A bot's tokens: opaque, 256 bits, kept as hashes, told once. Each is a session, so what ends a session ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use quick_cache::sync::Cache;
use types::validate::{self, Faults};
use types::{BotToken, CreatedBotToken, ErrorCode, NewBotToken, Page, Scope, SessionId, UserId, limits};
use uuid::Uuid;

use super::scope::{Scopes, scope, scope_text};
use super::{count_tokens, is_stale, owned, sessions_of};
use crate::accounts::{self, Caller, secret};
use crate::app::App;
use crate::db::schema::{bot_tokens, sessions};
use crate::error::Error;

/// What every bot's token begins with, so that one that leaks is found by those who look for such things.
pub const PREFIX: &str = "cfb_";
/// Tokens remembered.
const REMEMBERED: usize = 10_000;
/// A token's session ends when it is revoked; until then it lives as long as anyone minds.
const LIFE_DAYS: i64 = 100 * 365;
/// `last_used_at` is written at most once in this time.
const NOTED_EVERY: i64 = 60;

/// Whose tokens are whose, and what they may do: neither changes in a token's life. Whether its session stands is asked
/// as of any session.
pub struct Tokens(Cache<Vec<u8>, Known>);

#[derive(Clone)]
struct Known {
    user_id: UserId,
    session_id: SessionId,
    scopes: Scopes,
    /// When its use was last written, in seconds of the epoch.
    noted: Arc<AtomicI64>,
}

impl Tokens {
    /// None known yet.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Tokens {
        Tokens(Cache::new(REMEMBERED))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = bot_tokens)]
struct TokenRow {
    session_id: Uuid,
    name: String,
    scopes: Vec<String>,
    created_at: DateTime<Utc>,
    last_used_at: Option<DateTime<Utc>>,
}

impl From<TokenRow> for BotToken {
    fn from(row: TokenRow) -> BotToken {
        BotToken {
            id: SessionId(row.session_id),
            name: row.name,
            scopes: row.scopes.iter().map(|text| scope(text)).collect(),
            created_at: row.created_at,
            last_used_at: row.last_used_at,
        }
    }
}

/// Checks a token and that it was not revoked.
pub async fn caller(app: &App, token: &str) -> Result<Caller, Error> {
    let hash = secret::hash(token);
    let known = match app.bot_tokens.0.get(&hash) {
        Some(known) => known,
        None => find(app, hash).await?,
    };
    accounts::sessions::check(app, known.user_id, known.session_id).await?;
    note(app, &known);
    Ok(Caller { user_id: known.user_id, session_id: known.session_id, scopes: Some(known.scopes) })
}

async fn find(app: &App, hash: Vec<u8>) -> Result<Known, Error> {
    let row: Option<(Uuid, TokenRow)> = bot_tokens::table
        .filter(bot_tokens::token_hash.eq(&hash))
        .select((bot_tokens::user_id, TokenRow::as_select()))
        .first(&mut *app.db.get().await?)
        .await
        .optional()?;
    let (user_id, row) = row.ok_or_else(|| Error::new(ErrorCode::NotSignedIn))?;
    let known = Known {
        user_id: UserId(user_id),
        session_id: SessionId(row.session_id),
        scopes: Scopes::of(row.scopes.iter().map(|text| scope(text))),
        noted: Arc::new(AtomicI64::new(row.last_used_at.map_or(0, |at| at.timestamp()))),
    };
    app.bot_tokens.0.insert(hash, known.clone());
    Ok(known)
}

/// Writes that a token is used, now and then, beside the request.
fn note(app: &App, known: &Known) {
    let now = crate::now();
    let before = AtomicI64::load(&known.noted, Ordering::Relaxed);
    let due = is_stale(DateTime::from_timestamp(before, 0), now) && now.timestamp() - before >= NOTED_EVERY;
    // One of the requests that come at once writes it.
    if !due || known.noted.compare_exchange(before, now.timestamp(), Ordering::Relaxed, Ordering::Relaxed).is_err() {
        return;
    }
    let (app, id) = (app.clone(), known.session_id.0);
    tokio::spawn(async move {
        let written = async {
            let mut conn = app.db.get().await?;
            diesel::update(bot_tokens::table.find(id))
                .set(bot_tokens::last_used_at.eq(now))
                .execute(&mut conn)
                .await
                .map_err(Error::from)
        };
        if let Err(error) = written.await {
            tracing::debug!(%error, "a token's use could not be noted");
        }
    });
}

/// Makes a token for a bot of mine; its secret is told only here.
pub async fn create(app: &App, user_id: UserId, bot: UserId, new: NewBotToken) -> Result<CreatedBotToken, Error> {
    let mut faults = Faults::default();
    let name = faults.check(validate::line("name", &new.name, 1, limits::HOOK_NAME_MAX));
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    if scopes.is_empty() {
        faults.add("scopes", "required", "Say what the token may do.");
    }
    if scopes.contains(&Scope::Unknown) {
        faults.add("scopes", "unknown", "There is no such scope.");
    }
    faults.finish()?;
    let token = format!("{PREFIX}{}", secret::generate()?);
    let (id, now) = (Uuid::now_v7(), crate::now());
    let mut conn = app.db.get().await?;
    owned(&mut conn, user_id, bot).await?;
    let texts: Vec<&str> = scopes.iter().map(|scope| scope_text(*scope)).collect();
    conn.transaction(async |conn| {
        if count_tokens(conn, bot).await? >= limits::BOT_TOKENS_MAX {
            return Err(Error::with(ErrorCode::TooMany, "A bot has at most 20 tokens."));
        }
        diesel::insert_into(sessions::table)
            .values((
                sessions::id.eq(id),
                sessions::user_id.eq(bot.0),
                // Nobody knows what this is the hash of: a token is not refreshed.
                sessions::token_hash.eq(secret::hash(&secret::generate()?)),
                sessions::device.eq(&name),
                sessions::address.eq(""),
                sessions::expires_at.eq(now + TimeDelta::days(LIFE_DAYS)),
            ))
            .execute(conn)
            .await?;
        diesel::insert_into(bot_tokens::table)
            .values((
                bot_tokens::session_id.eq(id),
                bot_tokens::user_id.eq(bot.0),
                bot_tokens::token_hash.eq(secret::hash(&token)),
                bot_tokens::name.eq(&name),
                bot_tokens::scopes.eq(texts),
                bot_tokens::created_at.eq(now),
            ))
            .execute(conn)
            .await?;
        Ok(())
    })
    .await?;
    let made = BotToken { id: SessionId(id), name, scopes, created_at: now, last_used_at: None };
    Ok(CreatedBotToken { token: made, secret: token })
}

/// The tokens of a bot of mine that stand, the oldest first.
pub async fn list(app: &App, user_id: UserId, bot: UserId) -> Result<Page<BotToken>, Error> {
    let mut conn = app.db.get().await?;
    owned(&mut conn, user_id, bot).await?;
    let rows: Vec<TokenRow> = bot_tokens::table
        .filter(bot_tokens::user_id.eq(bot.0).and(bot_tokens::revoked_at.is_null()))
        .order(bot_tokens::session_id)
        .limit(limits::BOT_TOKENS_MAX)
        .select(TokenRow::as_select())
        .load(&mut conn)
        .await?;
    Ok(Page { items: rows.into_iter().map(BotToken::from).collect(), next: None })
}

/// Ends a token: it is refused and its sockets are closed at once.
pub async fn revoke(app: &App, user_id: UserId, bot: UserId, id: SessionId) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    owned(&mut conn, user_id, bot).await?;
    let now = crate::now();
    let ended = conn
        .transaction(async |conn| {
            let standing = bot_tokens::table.find(id.0).filter(bot_tokens::user_id.eq(bot.0));
            let ended = diesel::update(standing.filter(bot_tokens::revoked_at.is_null()))
                .set(bot_tokens::revoked_at.eq(now))
                .execute(conn)
                .await?;
            diesel::update(sessions::table.find(id.0).filter(sessions::user_id.eq(bot.0)))
                .set(sessions::ended_at.eq(now))
                .execute(conn)
                .await?;
            Ok::<_, Error>(ended)
        })
        .await?;
    if ended == 0 {
        return Err(Error::new(ErrorCode::NotFound));
    }
    accounts::sessions::cut(app, &[id]);
    Ok(())
}

/// Ends all tokens of a bot, in the caller's transaction; gives their sessions, to be cut after it.
pub(super) async fn revoke_all(
    conn: &mut AsyncPgConnection,
    bot: UserId,
    now: DateTime<Utc>,
) -> Result<Vec<SessionId>, Error> {
    let standing = bot_tokens::table.filter(bot_tokens::user_id.eq(bot.0).and(bot_tokens::revoked_at.is_null()));
    let ended: Vec<Uuid> = diesel::update(standing)
        .set(bot_tokens::revoked_at.eq(now))
        .returning(bot_tokens::session_id)
        .get_results(conn)
        .await?;
    diesel::update(sessions::table.filter(sessions::id.eq_any(&ended)))
        .set(sessions::ended_at.eq(now))
        .execute(conn)
        .await?;
    Ok(sessions_of(ended))
}
