//! One request: fetch, token, time limit, and what came back as a value or a [`Failure`].

use futures_util::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use types::{ErrorCode, FieldError, Problem};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestCredentials, RequestInit, Response};

use crate::session;

/// A request that says nothing for this long has failed; the server's own limit is shorter.
const TIME_LIMIT_MS: u32 = 20_000;

/// Why a call did not do what it was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The server refused, and said why; boxed, so that every answer that may be one stays small.
    Problem(Box<Problem>),
    /// The server could not be reached.
    Network,
    /// Something answered that does not speak our language (a proxy, another version).
    Unreadable,
}

impl Failure {
    /// The stable code, if the server said one.
    pub fn code(&self) -> Option<ErrorCode> {
        if let Self::Problem(problem) = self { Some(problem.code) } else { None }
    }

    /// The fault of one field.
    pub fn field(&self, name: &str) -> Option<&FieldError> {
        self.fields().iter().find(|fault| fault.field == name)
    }

    /// The faults of all fields.
    pub fn fields(&self) -> &[FieldError] {
        if let Self::Problem(problem) = self { &problem.errors } else { &[] }
    }

    /// Whether it says that nobody is signed in here any more.
    pub fn ends_session(&self) -> bool {
        matches!(self.code(), Some(ErrorCode::NotSignedIn | ErrorCode::SessionEnded | ErrorCode::TokenExpired))
    }

    /// Whether the same request may do better a little later.
    pub fn passes(&self) -> bool {
        match self {
            Self::Problem(problem) => problem.status == 429 || problem.status >= 500,
            Self::Network => true,
            Self::Unreadable => false,
        }
    }
}

/// The methods of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    /// Reads.
    Get,
    /// Makes.
    Post,
    /// Sets.
    Put,
    /// Changes some fields.
    Patch,
    /// Takes away.
    Delete,
}

impl Method {
    fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// An answer on its way: all of one size, so that what waits for it is small.
pub type Answer<T> = LocalBoxFuture<'static, Result<T, Failure>>;

/// Sends one request without a token: what anyone may ask.
pub(super) fn open<T: DeserializeOwned>(method: Method, path: &str, body: Option<String>) -> Answer<T> {
    let path = path.to_owned();
    let answer: Answer<String> = Box::pin(async move { fetch(method, &path, body, None).await });
    Box::pin(async move { parse(&answer.await?) })
}

/// Sends one request as the person signed in and reads its answer.
pub(super) fn call<T: DeserializeOwned>(method: Method, path: &str, body: Option<String>) -> Answer<T> {
    let answer = send(method, path, body);
    Box::pin(async move { parse(&answer.await?) })
}

/// Sends one request as the person signed in; an answer without content is fine.
pub(super) fn tell(method: Method, path: &str, body: Option<String>) -> Answer<()> {
    let answer = send(method, path, body);
    Box::pin(async move { answer.await.map(drop) })
}

/// Sends one request as the person signed in and gives the text of the answer.
fn send(method: Method, path: &str, body: Option<String>) -> Answer<String> {
    let path = path.to_owned();
    Box::pin(async move { as_me(method, &path, body).await })
}

/// Refreshes and repeats once when the token had run out.
async fn as_me(method: Method, path: &str, body: Option<String>) -> Result<String, Failure> {
    let token = session::access_token().await?;
    let answer = fetch(method, path, body.clone(), Some(&token)).await;
    match answer {
        Err(failure) if failure.code() == Some(ErrorCode::TokenExpired) => {
            let token = session::refresh_after(&token).await?;
            fetch(method, path, body, Some(&token)).await
        }
        Err(failure) => {
            if matches!(failure.code(), Some(ErrorCode::SessionEnded | ErrorCode::NotSignedIn)) {
                session::forget();
            }
            Err(failure)
        }
        done => done,
    }
}

/// A body as it goes over the wire.
pub(super) fn json<T: Serialize>(value: &T) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// One value of a query or path, escaped.
pub(super) fn escape(text: &str) -> String {
    String::from(js_sys::encode_uri_component(text))
}

/// `?a=b&c=d` of the parameters that are set.
pub(super) fn query(parameters: &[(&str, Option<String>)]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if let Some(value) = value {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&escape(value));
        }
    }
    text
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    types::from_text(text).map_err(|_| Failure::Unreadable)
}

/// The request itself, below sessions.
async fn fetch(method: Method, path: &str, body: Option<String>, token: Option<&str>) -> Result<String, Failure> {
    let response = reach(method, path, body, token).await.map_err(|_| Failure::Network)?;
    let text = match response.text() {
        Ok(promise) => JsFuture::from(promise).await.map_err(|_| Failure::Network)?,
        Err(_) => return Err(Failure::Network),
    };
    let text = text.as_string().unwrap_or_default();
    if response.ok() {
        return Ok(text);
    }
    Err(types::from_text(&text).map_or(Failure::Unreadable, |problem| Failure::Problem(Box::new(problem))))
}

async fn reach(method: Method, path: &str, body: Option<String>, token: Option<&str>) -> Result<Response, JsValue> {
    let headers = Headers::new()?;
    headers.set("Accept", "application/json")?;
    headers.set("X-Confab-Client", "web")?;
    if let Some(token) = token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    let init = RequestInit::new();
    init.set_method(method.name());
    init.set_credentials(RequestCredentials::SameOrigin);
    init.set_signal(Some(&AbortSignal::timeout_with_u32(TIME_LIMIT_MS)));
    if let Some(body) = body {
        headers.set("Content-Type", "application/json")?;
        init.set_body(&JsValue::from_str(&body));
    }
    init.set_headers(&headers);
    let url = format!("/api/v1{path}");
    let answer = JsFuture::from(leptos::prelude::window().fetch_with_str_and_init(&url, &init)).await?;
    answer.dyn_into()
}
