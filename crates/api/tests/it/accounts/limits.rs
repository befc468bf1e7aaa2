//! How often things may be tried, and that those who wait may try again.

use api::accounts::Rate;
use client::{ClientError, Resume, Socket};
use types::ErrorCode;
use types::socket::CloseCode;

use super::send;
use crate::support::{PASSWORD, Refused, Town, registration};

fn limited(config: &mut api::Config) {
    config.rate_limits = true;
    config.limit_sign_in_account = Rate::new(3, 600);
    config.limit_sign_in_address = Rate::new(8, 600);
    config.limit_register_address = Rate::new(3, 600);
    config.limit_requests = Rate::new(5, 600);
}

#[tokio::test]
async fn guessing_at_one_account_is_stopped_and_the_others_go_on() {
    let town = Town::found_with("limit_account", Default::default(), limited).await;
    let ada = town.person("ada").await;
    town.person("mina").await;
    for login in ["ada", "ADA", "ada@example.org"] {
        town.stranger().sign_in(login, "a wrong guess").await.map(drop).refused(ErrorCode::WrongCredentials);
    }
    // By name or by address, it is one account; even the right password waits now.
    let body = serde_json::json!({ "login": "Ada@example.org", "password": PASSWORD });
    let answer = send(&town.stranger(), "/auth/sign-in", &[], &body).await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=200).contains(&wait), "{wait}");
    assert_eq!(answer.header("ratelimit"), Some(format!("\"default\";r=0;t={wait}").as_str()));
    answer.json::<()>().refused(ErrorCode::RateLimited);
    ada.change_password(PASSWORD, "another quiet evening").await.refused(ErrorCode::RateLimited);
    town.stranger().sign_in("mina", PASSWORD).await.unwrap();
    // Unknown accounts are counted as known ones are.
    for _ in 0..3 {
        town.stranger().sign_in("nobody", "a guess").await.map(drop).refused(ErrorCode::WrongCredentials);
    }
    town.stranger().sign_in("nobody", "a guess").await.map(drop).refused(ErrorCode::RateLimited);
    // Nine tries came from this address by now.
    town.stranger().sign_in("mina", PASSWORD).await.map(drop).refused(ErrorCode::RateLimited);
}

#[tokio::test]
async fn accounts_and_requests_are_counted_unless_the_operator_says_otherwise() {
    let town = Town::found_with("limit_requests", Default::default(), limited).await;
    let ada = town.person("ada").await;
    let mina = town.person("mina").await;
    town.person("david").await;
    town.stranger().register(&registration("otto")).await.map(drop).refused(ErrorCode::RateLimited);
    for _ in 0..5 {
        ada.me().await.unwrap();
    }
    ada.me().await.map(drop).refused(ErrorCode::RateLimited);
    mina.me().await.unwrap();

    let free = Town::found_with("limits_off", Default::default(), |config| {
        limited(config);
        config.rate_limits = false;
    })
    .await;
    let ada = free.person("ada").await;
    for _ in 0..10 {
        ada.me().await.unwrap();
        let guess: Result<_, ClientError> = free.stranger().sign_in("ada", "a wrong guess").await;
        guess.map(drop).refused(ErrorCode::WrongCredentials);
    }
}

#[tokio::test]
async fn an_address_is_believed_from_trusted_proxies_only() {
    let body = serde_json::json!({ "login": "nobody", "password": "a wrong guess" });
    for (trusted, code) in [(true, ErrorCode::WrongCredentials), (false, ErrorCode::RateLimited)] {
        let choose = |config: &mut api::Config| {
            limited(config);
            config.limit_sign_in_account = Rate::new(100, 1);
            config.limit_sign_in_address = Rate::new(1, 600);
            config.trusted_proxies = if trusted { vec!["127.0.0.1".parse().unwrap()] } else { vec![] };
        };
        let town = Town::found_with("forwarded", Default::default(), choose).await;
        let client = town.stranger();
        send(&client, "/auth/sign-in", &[("x-forwarded-for", "192.0.2.1")], &body).await;
        let other = send(&client, "/auth/sign-in", &[("x-forwarded-for", "192.0.2.2")], &body).await;
        other.json::<()>().refused(code);
    }
}

#[tokio::test]
async fn sockets_are_counted_by_person_and_by_address() {
    let town = Town::found_with("limit_sockets", Default::default(), |config| {
        config.rate_limits = true;
        config.limit_sockets = Rate::new(2, 600);
        config.limit_sockets_address = Rate::new(4, 600);
    })
    .await;
    let (ada, mina) = (town.person("ada").await, town.person("mina").await);
    let (_one, _two) = (ada.listen(&[]).await, ada.listen(&[]).await);
    let mut third = Socket::open(&ada.client, &Resume::default()).await.unwrap();
    assert!(third.closed().await.unwrap().is(CloseCode::Flood));
    let _minas = mina.listen(&[]).await;
    Socket::connect(&town.node.url).await.map(drop).refused(ErrorCode::RateLimited);
}
