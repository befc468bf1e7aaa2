//! Which pages may speak to this server with a browser's cookies or sockets: its own.

use actix_web::HttpRequest;
use actix_web::http::header::{HOST, ORIGIN};

use crate::config::Config;

/// Whether the request comes from no page at all, or from one of ours: CONFAB_PUBLIC_URL's origin, or that of the Host.
pub fn allowed(request: &HttpRequest, config: &Config) -> bool {
    let Some(origin) = request.headers().get(ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    // Behind HTTP/2 the host stands in the address.
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).or_else(|| request.uri().host());
    is_ours(origin, host, config.public_url.as_deref())
}

fn is_ours(origin: &str, host: Option<&str>, public_url: Option<&str>) -> bool {
    let origin = origin.to_ascii_lowercase();
    if public_url == Some(origin.as_str()) {
        return true;
    }
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.is_some_and(|authority| host.is_some_and(|host| host.eq_ignore_ascii_case(authority)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_are_let_in() {
        assert!(is_ours("http://localhost:8000", Some("localhost:8000"), None));
        assert!(is_ours("https://chat.example.org", Some("inner:8000"), Some("https://chat.example.org")));
        for strange in ["null", "https://evil.example", "http://localhost:8001", "https://localhost:8000.evil.example"]
        {
            assert!(!is_ours(strange, Some("localhost:8000"), Some("https://chat.example.org")), "{strange}");
        }
        assert!(!is_ours("http://localhost", None, None));
    }
}
