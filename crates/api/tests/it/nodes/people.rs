//! Who types and who is here, told between nodes.

use client::Socket;
use types::socket::{ClientFrame, ServerFrame};
use types::{PresenceStatus, UserId};

use super::joined::subscribed;
use super::{Pair, TOLD_ONLY};

async fn status(socket: &mut Socket, of: UserId, wanted: PresenceStatus) {
    let pick = |frame| match frame {
        ServerFrame::Presence { items } => items.into_iter().find(|item| item.user_id == of && item.status == wanted),
        _ => None,
    };
    socket.expect(&format!("{wanted:?}"), pick).await.unwrap();
}

#[tokio::test]
async fn who_types_on_one_node_is_seen_on_the_other() {
    let pair = Pair::found("joined_typing", TOLD_ONLY, |_| {}).await;
    let (room_id, mina) = (pair.room, pair.mina.id());
    let (mut minas, mut davids) = (pair.mina.listen(&[room_id]).await, pair.david.listen(&[room_id]).await);
    subscribed(&pair).await;
    for typing in [true, false, true] {
        minas.send(&ClientFrame::Typing { reference: None, room_id, typing }).await.unwrap();
        let pick = |frame| match frame {
            ServerFrame::Typing { users, .. } => Some(users),
            _ => None,
        };
        let wanted = if typing { vec![mina] } else { vec![] };
        assert_eq!(davids.expect("typing", pick).await.unwrap(), wanted);
    }
    pair.mina.say(room_id, "said").await;
    let pick = |frame| match frame {
        ServerFrame::Typing { users, .. } => Some(users),
        _ => None,
    };
    assert_eq!(davids.expect("the end of it", pick).await.unwrap(), []);
}

#[tokio::test]
async fn a_person_is_online_while_a_device_is_on_any_node() {
    let pair = Pair::found("joined_presence", TOLD_ONLY, |_| {}).await;
    let david = pair.david.id();
    let mut minas = pair.mina.listen(&[]).await;
    minas.send(&ClientFrame::Observe { reference: None, user_ids: vec![david] }).await.unwrap();
    status(&mut minas, david, PresenceStatus::Offline).await;
    let mut far = pair.david.listen(&[]).await;
    status(&mut minas, david, PresenceStatus::Online).await;
    let near = pair.david.at_node(&pair.town.node).listen(&[]).await;
    far.send(&ClientFrame::Presence { reference: None, status: PresenceStatus::Away }).await.unwrap();
    near.close().await;
    // In use only where it was closed: away is what is left.
    status(&mut minas, david, PresenceStatus::Away).await;
    far.close().await;
    status(&mut minas, david, PresenceStatus::Offline).await;
}

#[tokio::test]
async fn a_node_that_starts_learns_who_is_here() {
    let pair = Pair::found("joined_late", TOLD_ONLY, |_| {}).await;
    let _davids = pair.david.listen(&[]).await;
    let late = pair.town.second_node().await;
    let mut minas = pair.mina.at_node(&late).listen(&[]).await;
    minas.send(&ClientFrame::Observe { reference: None, user_ids: vec![pair.david.id()] }).await.unwrap();
    status(&mut minas, pair.david.id(), PresenceStatus::Online).await;
}
