//! Access tokens that are not ours, not any more, or not for this.

use api::accounts::secret;
use chrono::Utc;
use client::{Answer, Method};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use types::ErrorCode;

use crate::support::{Person, Refused, Town};

const SECRET: &str = "a secret that every node of this town knows";

fn key() -> EncodingKey {
    EncodingKey::from_secret(&secret::derive(SECRET.as_bytes(), "confab access token v1"))
}

fn signed(claims: &Value, algorithm: Algorithm, key: &EncodingKey) -> String {
    jsonwebtoken::encode(&Header::new(algorithm), claims, key).unwrap()
}

async fn asked_with(ada: &Person, authorization: &str) -> Answer {
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("authorization", authorization.parse().unwrap());
    ada.raw(Method::GET, "/api/v1/me", headers, vec![]).await.unwrap()
}

#[tokio::test]
async fn only_a_whole_token_of_ours_for_a_session_that_stands_lets_in() {
    let choose = |config: &mut api::Config| config.secret = Some(SECRET.into());
    let town = Town::found_with("forged_tokens", Default::default(), choose).await;
    let ada = town.person("ada").await;
    let mina = town.person("mina").await;
    let me = ada.me().await.unwrap();
    let now = Utc::now().timestamp();
    let good = json!({ "exp": now + 60, "iat": now, "aud": "confab", "iss": "confab",
        "sub": me.user.id, "sid": me.session_id });
    let bearer = |token: &str| format!("Bearer {token}");
    let ours = signed(&good, Algorithm::HS256, &key());
    assert_eq!(asked_with(&ada, &bearer(&ours)).await.status, 200, "the test's own tokens are as the server's");

    let with = |name: &str, value: Value| {
        let mut claims = good.clone();
        claims[name] = value;
        signed(&claims, Algorithm::HS256, &key())
    };
    let expired = with("exp", json!(now - 10));
    asked_with(&ada, &bearer(&expired)).await.json::<()>().refused(ErrorCode::TokenExpired);
    // Somebody's token for another's session, and for a session that never was.
    for stranger in [with("sub", json!(mina.id())), with("sid", json!(uuid::Uuid::now_v7()))] {
        asked_with(&ada, &bearer(&stranger)).await.json::<()>().refused(ErrorCode::SessionEnded);
    }

    let (head, rest) = ours.split_once('.').unwrap();
    let (body, signature) = rest.split_once('.').unwrap();
    let other = EncodingKey::from_secret(b"another secret of the right length");
    let without = |name: &str| {
        let mut claims = good.clone();
        claims.as_object_mut().unwrap().remove(name);
        signed(&claims, Algorithm::HS256, &key())
    };
    let mut bad = vec![
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}."),
        format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}"),
        signed(&good, Algorithm::HS256, &other),
        signed(&good, Algorithm::HS512, &key()),
        signed(&good, Algorithm::HS256, &EncodingKey::from_secret(SECRET.as_bytes())),
        with("aud", json!("another")),
        with("iss", json!("another")),
        "x".repeat(10_000),
        ada.refresh_token().unwrap(),
    ];
    bad.extend(["exp", "iat", "aud", "iss", "sub", "sid"].map(without));
    for token in bad {
        let answer = asked_with(&ada, &bearer(&token)).await;
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{token}");
        answer.json::<()>().refused(ErrorCode::NotSignedIn);
    }
    for header in ["Bearer", "Bearer ", "Basic YWRhOng=", &ours] {
        asked_with(&ada, header).await.json::<()>().refused(ErrorCode::NotSignedIn);
    }
    let in_the_address = format!("/api/v1/me?access_token={ours}");
    let answer = ada.raw(Method::GET, &in_the_address, Default::default(), vec![]).await.unwrap();
    answer.json::<()>().refused(ErrorCode::NotSignedIn);
}
