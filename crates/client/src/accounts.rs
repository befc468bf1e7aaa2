//! Signing in and out, oneself, the sessions, other people.

use reqwest::Method;
use types::{
    Category, CategoryId, ChangePassword, Heads, Me, MeChanges, NewCategory, Page, Register, Rev, Session, SessionId,
    SignIn, SignedIn, Site, SiteChanges, UpdateCategory, UpdateMe, User, UserId,
};

use crate::ClientError;
use crate::http::{Client, escaped, query};

impl Client {
    /// What anyone may know of the site.
    pub async fn site(&self) -> Result<Site, ClientError> {
        self.get("/site").await
    }

    /// Makes an account and signs in with it.
    pub async fn register(&self, register: &Register) -> Result<SignedIn, ClientError> {
        let signed_in = self.send("/auth/register", register).await?;
        self.adopt(&signed_in);
        Ok(signed_in)
    }

    /// Signs in by username or e-mail address.
    pub async fn sign_in(&self, login: &str, password: &str) -> Result<SignedIn, ClientError> {
        let request = SignIn { login: login.into(), password: password.into(), totp: None };
        let signed_in = self.send("/auth/sign-in", &request).await?;
        self.adopt(&signed_in);
        Ok(signed_in)
    }

    /// Ends this session.
    pub async fn sign_out(&self) -> Result<(), ClientError> {
        self.call::<(), ()>(Method::POST, "/auth/sign-out", None).await?;
        self.forget();
        Ok(())
    }

    /// Oneself.
    pub async fn me(&self) -> Result<Me, ClientError> {
        self.get("/me").await
    }

    /// Changes one's profile.
    pub async fn update_me(&self, update: &UpdateMe) -> Result<Me, ClientError> {
        self.call(Method::PATCH, "/me", Some(update)).await
    }

    /// Changes the password; the other sessions end.
    pub async fn change_password(&self, current: &str, new: &str) -> Result<(), ClientError> {
        self.send("/me/password", &ChangePassword { current: current.into(), new: new.into() }).await
    }

    /// One's signed-in devices.
    pub async fn sessions(&self) -> Result<Page<Session>, ClientError> {
        self.get("/me/sessions").await
    }

    /// Ends a session.
    pub async fn end_session(&self, id: SessionId) -> Result<(), ClientError> {
        self.delete(&format!("/me/sessions/{id}")).await
    }

    /// The epoch, and where one's own stream and the site's stand.
    pub async fn heads(&self) -> Result<Heads, ClientError> {
        self.get("/heads").await
    }

    /// The changes of one's own stream.
    pub async fn me_changes(&self, since: Rev, limit: Option<i64>) -> Result<MeChanges, ClientError> {
        self.get(&format!("/me/changes{}", changes_query(since, limit))).await
    }

    /// The changes of the site's stream.
    pub async fn site_changes(&self, since: Rev, limit: Option<i64>) -> Result<SiteChanges, ClientError> {
        self.get(&format!("/site/changes{}", changes_query(since, limit))).await
    }

    /// The categories of everyone's list of rooms, in order.
    pub async fn categories(&self) -> Result<Page<Category>, ClientError> {
        self.get("/categories").await
    }

    /// Makes a category; for who runs the site.
    pub async fn create_category(&self, name: &str) -> Result<Category, ClientError> {
        self.send("/categories", &NewCategory { name: name.into() }).await
    }

    /// Changes a category's name or place.
    pub async fn update_category(&self, id: CategoryId, update: &UpdateCategory) -> Result<Category, ClientError> {
        self.call(Method::PATCH, &format!("/categories/{id}"), Some(update)).await
    }

    /// Takes a category away.
    pub async fn delete_category(&self, id: CategoryId) -> Result<(), ClientError> {
        self.delete(&format!("/categories/{id}")).await
    }

    /// A person.
    pub async fn user(&self, id: UserId) -> Result<User, ClientError> {
        self.get(&format!("/users/{id}")).await
    }

    /// People whose name begins so.
    pub async fn find_users(&self, text: &str) -> Result<Page<User>, ClientError> {
        self.get(&format!("/users?query={}", escaped(text))).await
    }
}

/// The query of a feed.
pub(crate) fn changes_query(since: Rev, limit: Option<i64>) -> String {
    query(&[("since", Some(since.to_string())), ("limit", limit.map(|limit| limit.to_string()))])
}
