//! People: their accounts, how they sign in, and the sessions that stay.
//!
//! [`Caller`] is the proof that somebody is signed in; only [`caller`] builds one, from an access token whose session
//! still stands. Read `register` for how an account comes to be, `sign_in` for sessions and the turning of
//! refresh tokens, [`sessions`] for how an ended session is cut off at once.

pub mod admin;
mod devices;
mod limits;
mod passwords;
mod people;
mod profile;
mod register;
mod row;
pub mod secret;
pub mod sessions;
mod sign_in;
mod tokens;

pub use devices::{end_session, list_sessions};
pub use limits::{Limit, Limits, Rate, limit};
pub use passwords::Passwords;
pub use people::{Query, find_role, find_user, list_users, lower, prefix};
pub use profile::{change_password, me, update_me};
pub use register::{NewBotAccount, insert_bot, register, setup_code};
pub use row::{UserRow, site_role, site_role_text};
pub use sessions::{Cut, Sessions};
pub use sign_in::{Device, IDLE_DAYS, refresh, sign_in, sign_out, sign_out_by_token};
pub use tokens::{LIFE as ACCESS_TOKEN_LIFE, Tokens};

use types::{Scope, SessionId, UserId};

use crate::app::App;
use crate::bots::{self, scope::Scopes};
use crate::error::Error;

/// Proof that somebody is signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// Who.
    pub user_id: UserId,
    /// By which session.
    pub session_id: SessionId,
    /// What it may do, if it is a bot's token; a person may do anything that is theirs to do.
    pub scopes: Option<Scopes>,
}

impl Caller {
    /// Refuses a bot's token that was not made for this.
    pub fn may(&self, needed: Option<Scope>) -> Result<(), Error> {
        self.scopes.map_or(Ok(()), |scopes| scopes.check(needed))
    }
}

/// Checks an access token, or a bot's token, and that its session still stands.
pub async fn caller(app: &App, token: &str) -> Result<Caller, Error> {
    if token.starts_with(bots::tokens::PREFIX) {
        return bots::tokens::caller(app, token).await;
    }
    let token = app.tokens.check(token)?;
    sessions::check(app, token.user_id, token.session_id).await?;
    Ok(Caller { user_id: token.user_id, session_id: token.session_id, scopes: None })
}
