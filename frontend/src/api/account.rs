//! Signing in, oneself, one's sessions, and other people.

use types::{
    ChangePassword, Heads, InvitePreview, Me, Page, Refresh, Register, Session, SessionId, SignIn, SignedIn, Site,
    UpdateMe, User, UserId,
};

use super::request::{Answer, Method, call, escape, json, open, query, tell};

/// What anyone may know of this site.
pub fn site() -> Answer<Site> {
    open(Method::Get, "/site", None)
}

/// Makes an account. `session` keeps what comes back: call [`crate::session::register`] instead.
pub fn register(account: &Register) -> Answer<SignedIn> {
    open(Method::Post, "/auth/register", json(account))
}

/// Signs in. `session` keeps what comes back: call [`crate::session::sign_in`] instead.
pub fn sign_in(credentials: &SignIn) -> Answer<SignedIn> {
    open(Method::Post, "/auth/sign-in", json(credentials))
}

/// Exchanges the cookie for a new token: only `session` does.
pub fn refresh() -> Answer<SignedIn> {
    open(Method::Post, "/auth/refresh", json(&Refresh::default()))
}

/// Ends this session.
pub fn sign_out() -> Answer<()> {
    tell(Method::Post, "/auth/sign-out", None)
}

/// Where the streams stand.
pub fn heads() -> Answer<Heads> {
    call(Method::Get, "/heads", None)
}

/// Oneself, with what nobody else sees.
pub fn me() -> Answer<Me> {
    call(Method::Get, "/me", None)
}

/// Changes one's profile.
pub fn update_me(change: &UpdateMe) -> Answer<Me> {
    call(Method::Patch, "/me", json(change))
}

/// Changes one's password; the other sessions end.
pub fn change_password(change: &ChangePassword) -> Answer<()> {
    tell(Method::Post, "/me/password", json(change))
}

/// Where one is signed in.
pub fn list_sessions() -> Answer<Page<Session>> {
    call(Method::Get, "/me/sessions", None)
}

/// Signs a device out.
pub fn end_session(id: SessionId) -> Answer<()> {
    tell(Method::Delete, &format!("/me/sessions/{id}"), None)
}

/// People by id, at most [`types::limits::USER_IDS_MAX`].
pub fn users(ids: &[UserId]) -> Answer<Page<User>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    call(Method::Get, &format!("/users{}", query(&[("ids", Some(ids.join(",")))])), None)
}

/// People by the beginning of a name.
pub fn find_users(text: &str) -> Answer<Page<User>> {
    call(Method::Get, &format!("/users{}", query(&[("query", Some(text.to_owned()))])), None)
}

/// What an invite leads to; anyone who has the code may ask.
pub fn invite_preview(code: &str) -> Answer<InvitePreview> {
    open(Method::Get, &format!("/invites/{}", escape(code)), None)
}
