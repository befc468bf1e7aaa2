//! How an account comes to be: by its person (with an invite, or openly), or as the first one, the owner's.
//!
//! One transaction makes the account, spends the invite and takes its rooms. Locks are taken in the one order: heads of
//! rooms, heads of people, the site's head last.

use chrono::Utc;
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error as DbError};
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use types::{ErrorCode, Register, Registration, SignedIn, SiteRole, User, UserId, limits, validate};
use uuid::Uuid;

use super::limits::{Limit, limit};
use super::row::{UserRow, site_role_text};
use super::sign_in::{Device, grant, open_session};
use super::{passwords, secret};
use crate::app::App;
use crate::db::schema::{user_heads, users};
use crate::error::Error;
use crate::realtime::News;
use crate::{rooms, site};

/// The code that proves the first account is made by who can read the server's log. The same secret gives the same
/// code, so every node prints it and a restart does not change it.
pub fn setup_code(site_secret: &[u8]) -> String {
    /// No letters that look alike.
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let key = secret::derive(site_secret, "confab set-up code v1");
    let letters: Vec<char> =
        key.iter().take(15).filter_map(|byte| LETTERS.get(usize::from(*byte % 32))).map(|l| char::from(*l)).collect();
    let groups: Vec<String> = letters.chunks(5).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// An account about to be made; its fields were checked.
pub(super) struct Draft {
    pub(super) username: String,
    pub(super) email: String,
    pub(super) display_name: String,
    pub(super) password_hash: String,
    pub(super) role: SiteRole,
    /// A program's: it is in no room until somebody lets it in, and nobody signs in to it.
    pub(super) bot: bool,
    pub(super) invite: Option<String>,
}

/// Makes an account and signs it in.
pub async fn register(app: &App, request: Register, device: Device) -> Result<SignedIn, Error> {
    limit(app, Limit::RegisterAddress, &device.address_key).await?;
    let role = admit(app, &request).await?;
    let mut faults = validate::Faults::default();
    let username = faults.check(validate::username(&request.username));
    let email = faults.check(validate::email(&request.email));
    let names = [username.as_str(), email.as_str(), request.username.trim()];
    faults.check(passwords::faults("password", &request.password, &names));
    let display_name = match request.display_name.as_deref().filter(|name| !name.trim().is_empty()) {
        Some(name) => faults.check(validate::line("display_name", name, 1, limits::DISPLAY_NAME_MAX)),
        None => username.clone(),
    };
    faults.finish()?;
    let password_hash = app.passwords.hash(&request.password).await?;
    // The owner's account needs no invite; one that was sent along is left unspent.
    let invite = request.invite.filter(|_| role != SiteRole::Owner);
    let draft = Draft { username, email, display_name, password_hash, role, bot: false, invite };
    let app = app.clone();
    app.clone().finish(async move { create_and_sign_in(&app, draft, device).await }).await
}

/// Whether this request may make an account at all, and of which role.
async fn admit(app: &App, request: &Register) -> Result<SiteRole, Error> {
    let mut conn = app.db.get().await?;
    if site::needs_owner(&mut conn).await? {
        if let Some(code) = &app.setup_code {
            let given = request.setup_code.as_deref().unwrap_or_default().trim().to_lowercase();
            if !secret::same(given.as_bytes(), code.as_bytes()) {
                return Err(Error::new(ErrorCode::WrongSetupCode));
            }
        }
        return Ok(SiteRole::Owner);
    }
    match (app.config.registration, &request.invite) {
        _ if request.setup_code.is_some() => Err(Error::new(ErrorCode::OwnerExists)),
        (Registration::Closed, _) => {
            Err(Error::with(ErrorCode::RegistrationClosed, "Accounts are made by whoever runs this server."))
        }
        (Registration::Invite, None) => Err(Error::new(ErrorCode::RegistrationClosed)),
        // Before the costly hash; the use itself is spent within the transaction.
        (_, Some(code)) => rooms::invites::find_room(&mut conn, code).await.map(|_| SiteRole::Member),
        (Registration::Open, None) => Ok(SiteRole::Member),
    }
}

async fn create_and_sign_in(app: &App, draft: Draft, device: Device) -> Result<SignedIn, Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (user, session, news) = conn
        .transaction(async |conn| {
            let user = insert(app, conn, &mut news, draft).await?;
            let session = open_session(conn, user.id, &device).await?;
            app.faults.before_commit().await;
            Ok::<_, Error>((user, session, news))
        })
        .await?;
    app.hub.publish(app, news);
    grant(app, user, session)
}

/// A bot's account about to be made; its fields were checked.
pub struct NewBotAccount {
    /// The username.
    pub username: String,
    /// What is shown.
    pub display_name: String,
}

/// Makes a bot's account, in no room, inside the caller's transaction: the last thing it locks is the site's head.
pub async fn insert_bot(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    account: NewBotAccount,
) -> Result<User, Error> {
    let NewBotAccount { username, display_name } = account;
    // No address is needed where nobody signs in; `invalid` is a name that no mail server has.
    let email = format!("{}@bots.invalid", Uuid::new_v4().simple());
    let (password_hash, role) = (String::new(), SiteRole::Member);
    let draft = Draft { username, email, display_name, password_hash, role, bot: true, invite: None };
    insert(app, conn, news, draft).await
}

/// Makes the account and takes its rooms, inside the caller's transaction.
pub(super) async fn insert(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    draft: Draft,
) -> Result<User, Error> {
    let id = UserId(Uuid::now_v7());
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id.0),
            users::username.eq(&draft.username),
            users::email_key.eq(draft.email.to_lowercase()),
            users::email.eq(&draft.email),
            users::password_hash.eq(&draft.password_hash),
            users::display_name.eq(&draft.display_name),
            users::site_role.eq(site_role_text(draft.role)),
            users::bot.eq(draft.bot),
            users::created_at.eq(Utc::now()),
            // The site's head is locked last, so the revision is written at the end.
            users::rev.eq(0),
        ))
        .execute(conn)
        .await
        .map_err(taken)?;
    diesel::insert_into(user_heads::table).values(user_heads::user_id.eq(id.0)).execute(conn).await?;
    let made = if draft.bot { None } else { take_rooms(app, conn, news, id, &draft).await? };
    let rev = site::next_rev(conn).await?;
    let row: UserRow = diesel::update(users::table.find(id.0))
        .set(users::rev.eq(rev))
        .returning(UserRow::as_returning())
        .get_result(conn)
        .await?;
    let listed = match made {
        Some(room) => vec![rooms::directory::save_at(conn, &room, rev).await?],
        None => Vec::new(),
    };
    let user = User::from(row);
    news.site = Some(site::one_change(app, rev, vec![user.clone()], listed));
    Ok(user)
}

/// The owner's first room, or the rooms that a newcomer joins and the one they were invited to.
async fn take_rooms(
    app: &App,
    conn: &mut AsyncPgConnection,
    news: &mut News,
    id: UserId,
    draft: &Draft,
) -> Result<Option<types::Room>, Error> {
    let mut joined = rooms::membership::default_rooms(conn).await?;
    if draft.role == SiteRole::Owner && joined.is_empty() {
        return rooms::create_default(app, conn, news, id).await.map(Some);
    }
    if let Some(code) = &draft.invite {
        joined.push(rooms::invites::find_room(conn, code).await?);
    }
    rooms::join_all(app, conn, news, &joined, id).await.map_err(|error| match error.code {
        ErrorCode::NotFound if draft.invite.is_some() => Error::new(ErrorCode::InviteInvalid),
        _ => error,
    })?;
    if let Some(code) = &draft.invite {
        rooms::invites::spend(conn, code).await?;
    }
    Ok(None)
}

fn taken(error: DbError) -> Error {
    let index = match &error {
        DbError::DatabaseError(DatabaseErrorKind::UniqueViolation, info) => info.constraint_name().map(str::to_owned),
        _ => None,
    };
    match index.as_deref() {
        Some("users_username_key") => Error::new(ErrorCode::UsernameTaken),
        Some("users_email_key") => Error::new(ErrorCode::EmailTaken),
        Some("users_one_owner") => Error::new(ErrorCode::OwnerExists),
        _ => error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setup_code_is_short_readable_and_always_the_same() {
        let code = setup_code(b"secret");
        assert_eq!(code, setup_code(b"secret"));
        assert_ne!(code, setup_code(b"other"));
        assert_eq!(code.len(), 17);
        assert!(code.split('-').all(|group| group.len() == 5), "{code}");
    }
}
