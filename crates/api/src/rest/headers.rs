//! What every answer says to the browser, whatever it is: 404, 500 and files too.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

/// What the web app's pages may do. No inline script or style: the loader is a hashed file.
pub const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";

/// What the API reference may do: as above, but its vendored page writes style attributes of its own.
pub const REFERENCE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; object-src 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// Nothing a chat needs but the clipboard, notifications' sounds and a full screen.
const PERMISSIONS: &str = "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), \
    magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), serial=(), usb=(), \
    xr-spatial-tracking=(), browsing-topics=(), fullscreen=(self), clipboard-write=(self)";

/// A year, as browsers ask for it.
const HSTS: &str = "max-age=31536000";

/// The header that carries the request's id.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Writes the security headers; a policy the answer brought along stays.
pub fn secure(headers: &mut HeaderMap, https: bool) {
    let policy = HeaderName::from_static("content-security-policy");
    if !headers.contains_key(&policy) {
        headers.insert(policy, HeaderValue::from_static(POLICY));
    }
    let fixed = [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", PERMISSIONS),
        ("x-frame-options", "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    if https {
        headers.insert(HeaderName::from_static("strict-transport-security"), HeaderValue::from_static(HSTS));
    }
}

/// Answers of the API are for the asker alone, now.
pub fn private(headers: &mut HeaderMap) {
    let cache = HeaderName::from_static("cache-control");
    if !headers.contains_key(&cache) {
        headers.insert(cache, HeaderValue::from_static("no-store"));
    }
}
