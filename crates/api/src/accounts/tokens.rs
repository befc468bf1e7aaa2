//! Access tokens: JWTs that live ten minutes and name a person and the session they belong to.
//!
//! A token alone lets nobody in: each request also asks whether its session still stands ([`super::sessions`]).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use types::{ErrorCode, SessionId, UserId};

use super::secret;
use crate::error::Error;

/// Life of an access token, in seconds.
pub const LIFE: i64 = 600;

/// How far the clocks of nodes may stand apart, in seconds.
const LEEWAY: u64 = 5;

/// Who issues tokens and whom they are for: us.
const NAME: &str = "confab";

/// Makes and checks access tokens.
pub struct Tokens {
    refresh_key: [u8; 32],
    encoding: EncodingKey,
    decoding: DecodingKey,
    validation: Validation,
}

/// What a token says; each claim is required.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    exp: i64,
    iat: i64,
    aud: String,
    iss: String,
    sub: UserId,
    sid: SessionId,
}

/// A token that was checked: whose it is. Whether its session stands is another question.
pub(super) struct Checked {
    pub(super) user_id: UserId,
    pub(super) session_id: SessionId,
}

impl Tokens {
    /// Tokens signed by a key derived from the site's secret.
    pub fn new(site_secret: &[u8]) -> Self {
        let key = secret::derive(site_secret, "confab access token v1");
        let mut validation = Validation::new(Algorithm::HS256);
        validation.leeway = LEEWAY;
        validation.set_audience(&[NAME]);
        validation.set_issuer(&[NAME]);
        validation.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        Tokens {
            refresh_key: secret::derive(site_secret, "confab refresh token v1"),
            encoding: EncodingKey::from_secret(&key),
            decoding: DecodingKey::from_secret(&key),
            validation,
        }
    }

    /// The secret that follows `secret` in a session's chain of refresh tokens: whoever asks twice is told the same.
    pub(super) fn successor(&self, session_id: SessionId, secret: &str) -> String {
        URL_SAFE_NO_PAD.encode(secret::derive(&self.refresh_key, &format!("{session_id} {secret}")))
    }

    /// A token for a session that was just checked.
    pub(super) fn issue(&self, user_id: UserId, session_id: SessionId) -> Result<String, Error> {
        self.issue_at(user_id, session_id, Utc::now())
    }

    fn issue_at(&self, user_id: UserId, session_id: SessionId, now: DateTime<Utc>) -> Result<String, Error> {
        let iat = now.timestamp();
        let claims = Claims { exp: iat + LIFE, iat, aud: NAME.into(), iss: NAME.into(), sub: user_id, sid: session_id };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Error::internal)
    }

    /// Reads a token that is ours and has not run out.
    pub(super) fn check(&self, token: &str) -> Result<Checked, Error> {
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &self.validation)
            .map_err(|error| match error.kind() {
                ErrorKind::ExpiredSignature => Error::new(ErrorCode::TokenExpired),
                _ => Error::new(ErrorCode::NotSignedIn),
            })?
            .claims;
        Ok(Checked { user_id: claims.sub, session_id: claims.sid })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn ids() -> (UserId, SessionId) {
        (UserId(Uuid::now_v7()), SessionId(Uuid::now_v7()))
    }

    #[test]
    fn a_token_names_its_person_and_session() {
        let (user_id, session_id) = ids();
        let tokens = Tokens::new(b"secret");
        let checked = tokens.check(&tokens.issue(user_id, session_id).unwrap()).ok().unwrap();
        assert_eq!((checked.user_id, checked.session_id), (user_id, session_id));
    }

    #[test]
    fn a_token_runs_out_and_another_secret_makes_another_token() {
        let (user_id, session_id) = ids();
        let tokens = Tokens::new(b"secret");
        let old = tokens.issue_at(user_id, session_id, Utc::now() - chrono::TimeDelta::seconds(LIFE + 6)).unwrap();
        assert_eq!(tokens.check(&old).err().unwrap().code, ErrorCode::TokenExpired);
        let other = Tokens::new(b"other").issue(user_id, session_id).unwrap();
        assert_eq!(tokens.check(&other).err().unwrap().code, ErrorCode::NotSignedIn);
    }

    #[test]
    fn other_algorithms_and_missing_claims_are_refused() {
        let (user_id, session_id) = ids();
        let tokens = Tokens::new(b"secret");
        let good = tokens.issue(user_id, session_id).unwrap();
        let body = good.split('.').nth(1).unwrap();
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
        for bad in [none.as_str(), "", "a.b.c", body] {
            assert_eq!(tokens.check(bad).err().unwrap().code, ErrorCode::NotSignedIn, "{bad}");
        }
        let stronger = jsonwebtoken::encode(
            &Header::new(Algorithm::HS512),
            &serde_json::json!({ "exp": Utc::now().timestamp() + 60 }),
            &tokens.encoding,
        );
        assert!(tokens.check(&stronger.unwrap()).is_err());
        let now = Utc::now().timestamp();
        let full = serde_json::json!(
            { "exp": now + 60, "iat": now, "aud": NAME, "iss": NAME, "sub": user_id, "sid": session_id });
        for claim in ["exp", "iat", "aud", "iss", "sub", "sid"] {
            let mut less = full.clone();
            less.as_object_mut().unwrap().remove(claim);
            let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &less, &tokens.encoding).unwrap();
            assert!(tokens.check(&token).is_err(), "{claim}");
        }
    }
}
