//! The web app: files embedded at build time (read from disk in debug builds), compressed ahead of time.

use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use rust_embed::{EmbeddedFile, RustEmbed};
use types::ErrorCode;

use crate::error::Error;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../target/web/dist"]
struct WebApp;

/// What stands for the web app where none was built.
const NOT_BUILT: &str = "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Confab</title></head>\
    <body><h1>Confab</h1><p>The server runs, but its web app was not built. Run <code>cargo xtask serve</code>.</p>\
    <p><a href=\"/api/docs\">The API</a></p></body></html>";

/// Files whose names carry a hash of their content never change.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The file an address names, or the page, which finds its own way from the address.
pub fn page(request: &HttpRequest) -> HttpResponse {
    let name = request.path().trim_start_matches('/');
    let is_copy = name.ends_with(".br") || name.ends_with(".gz");
    match WebApp::get(name).filter(|_| !is_copy && !name.is_empty()) {
        Some(file) if name.starts_with("assets/") => send(request, name, file, FOREVER),
        Some(file) => send(request, name, file, "no-cache"),
        // The page in its place would be no script, and a worker that is no more is to be known as such.
        None if name.starts_with("assets/") || name == "sw.js" => Error::new(ErrorCode::NotFound).error_response(),
        None => match WebApp::get("index.html") {
            Some(file) => send(request, "index.html", file, "no-cache"),
            None => HttpResponse::Ok().content_type("text/html; charset=utf-8").body(NOT_BUILT),
        },
    }
}

fn send(request: &HttpRequest, name: &str, file: EmbeddedFile, cache: &'static str) -> HttpResponse {
    let hash = file.metadata.sha256_hash();
    let tag: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    // A weak comparison, as If-None-Match asks for; the compressed copies carry the same tag.
    let tag = format!("W/\"{tag}\"");
    let mut answer = HttpResponse::Ok();
    answer
        .insert_header((header::CACHE_CONTROL, cache))
        .insert_header((header::ETAG, tag.as_str()))
        .insert_header((header::VARY, "accept-encoding"));
    if known.is_some_and(|known| known == "*" || known.split(',').any(|known| known.trim() == tag)) {
        return answer.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
    }
    answer.content_type(media_type(name));
    let accepted = request.headers().get(header::ACCEPT_ENCODING).and_then(|accepted| accepted.to_str().ok());
    for (encoding, extension) in [("br", "br"), ("gzip", "gz")] {
        if accepts(accepted.unwrap_or_default(), encoding)
            && let Some(copy) = WebApp::get(&format!("{name}.{extension}"))
        {
            answer.insert_header((header::CONTENT_ENCODING, HeaderValue::from_static(encoding)));
            return body(answer, copy);
        }
    }
    body(answer, file)
}

fn body(mut answer: HttpResponseBuilder, file: EmbeddedFile) -> HttpResponse {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => answer.body(bytes),
        std::borrow::Cow::Owned(bytes) => answer.body(bytes),
    }
}

fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|offer| {
        let mut parts = offer.split(';').map(str::trim);
        parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding))
            && !parts.any(|weight| matches!(weight, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, extension)| extension) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_used_if_it_is_accepted() {
        assert!(accepts("gzip, deflate, br", "br") && accepts("GZIP;q=0.5", "gzip"));
        assert!(!accepts("br;q=0, gzip", "br") && !accepts("", "br") && !accepts("brotli", "br"));
    }
}
