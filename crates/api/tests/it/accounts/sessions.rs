//! Sessions: what ends one ends its requests and its sockets, on every node.

use types::ErrorCode;
use types::socket::CloseCode;

use super::turn;
use crate::support::{PASSWORD, Refused, Town};

#[tokio::test]
async fn one_sees_ones_devices_and_ends_one_of_them_at_once() {
    let town = Town::found("end_session").await;
    let ada = town.person("ada").await;
    let phone = ada.second_device().await;
    let sessions = ada.sessions().await.unwrap().items;
    assert_eq!(sessions.iter().filter(|session| session.current).count(), 1);
    let phones = sessions.iter().find(|session| !session.current).unwrap();
    assert_eq!((phones.device.as_str(), phones.address.as_str()), ("confab-client", "127.0.0.1"));
    let mut socket = phone.listen(&[]).await;
    ada.end_session(phones.id).await.unwrap();
    assert!(socket.closed().await.unwrap().is(CloseCode::SessionEnded));
    phone.me().await.map(drop).refused(ErrorCode::SessionEnded);
    turn(&phone, &phone.refresh_token().unwrap()).await.map(drop).refused(ErrorCode::SessionEnded);
    ada.end_session(phones.id).await.refused(ErrorCode::NotFound);
    assert_eq!(ada.sessions().await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn nobody_ends_anothers_session() {
    let town = Town::found("anothers_session").await;
    let (ada, mina, _) = town.three().await;
    let session = mina.me().await.unwrap().session_id;
    ada.end_session(session).await.refused(ErrorCode::NotFound);
    mina.me().await.unwrap();
}

#[tokio::test]
async fn a_session_ended_on_one_node_is_cut_off_on_the_other() {
    let town = Town::found("end_session_elsewhere").await;
    let there = town.second_node().await;
    let ada = town.person("ada").await;
    let phone = ada.second_device().await.at_node(&there);
    let mut socket = phone.listen(&[]).await;
    let session = phone.me().await.unwrap().session_id;
    ada.end_session(session).await.unwrap();
    // No event crosses: the other node asks the database again within five seconds.
    assert!(socket.closed().await.unwrap().is(CloseCode::SessionEnded));
    phone.me().await.map(drop).refused(ErrorCode::SessionEnded);
}

#[tokio::test]
async fn signing_out_ends_this_session_alone() {
    let town = Town::found("sign_out").await;
    let ada = town.person("ada").await;
    let phone = ada.second_device().await;
    let refresh = phone.refresh_token().unwrap();
    phone.sign_out().await.unwrap();
    turn(&phone, &refresh).await.map(drop).refused(ErrorCode::SessionEnded);
    ada.me().await.unwrap();
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions_and_opens_the_next() {
    let town = Town::found("change_password").await;
    let ada = town.person("ada").await;
    let phone = ada.second_device().await;
    let (mut here, mut there) = (ada.listen(&[]).await, phone.listen(&[]).await);
    ada.change_password("not her password", "another quiet evening").await.refused(ErrorCode::WrongPassword);
    ada.change_password(PASSWORD, "Password1").await.invalid("new", "common");
    phone.me().await.unwrap();
    ada.change_password(PASSWORD, "another quiet evening").await.unwrap();
    assert!(there.closed().await.unwrap().is(CloseCode::SessionEnded));
    phone.me().await.map(drop).refused(ErrorCode::SessionEnded);
    turn(&phone, &phone.refresh_token().unwrap()).await.map(drop).refused(ErrorCode::SessionEnded);
    town.stranger().sign_in("ada", PASSWORD).await.map(drop).refused(ErrorCode::WrongCredentials);
    town.stranger().sign_in("ada", "another quiet evening").await.unwrap();
    // The device that changed it goes on.
    let room = ada.my_rooms().await.unwrap().items.remove(0).room.id;
    let watch = types::socket::ClientFrame::Watch { reference: Some("1".into()), room_id: room, rev: 0 };
    here.send(&watch).await.unwrap();
    here.expect("an answer", |frame| matches!(frame, types::socket::ServerFrame::Ok { .. }).then_some(()))
        .await
        .unwrap();
}

#[tokio::test]
async fn sessions_are_deleted_a_week_after_they_ran_out_and_no_sooner() {
    let town = Town::found("old_sessions").await;
    let ada = town.person("ada").await;
    for days in [6, 8] {
        ada.second_device().await;
        town.execute(&format!(
            "UPDATE sessions SET expires_at = now() - interval '{days} days' \
             WHERE id = (SELECT id FROM sessions WHERE expires_at > now() ORDER BY created_at DESC LIMIT 1)"
        ))
        .await;
    }
    assert_eq!(api::accounts::sessions::delete_old(&town.node.app).await.unwrap(), 1);
    assert_eq!(api::accounts::sessions::delete_old(&town.node.app).await.unwrap(), 0);
    ada.me().await.unwrap();
}
