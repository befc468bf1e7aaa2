//! Signing in: by either name, without telling strangers who has an account.

use types::ErrorCode;

use super::send;
use crate::support::{PASSWORD, Refused, Town, registration};

#[tokio::test]
async fn one_signs_in_by_username_or_address_in_any_case() {
    let town = Town::found("sign_in").await;
    let ada = town.person("ada").await;
    for login in ["ada", "ADA", " ada@example.org ", "Ada@Example.org"] {
        let signed_in = town.stranger().sign_in(login, PASSWORD).await.unwrap();
        assert_eq!(signed_in.user.id, ada.id(), "{login}");
        assert_eq!(signed_in.expires_in, 600);
    }
    assert_eq!(ada.sessions().await.unwrap().items.len(), 5);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_account_hear_the_same() {
    let town = Town::found("wrong_password").await;
    town.person("ada").await;
    let long = "x".repeat(10_000);
    for (login, password) in
        [("ada", "not her password"), ("nobody", PASSWORD), ("", ""), ("ada", ""), (long.as_str(), long.as_str())]
    {
        town.stranger().sign_in(login, password).await.map(drop).refused(ErrorCode::WrongCredentials);
    }
    let body = |login: &str| serde_json::json!({ "login": login, "password": "not the password" });
    let client = town.stranger();
    let known = send(&client, "/auth/sign-in", &[], &body("ada")).await;
    let unknown = send(&client, "/auth/sign-in", &[], &body("nobody")).await;
    let text = |answer: &client::Answer| {
        let mut problem: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        problem.as_object_mut().unwrap().remove("request_id");
        problem.to_string()
    };
    assert_eq!(text(&known), text(&unknown));
}

#[tokio::test]
async fn a_nul_in_a_sign_in_is_refused_and_not_a_fault() {
    let town = Town::found("sign_in_nul").await;
    town.stranger().sign_in("ada\0", PASSWORD).await.map(drop).invalid("login", "bad_character");
    town.stranger().sign_in("ada", "\0").await.map(drop).invalid("password", "bad_character");
}

#[tokio::test]
async fn a_weaker_hash_is_replaced_when_its_owner_next_signs_in() {
    use argon2::password_hash::PasswordHasher;
    use argon2::{Algorithm, Argon2, Params, Version};
    let town = Town::found("rehash").await;
    town.person("ada").await;
    let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8192, 1, 1, None).unwrap());
    let weak = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
    town.execute(&format!("UPDATE users SET password_hash = '{weak}'")).await;
    town.stranger().sign_in("ada", PASSWORD).await.unwrap();
    // Only the hash of today's strength is left; it opens the account as before.
    town.execute(
        "DO $$ BEGIN ASSERT (SELECT password_hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%' FROM users); END $$",
    )
    .await;
    town.stranger().sign_in("ada", PASSWORD).await.unwrap();
}

#[tokio::test]
async fn the_web_app_gets_its_refresh_token_as_a_cookie_only() {
    let town = Town::found("cookie").await;
    town.person("ada").await;
    let client = town.stranger();
    let body = serde_json::json!({ "login": "ada", "password": PASSWORD });
    let answer = send(&client, "/auth/sign-in", &[("x-confab-client", "web")], &body).await;
    let signed_in: types::SignedIn = answer.json().unwrap();
    assert_eq!(signed_in.refresh_token, "");
    let cookie = answer.header("set-cookie").unwrap().to_owned();
    for part in ["confab_refresh=", "HttpOnly", "SameSite=Strict", "Path=/api/v1/auth", "Max-Age=5184000"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Secure"), "this server is reached by plain http: {cookie}");
    let pair = cookie.split(';').next().unwrap();
    // The cookie alone is worth nothing, nor from another site's page.
    let nothing = serde_json::json!({});
    let bare = send(&client, "/auth/refresh", &[("cookie", pair)], &nothing).await;
    bare.json::<()>().refused(ErrorCode::NotSignedIn);
    let web = ("x-confab-client", "web");
    let strange = [("cookie", pair), web, ("origin", "https://evil.example")];
    send(&client, "/auth/refresh", &strange, &nothing).await.json::<()>().refused(ErrorCode::WrongOrigin);
    let own = [("cookie", pair), web, ("origin", town.node.url.as_str())];
    let refreshed = send(&client, "/auth/refresh", &own, &nothing).await;
    let signed_in: types::SignedIn = refreshed.json().unwrap();
    let cookie = refreshed.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
    // Signing out needs no good access token, and takes the cookie away.
    let out = send(&client, "/auth/sign-out", &[("cookie", &cookie), web], &nothing).await;
    assert_eq!(out.status, 204);
    assert!(out.header("set-cookie").unwrap().contains("Max-Age=0"));
    send(&client, "/auth/refresh", &[("cookie", &cookie), web], &nothing)
        .await
        .json::<()>()
        .refused(ErrorCode::SessionEnded);
    client.adopt(&signed_in);
    client.me().await.map(drop).refused(ErrorCode::SessionEnded);
}

#[tokio::test]
async fn behind_https_the_cookie_is_secure_and_the_browser_is_told_to_insist() {
    let choose = |config: &mut api::Config| config.public_url = Some("https://chat.example.org".into());
    let town = Town::found_with("secure_cookie", Default::default(), choose).await;
    let code = town.node.app.setup_code.clone();
    let request = types::Register { setup_code: code, ..registration("ada") };
    let headers = [("x-confab-client", "web"), ("origin", "https://chat.example.org")];
    let answer = send(&town.stranger(), "/auth/register", &headers, &request).await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("location").unwrap().starts_with("/api/v1/users/"));
    assert!(answer.header("set-cookie").unwrap().contains("Secure"));
    assert!(answer.header("strict-transport-security").is_some());
}
