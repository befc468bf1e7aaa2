//! What is answered where no route is: a problem under `/api`, the web app everywhere else.

use std::sync::LazyLock;

use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use types::ErrorCode;

use super::{openapi, web_app};
use crate::error::Error;

/// The documented routes: which methods an address has.
static ROUTES: LazyLock<Vec<(Vec<String>, Vec<&'static str>)>> = LazyLock::new(|| {
    let mut routes: Vec<(Vec<String>, Vec<&'static str>)> = openapi::routes()
        .into_iter()
        .map(|(path, methods)| (path.split('/').map(str::to_owned).collect(), methods))
        .collect();
    let plain = ["/api/v1/socket", "/api/v1/openapi.json", "/api/docs", "/health/live", "/health/ready", "/metrics"];
    routes.extend(plain.map(|path| (path.split('/').map(str::to_owned).collect(), vec!["GET"])));
    routes
});

/// Answers a request that no route took.
pub async fn answer(request: HttpRequest) -> HttpResponse {
    let path = request.path();
    let methods = methods(path);
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if let Some(methods) = methods {
        return wrong_method(&methods.join(", "));
    }
    let server = ["api", "health", "metrics"].contains(&path.split('/').nth(1).unwrap_or_default());
    match (server, reads) {
        (true, _) => Error::new(ErrorCode::NotFound).error_response(),
        (false, true) => web_app::page(&request),
        (false, false) => wrong_method("GET, HEAD"),
    }
}

fn wrong_method(methods: &str) -> HttpResponse {
    let mut answer = Error::new(ErrorCode::MethodNotAllowed).error_response();
    if let Ok(methods) = HeaderValue::from_str(methods) {
        answer.headers_mut().insert(ALLOW, methods);
    }
    answer
}

/// The methods of an address, if it is one of ours.
fn methods(path: &str) -> Option<Vec<&'static str>> {
    let segments: Vec<&str> = path.split('/').collect();
    let fits = |pattern: &[String]| {
        pattern.len() == segments.len()
            && pattern
                .iter()
                .zip(&segments)
                .all(|(part, segment)| part == segment || (part.starts_with('{') && !segment.is_empty()))
    };
    // Written out beats a placeholder: /rooms/directory is not /rooms/{id}.
    let found = ROUTES.iter().filter(|(pattern, _)| fits(pattern));
    let plain = |pattern: &[String]| pattern.iter().filter(|part| !part.starts_with('{')).count();
    found.max_by_key(|(pattern, _)| plain(pattern)).map(|(_, methods)| methods.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_knows_its_methods() {
        assert_eq!(methods("/api/v1/auth/sign-in"), Some(vec!["POST"]));
        assert_eq!(methods("/api/v1/me"), Some(vec!["GET", "PATCH"]));
        assert_eq!(methods("/api/v1/users/42"), Some(vec!["GET"]));
        assert_eq!(methods("/api/v1/users/"), None);
        assert_eq!(methods("/"), None);
    }
}
