//! How [`Error`] is rendered: RFC 9457 `application/problem+json`, with the request's id.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use types::{ErrorCode, Problem};

use super::edge;
use crate::error::Error;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        log(self);
        render(self, edge::request_id())
    }
}

/// A fault is logged once, with its cause and under the id the asker is told.
fn log(error: &Error) {
    let code = error.code.as_str();
    let cause = error.cause.as_deref();
    match error.code {
        ErrorCode::Internal | ErrorCode::StorageFull => tracing::error!(code, cause, "a request failed"),
        ErrorCode::Unavailable | ErrorCode::Timeout => tracing::warn!(code, cause, "a request could not be served"),
        _ => tracing::debug!(code, cause, detail = %error.detail, "a request was refused"),
    }
}

/// The answer, under the given request id.
pub fn render(error: &Error, request_id: String) -> HttpResponse {
    let status = error.status_code();
    let problem = Problem {
        kind: "about:blank".into(),
        title: status.canonical_reason().unwrap_or("Error").into(),
        status: status.as_u16(),
        code: error.code,
        detail: error.detail.clone().into_owned(),
        request_id,
        errors: error.fields.clone(),
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = error.retry_after {
        answer.insert_header((RETRY_AFTER, seconds));
        if error.code == ErrorCode::RateLimited {
            answer.insert_header(("ratelimit", format!("\"default\";r=0;t={seconds}")));
        }
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        answer.insert_header((RETRY_AFTER, 1));
    }
    if status == StatusCode::UNAUTHORIZED {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    let mut answer = answer.json(problem);
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    answer
}
