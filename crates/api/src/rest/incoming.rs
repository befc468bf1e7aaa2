//! `POST /hooks/{token}`: what is sent in Slack's shape, answered as Slack answers. Outside `/api/v1`: whoever holds the
//! address needs nothing else.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;
use types::ErrorCode;

use super::extract::Visitor;
use crate::app::App;
use crate::bots::incoming;
use crate::bots::slack::Payload;
use crate::error::Error;

/// Longest `Idempotency-Key`, in bytes.
const KEY_MAX: usize = 255;

/// The route of this file.
pub fn configure(config: &mut web::ServiceConfig) {
    config.route("/hooks/{token}", web::post().to(receive));
}

async fn receive(
    _visitor: Visitor,
    request: HttpRequest,
    app: web::Data<App>,
    token: web::Path<String>,
    body: web::Bytes,
) -> Result<HttpResponse, Error> {
    let key = request.headers().get("Idempotency-Key").and_then(|key| key.to_str().ok());
    let Some(payload) = read(&request, &body).filter(|_| key.is_none_or(|key| key.len() <= KEY_MAX)) else {
        return Ok(say(StatusCode::BAD_REQUEST, "invalid_payload"));
    };
    match incoming::post(&app, &token, &payload, key).await {
        Ok(()) => Ok(say(StatusCode::OK, "ok")),
        Err(error) => refusal(error),
    }
}

/// The payload: JSON, or a form with JSON in its field `payload`, whatever the sender says it is.
fn read(request: &HttpRequest, body: &[u8]) -> Option<Payload> {
    #[derive(Deserialize)]
    struct Form {
        payload: String,
    }
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.to_ascii_lowercase().starts_with("application/x-www-form-urlencoded") {
        let form: Option<Form> = std::str::from_utf8(body)
            .ok()
            .and_then(|text| web::Query::<Form>::from_query(text).ok())
            .map(web::Query::into_inner);
        if let Some(form) = form {
            return serde_json::from_str(&form.payload).ok();
        }
    }
    serde_json::from_slice(body).ok()
}

/// A refusal in Slack's words; what may pass is told as everywhere, so that the sender tries again.
fn refusal(error: Error) -> Result<HttpResponse, Error> {
    use ErrorCode as C;
    let (status, words) = match error.code {
        C::NotFound | C::NotAMember => (StatusCode::NOT_FOUND, "no_service"),
        C::RoomArchived => (StatusCode::GONE, "channel_is_archived"),
        C::Invalid => (StatusCode::BAD_REQUEST, "no_text"),
        C::IdTaken => (StatusCode::CONFLICT, "idempotency_key_reused"),
        _ => return Err(error),
    };
    Ok(say(status, words))
}

fn say(status: StatusCode, words: &'static str) -> HttpResponse {
    HttpResponse::build(status).content_type("text/plain; charset=utf-8").body(words)
}
