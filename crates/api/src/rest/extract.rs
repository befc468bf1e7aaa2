//! Turns what came in into typed values, and every fault of it into a problem.

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, web};
use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Ready, ready};
use serde::de::DeserializeOwned;
use types::ErrorCode;

use super::address;
use crate::accounts::{self, Caller, Device, Limit};
use crate::app::App;
use crate::bots::scope::needed;
use crate::error::Error;

fn app(request: &HttpRequest) -> Result<&App, Error> {
    let data = request.app_data::<web::Data<App>>();
    data.map(|app| app.get_ref()).ok_or_else(|| Error::internal("the route has no App"))
}

fn malformed(detail: String) -> Error {
    Error::with(ErrorCode::Malformed, detail)
}

/// Whoever sends a good access token, or a bot's token that was made for this. Their requests are counted.
impl FromRequest for Caller {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = app(request).cloned().and_then(|app| Ok((app, bearer(request)?)));
        let needed = needed(request.method().as_str(), &request.match_pattern().unwrap_or_default());
        async move {
            let (app, token) = found?;
            let caller = accounts::caller(&app, &token).await?;
            caller.may(needed)?;
            app.limits.check(Limit::Requests, &caller.user_id.to_string())?;
            Ok(caller)
        }
        .boxed_local()
    }
}

fn bearer(request: &HttpRequest) -> Result<String, Error> {
    let header = request.headers().get(AUTHORIZATION).and_then(|header| header.to_str().ok());
    let (scheme, token) = header.and_then(|text| text.split_once(' ')).unwrap_or_default();
    if !scheme.eq_ignore_ascii_case("bearer") || token.is_empty() {
        return Err(Error::new(ErrorCode::NotSignedIn));
    }
    Ok(token.trim().to_owned())
}

/// Anyone, signed in or not, and where they come from. Their requests are counted by address.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The device and its address.
    pub device: Device,
    /// What its tries are counted under.
    pub key: String,
}

impl FromRequest for Visitor {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(visitor(request))
    }
}

fn visitor(request: &HttpRequest) -> Result<Visitor, Error> {
    let app = app(request)?;
    let address = address::find(request, &app.config);
    let key = address::key(address);
    app.limits.check(Limit::Anonymous, &key)?;
    let name = request.headers().get(USER_AGENT).and_then(|name| name.to_str().ok()).unwrap_or_default();
    Ok(Visitor { device: Device::new(name, address.to_string(), key.clone()), key })
}

/// A JSON body of at most [`super::BODY_MAX_BYTES`].
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Json<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        async move { parse(is_json, &read(bytes).await?).map(Json) }.boxed_local()
    }
}

/// A JSON body, or none: then the default.
#[derive(Debug)]
pub struct Optional<T>(pub T);

impl<T: DeserializeOwned + Default + 'static> FromRequest for Optional<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = is_json(request);
        let bytes = web::Bytes::from_request(request, payload);
        async move {
            let bytes = read(bytes).await?;
            if bytes.is_empty() { Ok(Optional(T::default())) } else { parse(is_json, &bytes).map(Optional) }
        }
        .boxed_local()
    }
}

async fn read(bytes: <web::Bytes as FromRequest>::Future) -> Result<web::Bytes, Error> {
    bytes.await.map_err(|error| match error.as_response_error().status_code().as_u16() {
        413 => Error::new(ErrorCode::TooLarge),
        _ => malformed("The body could not be read.".into()),
    })
}

fn parse<T: DeserializeOwned>(is_json: bool, bytes: &[u8]) -> Result<T, Error> {
    is_json.then_some(()).ok_or_else(|| Error::new(ErrorCode::UnsupportedMediaType))?;
    let text = std::str::from_utf8(bytes).map_err(|_| malformed("The body is not UTF-8.".into()))?;
    if let Some(field) = nul(text) {
        return Err(Error::field(&field, "bad_character", "NUL can't be used anywhere."));
    }
    serde_json::from_str(text).map_err(|error| malformed(format!("The body is not as expected: {error}")))
}

fn is_json(request: &HttpRequest) -> bool {
    let text = request.headers().get(CONTENT_TYPE).and_then(|text| text.to_str().ok()).unwrap_or_default();
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

/// The field that holds a NUL, which Postgres can't store and no text needs. JSON can only write it escaped.
fn nul(text: &str) -> Option<String> {
    fn holds(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(items) => items.iter().any(holds),
            serde_json::Value::Object(fields) => fields.iter().any(|(name, value)| name.contains('\0') || holds(value)),
            _ => false,
        }
    }
    if !text.contains("\\u0000") {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    match &value {
        serde_json::Value::Object(fields) => {
            let field = fields.iter().find(|(name, value)| name.contains('\0') || holds(value))?;
            Some(field.0.replace('\0', ""))
        }
        other => holds(other).then(String::new),
    }
}

/// The parts of the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let parsed = web::Path::<T>::from_request(request, payload).into_inner();
        ready(match parsed {
            Ok(path) => Ok(Path(path.into_inner())),
            Err(_) => Err(malformed("The address holds something that is not an id.".into())),
        })
    }
}

/// What stands behind the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned + 'static> FromRequest for Query<T> {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let text = request.query_string();
        if text.contains("%00") {
            return ready(Err(Error::field("query", "bad_character", "NUL can't be used anywhere.")));
        }
        let parsed = web::Query::<T>::from_query(text);
        ready(
            parsed
                .map(|query| Query(query.into_inner()))
                .map_err(|error| malformed(format!("The query is not as expected: {error}"))),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nul_is_found_and_its_field_named() {
        assert_eq!(nul(r#"{"a":"b","c":["\u0000"]}"#).as_deref(), Some("c"));
        assert_eq!(nul(r#"{"a":"\\u0000"}"#), None);
        assert_eq!(nul(r#"{"a":"b"}"#), None);
    }
}
