//! The web app's refresh token: a cookie that no script can read and that other sites can't have sent.
//!
//! It is honoured only with `X-Confab-Client: web`, which a page of another site can't add without being asked first,
//! and only from an origin of ours. Whoever does not send that header gets the token in the body and no cookie.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use types::{ErrorCode, SignedIn};

use super::origin;
use crate::accounts::IDLE_DAYS;
use crate::config::Config;
use crate::error::Error;

const NAME: &str = "confab_refresh";
const PATH: &str = "/api/v1/auth";

/// Whether the web app asks; refused from another site.
pub fn is_web_app(request: &HttpRequest, config: &Config) -> Result<bool, Error> {
    let web = request.headers().get("x-confab-client").is_some_and(|client| client == "web");
    if web && !origin::allowed(request, config) {
        return Err(Error::new(ErrorCode::WrongOrigin));
    }
    Ok(web)
}

/// The cookie's token, if the web app asks.
pub fn read(request: &HttpRequest, web: bool) -> Option<String> {
    let cookie = request.cookie(NAME).filter(|_| web)?;
    Some(cookie.value().to_owned()).filter(|token| !token.is_empty())
}

/// The answer to who signed in; the web app's refresh token goes into the cookie only.
pub fn hand_over(mut answer: HttpResponseBuilder, mut signed_in: SignedIn, web: bool, config: &Config) -> HttpResponse {
    if web {
        let token = std::mem::take(&mut signed_in.refresh_token);
        answer.cookie(bake(token, Duration::days(IDLE_DAYS), config));
    }
    answer.json(signed_in)
}

/// Takes the cookie away.
pub fn cleared(config: &Config) -> Cookie<'static> {
    bake(String::new(), Duration::ZERO, config)
}

fn bake(token: String, life: Duration, config: &Config) -> Cookie<'static> {
    Cookie::build(NAME, token)
        .path(PATH)
        .http_only(true)
        .same_site(SameSite::Strict)
        // Without a public address people come by plain http, where a Secure cookie would never come back.
        .secure(config.is_https())
        .max_age(life)
        .finish()
}
