//! The turning of refresh tokens: nobody is harmed by a lost answer or a second tab, and a copy ends the session.

use types::ErrorCode;
use types::socket::CloseCode;

use super::turn;
use crate::support::{Refused, Town};

#[tokio::test]
async fn a_refresh_gives_new_tokens_for_the_same_session() {
    let town = Town::found("refresh").await;
    let ada = town.person("ada").await;
    let session = ada.me().await.unwrap().session_id;
    let first = ada.refresh_token().unwrap();
    ada.refresh().await.unwrap();
    assert_ne!(ada.refresh_token().unwrap(), first);
    assert_eq!(ada.me().await.unwrap().session_id, session);
    assert_eq!(ada.sessions().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_or_a_second_tab_harms_nobody() {
    let town = Town::found("refresh_twice").await;
    let ada = town.person("ada").await;
    let first = ada.refresh_token().unwrap();
    // Three tabs ask at once with the token all three hold: each is given the same successor.
    let (one, two, three) = tokio::join!(turn(&ada, &first), turn(&ada, &first), turn(&ada, &first));
    let successor = one.unwrap().refresh_token;
    assert_eq!(two.unwrap().refresh_token, successor);
    assert_eq!(three.unwrap().refresh_token, successor);
    // The answer to this one was lost, so it is asked again.
    let lost = turn(&ada, &successor).await.unwrap();
    let again = turn(&ada, &successor).await.unwrap();
    assert_eq!(lost.refresh_token, again.refresh_token);
    turn(&ada, &again.refresh_token).await.unwrap();
    ada.me().await.unwrap();
}

#[tokio::test]
async fn a_token_used_after_its_successor_ends_the_session_and_its_socket() {
    let town = Town::found("refresh_copied").await;
    let ada = town.person("ada").await;
    let other = ada.second_device().await;
    let mut socket = ada.listen(&[]).await;
    let first = ada.refresh_token().unwrap();
    let second = turn(&ada, &first).await.unwrap().refresh_token;
    let third = turn(&ada, &second).await.unwrap().refresh_token;
    turn(&ada, &first).await.map(drop).refused(ErrorCode::SessionEnded);
    assert!(socket.closed().await.unwrap().is(CloseCode::SessionEnded));
    for token in [second, third] {
        turn(&ada, &token).await.map(drop).refused(ErrorCode::SessionEnded);
    }
    ada.me().await.map(drop).refused(ErrorCode::SessionEnded);
    other.me().await.unwrap();
}

#[tokio::test]
async fn what_never_was_a_token_of_ours_is_refused_and_ends_nothing() {
    let town = Town::found("refresh_rubbish").await;
    let ada = town.person("ada").await;
    let token = ada.refresh_token().unwrap();
    let (session, secret) = token.split_once('.').unwrap();
    let strange = uuid::Uuid::now_v7().simple().to_string();
    let long = "x".repeat(10_000);
    for rubbish in ["x", ".", session, secret, &long, &format!("{strange}.{secret}"), "a\u{e9}.b"] {
        turn(&ada, rubbish).await.map(drop).refused(ErrorCode::NotSignedIn);
    }
    turn(&ada, &token).await.unwrap();
}

#[tokio::test]
async fn a_session_nobody_used_for_long_is_over() {
    let town = Town::found("refresh_idle").await;
    let ada = town.person("ada").await;
    town.execute("UPDATE sessions SET expires_at = now() - interval '1 second'").await;
    turn(&ada, &ada.refresh_token().unwrap()).await.map(drop).refused(ErrorCode::SessionEnded);
}
