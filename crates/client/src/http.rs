//! Requests and their answers: the address, the tokens, and one way to ask for everything.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Method, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use types::{ErrorCode, Problem, SignedIn, UserId};

use crate::ClientError;

/// The longest an answer is waited for.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A client of one server, signed in as at most one person. Cheap to clone; clones share the tokens.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    base: Arc<str>,
    tokens: Arc<Mutex<Option<Tokens>>>,
    /// One refresh at a time: two at once would use up one another's token.
    refreshing: Arc<tokio::sync::Mutex<()>>,
}

/// What signing in gave.
#[derive(Clone)]
struct Tokens {
    user_id: UserId,
    access: String,
    refresh: String,
}

/// An answer as it came, for those who look at status and headers.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as the type it should be, or the problem it tells of.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        let text = || String::from_utf8_lossy(&self.body).chars().take(500).collect();
        if (200..300).contains(&self.status) {
            // 204 has no body: it reads as the unit.
            let body: &[u8] = if self.body.is_empty() { b"null" } else { &self.body };
            return serde_json::from_slice(body).map_err(|error| ClientError::Unexpected {
                status: self.status,
                body: format!("{error} in {}", String::from_utf8_lossy(&self.body)),
            });
        }
        Err(match serde_json::from_slice::<Problem>(&self.body) {
            Ok(problem) => ClientError::Problem(Box::new(problem)),
            Err(_) => ClientError::Unexpected { status: self.status, body: text() },
        })
    }

    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl Client {
    /// A client of the server at this address (`http://127.0.0.1:8000`), not signed in.
    pub fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder().user_agent("confab-client").timeout(TIMEOUT).build();
        Self {
            http: http.unwrap_or_default(),
            base: base_url.trim_end_matches('/').into(),
            tokens: Arc::default(),
            refreshing: Arc::default(),
        }
    }

    /// Another client of the same server, not signed in.
    pub fn anonymous(&self) -> Self {
        Self { tokens: Arc::default(), refreshing: Arc::default(), ..self.clone() }
    }

    /// The same person and tokens, at another node's address.
    pub fn at(&self, base_url: &str) -> Self {
        Self { base: base_url.trim_end_matches('/').into(), ..self.clone() }
    }

    /// The server's address.
    pub fn base_url(&self) -> &str {
        &self.base
    }

    /// Who is signed in.
    pub fn user_id(&self) -> Option<UserId> {
        self.tokens.lock().as_ref().map(|tokens| tokens.user_id)
    }

    /// The access token, as it is.
    pub fn access_token(&self) -> Option<String> {
        self.tokens.lock().as_ref().map(|tokens| tokens.access.clone())
    }

    /// The refresh token, as it is.
    pub fn refresh_token(&self) -> Option<String> {
        self.tokens.lock().as_ref().map(|tokens| tokens.refresh.clone()).filter(|token| !token.is_empty())
    }

    /// Takes the tokens of a sign-in made elsewhere.
    pub fn adopt(&self, signed_in: &SignedIn) {
        *self.tokens.lock() = Some(Tokens {
            user_id: signed_in.user.id,
            access: signed_in.access_token.clone(),
            refresh: signed_in.refresh_token.clone(),
        });
    }

    /// Takes a bot's token: there is nothing to refresh.
    pub(crate) fn take_token(&self, user_id: UserId, token: &str) {
        *self.tokens.lock() = Some(Tokens { user_id, access: token.into(), refresh: String::new() });
    }

    /// Forgets the tokens.
    pub(crate) fn forget(&self) {
        *self.tokens.lock() = None;
    }

    /// Gets new tokens with the refresh token held.
    pub async fn refresh(&self) -> Result<(), ClientError> {
        let held = self.access_token();
        let _turn = self.refreshing.lock().await;
        if self.access_token() != held {
            return Ok(());
        }
        let refresh_token = Some(self.refresh_token().ok_or(ClientError::NotSignedIn)?);
        let answer = self.ask(Method::POST, "/auth/refresh", Some(&types::Refresh { refresh_token }), None).await?;
        self.adopt(&answer.json()?);
        Ok(())
    }

    /// Asks with a body, and reads the answer; an access token that has run out is renewed once.
    pub(crate) async fn call<B: Serialize, T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<T, ClientError> {
        self.answer(method, path, body).await?.json()
    }

    /// As `call`, giving the answer as it came.
    pub(crate) async fn answer<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
    ) -> Result<Answer, ClientError> {
        let answer = self.ask(method.clone(), path, body, self.access_token()).await?;
        if answer.status == 401
            && self.refresh_token().is_some()
            && answer.json::<()>().is_err_and(|error| error.code() == Some(ErrorCode::TokenExpired))
        {
            self.refresh().await?;
            return self.ask(method, path, body, self.access_token()).await;
        }
        Ok(answer)
    }

    /// Gets a path below `/api/v1`.
    pub(crate) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        self.call::<(), T>(Method::GET, path, None).await
    }

    /// Deletes.
    pub(crate) async fn delete(&self, path: &str) -> Result<(), ClientError> {
        self.call::<(), ()>(Method::DELETE, path, None).await
    }

    /// Posts.
    pub(crate) async fn send<B: Serialize, T: DeserializeOwned>(&self, path: &str, body: &B) -> Result<T, ClientError> {
        self.call(Method::POST, path, Some(body)).await
    }

    async fn ask<B: Serialize>(
        &self,
        method: Method,
        path: &str,
        body: Option<&B>,
        token: Option<String>,
    ) -> Result<Answer, ClientError> {
        let body = body.map(serde_json::to_vec).transpose();
        let body = body.map_err(|error| ClientError::Network(format!("the request could not be written: {error}")))?;
        let mut headers = HeaderMap::new();
        if let Some(value) = token.and_then(|token| format!("Bearer {token}").parse().ok()) {
            headers.insert(AUTHORIZATION, value);
        }
        if body.is_some() {
            headers.insert(CONTENT_TYPE, reqwest::header::HeaderValue::from_static("application/json"));
        }
        self.raw(method, &format!("/api/v1{path}"), headers, body.unwrap_or_default()).await
    }

    /// Sends exactly this to a path of the server, with no token but what `headers` say.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let url =
            Url::parse(&format!("{}{path}", self.base)).map_err(|error| ClientError::Network(error.to_string()))?;
        let response = self.http.request(method, url).headers(headers).body(body).send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, body: response.bytes().await?.to_vec() })
    }
}

/// Writes a text so that it can stand in a query or a path.
pub(crate) fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    text.bytes().map(|byte| if plain(&byte) { (byte as char).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// A query of the parameters that are there.
pub(crate) fn query(parameters: &[(&str, Option<String>)]) -> String {
    let given = parameters.iter().filter_map(|(name, value)| value.as_ref().map(|value| (name, value)));
    let text: Vec<String> = given.map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    if text.is_empty() { String::new() } else { format!("?{}", text.join("&")) }
}
