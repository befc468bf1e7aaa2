//! What the operator does by command: making accounts and resetting passwords.

use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{ErrorCode, SiteRole, User, validate};
use uuid::Uuid;

use super::register::{Draft, insert};
use super::{passwords, profile, secret};
use crate::app::App;
use crate::db::schema::users;
use crate::error::Error;
use crate::realtime::News;

/// An account the operator asks for.
pub struct NewAccount {
    /// The username; a reserved one is allowed here.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The role on the site.
    pub role: SiteRole,
    /// Whether a password among the common ones is accepted.
    pub allow_common_password: bool,
}

/// Makes an account, without sign-in or invite.
pub async fn create(app: &App, account: NewAccount) -> Result<User, Error> {
    let mut faults = validate::Faults::default();
    let username = match validate::username(&account.username) {
        // The name "admin" is kept from strangers, not from who runs the server.
        Err(fault) if fault.code == "reserved" => account.username.trim().to_lowercase(),
        checked => faults.check(checked),
    };
    let email = faults.check(validate::email(&account.email));
    if account.allow_common_password {
        faults.check(validate::password("password", &account.password));
    } else {
        faults.check(passwords::faults("password", &account.password, &[&username, &email]));
    }
    faults.finish()?;
    let password_hash = app.passwords.hash(&account.password).await?;
    let display_name = username.clone();
    let draft = Draft { username, email, display_name, password_hash, role: account.role, bot: false, invite: None };
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let (user, news) = conn
        .transaction(async |conn| {
            let user = insert(app, conn, &mut news, draft).await?;
            Ok::<_, Error>((user, news))
        })
        .await?;
    app.hub.publish(app, news);
    Ok(user)
}

/// Whether an account answers to this username or e-mail address.
pub async fn exists(app: &App, username: &str, email: &str) -> Result<bool, Error> {
    let mut conn = app.db.get().await?;
    let (name, email) = (username.trim().to_lowercase(), email.trim().to_lowercase());
    let account = users::table.filter(users::username.eq(name).or(users::email_key.eq(email)));
    Ok(diesel::select(diesel::dsl::exists(account)).get_result(&mut conn).await?)
}

/// Gives an account a new password, a made one if none is given, and ends its sessions. The password is handed back.
pub async fn reset_password(app: &App, login: &str, password: Option<String>) -> Result<String, Error> {
    let login = login.trim().to_lowercase();
    let mut conn = app.db.get().await?;
    let found: Option<(Uuid, String, String)> = users::table
        .filter(users::username.eq(&login).or(users::email_key.eq(&login)))
        .filter(users::bot.eq(false))
        .select((users::id, users::username, users::email))
        .first(&mut conn)
        .await
        .optional()?;
    drop(conn);
    let (id, username, email) =
        found.ok_or_else(|| Error::with(ErrorCode::NotFound, format!("No account answers to {login:?}.")))?;
    let password = match password {
        Some(password) => {
            passwords::faults("password", &password, &[&username, &email])?;
            password
        }
        // 20 characters of base64: 120 bits.
        None => secret::generate()?.chars().take(20).collect(),
    };
    let hash = app.passwords.hash(&password).await?;
    profile::replace_password(app, id, hash, None).await?;
    Ok(password)
}
