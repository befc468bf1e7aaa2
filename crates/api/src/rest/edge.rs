//! What surrounds every request: its id, its line in the log, its time limit, and the headers of its answer.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{HttpResponse, ResponseError, web};
use futures_util::FutureExt;
use tracing::Instrument;
use types::ErrorCode;
use uuid::Uuid;

use super::{headers, problem};
use crate::app::App;
use crate::error::Error;

/// Longest time a request may take: more than any statement and hash, less than people wait.
const LIMIT: Duration = Duration::from_secs(30);

tokio::task_local! {
    static REQUEST_ID: Uuid;
}

/// The id of the request being served, for its answer.
pub fn request_id() -> String {
    REQUEST_ID.try_with(|id| id.simple().to_string()).unwrap_or_default()
}

/// An answer made where no request is at hand any more: after a panic, a time-out, or a refusal by a layer below.
#[derive(Debug)]
struct Late {
    error: Error,
    request_id: Uuid,
    https: bool,
}

impl std::fmt::Display for Late {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.error.fmt(f)
    }
}

impl ResponseError for Late {
    fn status_code(&self) -> StatusCode {
        self.error.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let id = self.request_id.simple().to_string();
        let mut answer = problem::render(&self.error, id.clone());
        finish(answer.headers_mut(), &id, self.https);
        headers::private(answer.headers_mut());
        answer
    }
}

fn finish(headers: &mut actix_web::http::header::HeaderMap, id: &str, https: bool) {
    headers::secure(headers, https);
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(headers::REQUEST_ID, id);
    }
}

/// Serves one request.
pub async fn around<B: MessageBody>(
    app: web::Data<App>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let id = Uuid::new_v4();
    let https = app.config.is_https();
    let began = Instant::now();
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let span = tracing::info_span!("request", id = %id.simple(), %method, path = unsecret(&path));
    let work = AssertUnwindSafe(next.call(request)).catch_unwind();
    let served = REQUEST_ID.scope(id, tokio::time::timeout(LIMIT, work)).instrument(span.clone()).await;
    let late = |error: Error| actix_web::Error::from(Late { error, request_id: id, https });
    let mut answer = match served {
        Ok(Ok(Ok(answer))) => answer,
        other => {
            let error = match other {
                Ok(Ok(Err(error))) => refused(&error),
                Ok(Err(panic)) => Error::internal(format!("panicked: {}", words(panic.as_ref()))),
                _ => Error::new(ErrorCode::Timeout),
            };
            span.in_scope(|| tracing::error!(cause = error.cause.as_deref(), "{}", error.code.as_str()));
            app.metrics.request(name(&method), "unfinished", error.code.status(), began.elapsed());
            return Err(late(error));
        }
    };
    finish(answer.headers_mut(), &id.simple().to_string(), https);
    if path.starts_with("/api/") {
        headers::private(answer.headers_mut());
    }
    let route = answer.request().match_pattern().unwrap_or_else(|| "other".into());
    let status = answer.status().as_u16();
    app.metrics.request(name(&method), &route, status, began.elapsed());
    span.in_scope(|| tracing::debug!(status, route, took_ms = began.elapsed().as_millis() as u64, "answered"));
    Ok(answer)
}

/// A path fit for the log: who holds an invite's code or a webhook's secret can use it.
fn unsecret(path: &str) -> String {
    let mut before = "";
    let shown = |part| {
        let secret = matches!(std::mem::replace(&mut before, part), "invite" | "invites" | "hooks");
        if secret { "…" } else { part }
    };
    path.split('/').map(shown).collect::<Vec<_>>().join("/")
}

/// What a layer below the handlers refused.
fn refused(error: &actix_web::Error) -> Error {
    let status = error.as_response_error().status_code();
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Error::new(ErrorCode::TooLarge),
        StatusCode::NOT_FOUND => Error::new(ErrorCode::NotFound),
        status if status.is_client_error() => Error::new(ErrorCode::Malformed),
        _ => Error::internal(error),
    }
}

/// A method as a label: whatever else is sent, there are only so many.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

fn words(panic: &(dyn std::any::Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_after_a_panic_is_a_problem_with_the_headers_of_any() {
        let panic: Box<dyn std::any::Any + Send> = Box::new("a cause that nobody outside may read");
        let error = Error::internal(words(panic.as_ref()));
        let request_id = Uuid::new_v4();
        let answer = Late { error, request_id, https: true }.error_response();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let header = |name: &str| answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(header("content-type").as_deref(), Some(problem::MEDIA_TYPE));
        assert_eq!(header("content-security-policy").as_deref(), Some(headers::POLICY));
        assert_eq!(header("x-request-id"), Some(request_id.simple().to_string()));
        assert!(header("strict-transport-security").is_some());
        let body = answer.into_body().try_into_bytes().unwrap();
        let problem: types::Problem = serde_json::from_slice(&body).unwrap();
        assert_eq!(problem.request_id, request_id.simple().to_string());
        assert!(!problem.detail.contains("cause"), "{}", problem.detail);
    }

    #[test]
    fn the_code_of_an_invite_is_not_logged() {
        assert_eq!(unsecret("/api/v1/invites/s3cret/accept"), "/api/v1/invites/…/accept");
        assert_eq!(unsecret("/invite/s3cret"), "/invite/…");
        assert_eq!(unsecret("/api/v1/rooms/1/invites"), "/api/v1/rooms/1/invites");
        assert_eq!(unsecret("/"), "/");
    }
}
