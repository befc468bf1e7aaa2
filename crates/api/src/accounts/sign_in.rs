//! Signing in and out, and the turning of refresh tokens.
//!
//! A refresh token is `session.secret`; only the secret's hash is kept. Each use turns it: the successor is derived from
//! the secret and the site's key, so that asking twice (a lost answer, two tabs at once) gives the same successor to
//! both, and nobody is left with a token that was replaced. The old one stays good until its successor is first used;
//! from then on it is a copy in strange hands, and its use ends the session.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, SessionId, SignIn, SignedIn, User, UserId};
use uuid::Uuid;

use super::limits::{Limit, limit};
use super::passwords::Verdict;
use super::row::UserRow;
use super::{ACCESS_TOKEN_LIFE, Caller, secret};
use crate::app::App;
use crate::db::schema::{sessions, users};
use crate::error::Error;

/// A session that nobody used for this long is over.
pub const IDLE_DAYS: i64 = 60;

/// How much of what a device says of itself is kept.
const DEVICE_MAX: usize = 200;

/// Where a sign-in comes from.
#[derive(Debug, Clone)]
pub struct Device {
    name: String,
    address: String,
    pub(super) address_key: String,
}

impl Device {
    /// What it says it is (its User-Agent), its address, and the key its tries are counted under.
    pub fn new(name: &str, address: String, address_key: String) -> Self {
        let name = name.chars().filter(|c| !c.is_control()).take(DEVICE_MAX).collect();
        Device { name, address, address_key }
    }
}

/// A session and the refresh token that continues it.
pub(super) struct Opened {
    id: SessionId,
    refresh_token: String,
}

/// Signs in by username or e-mail address. An unknown account takes as long and hears the same as a wrong password.
pub async fn sign_in(app: &App, request: SignIn, device: Device) -> Result<SignedIn, Error> {
    if request.login.contains('\0') || request.password.contains('\0') {
        return Err(Error::field("login", "bad_character", "NUL can't be used here."));
    }
    limit(app, Limit::SignInAddress, &device.address_key).await?;
    let login: String = request.login.trim().to_lowercase();
    let mut conn = app.db.get().await?;
    let found: Option<(UserRow, String)> = users::table
        .filter(users::username.eq(&login).or(users::email_key.eq(&login)))
        // Nobody signs in to a bot's account.
        .filter(users::bot.eq(false))
        // Nobody's name holds an @, so at most one account answers to either.
        .select((UserRow::as_select(), users::password_hash))
        .first(&mut conn)
        .await
        .optional()?;
    // The hash takes a while: the connection goes back meanwhile.
    drop(conn);
    let account = found.as_ref().map_or_else(|| short(&login), |(row, _)| row.id.to_string());
    limit(app, Limit::SignInAccount, &account).await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let verdict = app.passwords.verify(&request.password, hash).await?;
    let (Some((row, hash)), Verdict::Right | Verdict::Outdated) = (found, verdict) else {
        return Err(Error::new(ErrorCode::WrongCredentials));
    };
    let stronger = match verdict {
        Verdict::Outdated => Some(app.passwords.hash(&request.password).await?),
        _ => None,
    };
    let mut conn = app.db.get().await?;
    let session = conn
        .transaction(async |conn| {
            // A password changed meanwhile ends the sessions there are; under this lock none slips in after it.
            let unchanged = users::table
                .filter(users::id.eq(row.id).and(users::password_hash.eq(&hash)))
                .select(users::id)
                .for_update()
                .first::<Uuid>(conn)
                .await
                .optional()?;
            unchanged.ok_or_else(|| Error::new(ErrorCode::WrongCredentials))?;
            if let Some(stronger) = &stronger {
                diesel::update(users::table.find(row.id)).set(users::password_hash.eq(stronger)).execute(conn).await?;
            }
            open_session(conn, UserId(row.id), &device).await
        })
        .await?;
    grant(app, row.into(), session)
}

/// Keys of a limiter stay small whatever was typed.
fn short(login: &str) -> String {
    login.chars().take(types::limits::EMAIL_MAX).collect()
}

/// Opens a session inside the caller's transaction.
pub(super) async fn open_session(
    conn: &mut AsyncPgConnection,
    user_id: UserId,
    device: &Device,
) -> Result<Opened, Error> {
    let (id, secret) = (Uuid::now_v7(), secret::generate()?);
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::user_id.eq(user_id.0),
            sessions::token_hash.eq(secret::hash(&secret)),
            sessions::device.eq(&device.name),
            sessions::address.eq(&device.address),
            sessions::expires_at.eq(Utc::now() + TimeDelta::days(IDLE_DAYS)),
        ))
        .execute(conn)
        .await?;
    Ok(Opened { id: SessionId(id), refresh_token: format!("{}.{secret}", id.simple()) })
}

/// The answer to whoever has signed in.
pub(super) fn grant(app: &App, user: User, session: Opened) -> Result<SignedIn, Error> {
    Ok(SignedIn {
        access_token: app.tokens.issue(user.id, session.id)?,
        expires_in: ACCESS_TOKEN_LIFE,
        refresh_token: session.refresh_token,
        user,
    })
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Held {
    user_id: Uuid,
    token_hash: Vec<u8>,
    previous_hash: Option<Vec<u8>>,
    expires_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

/// What a refresh token turned out to be.
enum Turned {
    Good(UserId),
    /// It was replaced and its successor used: somebody has a copy.
    Copied,
}

/// Turns a refresh token. One that is not ours is `not_signed_in`; one of an ended session, or a copy, `session_ended`.
pub async fn refresh(app: &App, token: &str, device: Device) -> Result<SignedIn, Error> {
    let (id, secret) = parse(token).ok_or_else(|| Error::new(ErrorCode::NotSignedIn))?;
    let successor = app.tokens.successor(id, secret);
    let mut conn = app.db.get().await?;
    let turned = conn.transaction(async |conn| turn(conn, id, secret, &successor, &device).await).await?;
    let user_id = match turned {
        Turned::Good(user_id) => user_id,
        Turned::Copied => {
            super::sessions::cut(app, &[id]);
            tracing::warn!(session_id = %id, "a refresh token was used again: its session is ended");
            return Err(Error::new(ErrorCode::SessionEnded));
        }
    };
    let row: UserRow = users::table.find(user_id.0).select(UserRow::as_select()).first(&mut conn).await?;
    let refresh_token = format!("{}.{successor}", id.0.simple());
    grant(app, row.into(), Opened { id, refresh_token })
}

async fn turn(
    conn: &mut AsyncPgConnection,
    id: SessionId,
    secret: &str,
    successor: &str,
    device: &Device,
) -> Result<Turned, Error> {
    let session = sessions::table.find(id.0);
    let held: Option<Held> = session.select(Held::as_select()).for_update().first(conn).await.optional()?;
    let held = held.ok_or_else(|| Error::new(ErrorCode::NotSignedIn))?;
    let now = Utc::now();
    if held.ended_at.is_some() || held.expires_at <= now {
        return Err(Error::new(ErrorCode::SessionEnded));
    }
    let hash = secret::hash(secret);
    let current = secret::same(&hash, &held.token_hash);
    let previous = held.previous_hash.as_ref().is_some_and(|previous| secret::same(&hash, previous));
    if !current && !previous {
        diesel::update(session).set(sessions::ended_at.eq(now)).execute(conn).await?;
        return Ok(Turned::Copied);
    }
    // The previous one again: its successor was never used, and is given out once more.
    if current {
        diesel::update(session)
            .set((sessions::token_hash.eq(secret::hash(successor)), sessions::previous_hash.eq(hash)))
            .execute(conn)
            .await?;
    }
    diesel::update(session)
        .set((
            sessions::last_used_at.eq(now),
            sessions::expires_at.eq(now + TimeDelta::days(IDLE_DAYS)),
            sessions::address.eq(&device.address),
        ))
        .execute(conn)
        .await?;
    Ok(Turned::Good(UserId(held.user_id)))
}

fn parse(token: &str) -> Option<(SessionId, &str)> {
    let (id, secret) = token.split_once('.')?;
    // As long as ours are: nothing longer is worth hashing.
    (secret.len() == 43).then_some(())?;
    Some((SessionId(Uuid::try_parse(id).ok()?), secret))
}

/// Ends the caller's own session.
pub async fn sign_out(app: &App, caller: &Caller) -> Result<(), Error> {
    match super::end_session(app, caller, caller.session_id).await {
        Err(error) if error.code == ErrorCode::NotFound => Ok(()),
        other => other,
    }
}

/// Ends the session a refresh token belongs to, if it is good: signing out needs no fresh access token.
pub async fn sign_out_by_token(app: &App, token: &str) -> Result<(), Error> {
    let Some((id, secret)) = parse(token) else { return Ok(()) };
    let hash = secret::hash(secret);
    let mut conn = app.db.get().await?;
    let good = sessions::token_hash.eq(&hash).or(sessions::previous_hash.eq(&hash).assume_not_null());
    let ended = diesel::update(sessions::table.filter(sessions::id.eq(id.0).and(good)))
        .filter(sessions::ended_at.is_null())
        .set(sessions::ended_at.eq(Utc::now()))
        .execute(&mut conn)
        .await?;
    if ended > 0 {
        super::sessions::cut(app, &[id]);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_tokens_of_our_form_are_looked_up() {
        let id = Uuid::now_v7();
        let token = format!("{}.{}", id.simple(), secret::generate().unwrap());
        assert_eq!(parse(&token).unwrap().0, SessionId(id));
        for bad in ["", ".", "a.b", &token[..40], &format!("{token}x"), &token.replace('.', "")] {
            assert!(parse(bad).is_none(), "{bad}");
        }
    }
}
