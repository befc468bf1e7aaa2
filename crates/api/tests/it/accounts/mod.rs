//! Accounts: making them, signing in, sessions and their tokens, one's own profile.

mod limits;
mod profile;
mod refresh;
mod register;
mod sessions;
mod sign_in;
mod tokens;

use client::{Answer, Client, Method};
use serde::Serialize;
use types::SignedIn;

/// Sends JSON with these headers, to see the answer as it came.
async fn send(client: &Client, path: &str, headers: &[(&'static str, &str)], body: &impl Serialize) -> Answer {
    let mut all = reqwest::header::HeaderMap::new();
    all.insert("content-type", "application/json".parse().unwrap());
    for (name, value) in headers {
        all.insert(*name, value.parse().unwrap());
    }
    client.raw(Method::POST, &format!("/api/v1{path}"), all, serde_json::to_vec(body).unwrap()).await.unwrap()
}

/// Turns this refresh token, on a device that holds no other.
async fn turn(client: &Client, token: &str) -> Result<SignedIn, client::ClientError> {
    let body = types::Refresh { refresh_token: Some(token.into()) };
    send(&client.anonymous(), "/auth/refresh", &[], &body).await.json()
}
