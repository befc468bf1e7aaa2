//! Signing in, oneself, one's sessions, and other people.

use types::{
    ChangePassword, Heads, InvitePreview, Me, Page, Refresh, Register, Session, SessionId, SignIn, SignedIn, Site,
    UpdateMe, User, UserId,
};

use super::request::{Failure, Method, call, escape, json, open, query, tell};

/// What anyone may know of this site.
pub async fn site() -> Result<Site, Failure> {
    open(Method::Get, "/site", None).await
}

/// Makes an account. `session` keeps what comes back: call [`crate::session::register`] instead.
pub async fn register(account: &Register) -> Result<SignedIn, Failure> {
    open(Method::Post, "/auth/register", json(account)).await
}

/// Signs in. `session` keeps what comes back: call [`crate::session::sign_in`] instead.
pub async fn sign_in(credentials: &SignIn) -> Result<SignedIn, Failure> {
    open(Method::Post, "/auth/sign-in", json(credentials)).await
}

/// Exchanges the cookie for a new token: only `session` does.
pub async fn refresh() -> Result<SignedIn, Failure> {
    open(Method::Post, "/auth/refresh", json(&Refresh::default())).await
}

/// Ends this session.
pub async fn sign_out() -> Result<(), Failure> {
    tell(Method::Post, "/auth/sign-out", None).await
}

/// Where the streams stand.
pub async fn heads() -> Result<Heads, Failure> {
    call(Method::Get, "/heads", None).await
}

/// Changes one's profile.
pub async fn update_me(change: &UpdateMe) -> Result<Me, Failure> {
    call(Method::Patch, "/me", json(change)).await
}

/// Changes one's password; the other sessions end.
pub async fn change_password(change: &ChangePassword) -> Result<(), Failure> {
    tell(Method::Post, "/me/password", json(change)).await
}

/// Where one is signed in.
pub async fn list_sessions() -> Result<Page<Session>, Failure> {
    call(Method::Get, "/me/sessions", None).await
}

/// Signs a device out.
pub async fn end_session(id: SessionId) -> Result<(), Failure> {
    tell(Method::Delete, &format!("/me/sessions/{id}"), None).await
}

/// People by id, at most [`types::limits::USER_IDS_MAX`].
pub async fn users(ids: &[UserId]) -> Result<Page<User>, Failure> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    call(Method::Get, &format!("/users{}", query(&[("ids", Some(ids.join(",")))])), None).await
}

/// People by the beginning of a name.
pub async fn find_users(text: &str) -> Result<Page<User>, Failure> {
    call(Method::Get, &format!("/users{}", query(&[("query", Some(text.to_owned()))])), None).await
}

/// What an invite leads to; anyone who has the code may ask.
pub async fn invite_preview(code: &str) -> Result<InvitePreview, Failure> {
    open(Method::Get, &format!("/invites/{}", escape(code)), None).await
}
