//! What nodes tell each other, without ever looking for it.

use types::socket::{CloseCode, ServerFrame};
use types::{ErrorCode, RoomKind};

use super::{Pair, TOLD_ONLY};
use crate::support::{Refused, next_changes, until};

#[tokio::test]
async fn rows_are_told_to_the_nodes_where_somebody_listens() {
    let pair = Pair::found("joined_rows", TOLD_ONLY, |_| {}).await;
    let Pair { mina, david, room, .. } = &pair;
    let (mut minas, mut davids) = (mina.listen(&[*room]).await, david.listen(&[*room]).await);
    subscribed(&pair).await;
    for n in 0..20 {
        let body = format!("{n}\n\"from here\"");
        let here = mina.say(*room, &body).await;
        while !next_changes(&mut davids, *room).await.messages.contains(&here) {}
        let there = david.say(*room, "from there").await;
        while !next_changes(&mut minas, *room).await.messages.contains(&there) {}
    }
}

#[tokio::test]
async fn a_room_that_is_not_watched_is_bumped_from_another_node() {
    let pair = Pair::found("joined_bumps", TOLD_ONLY, |_| {}).await;
    let Pair { mina, david, room, .. } = &pair;
    let mut davids = david.listen(&[]).await;
    subscribed(&pair).await;
    let said = mina.say(*room, "a hint").await;
    let pick = |frame| match frame {
        ServerFrame::Bump { room_id, rev, last_seq, .. } if room_id == *room && rev >= said.seq => Some(last_seq),
        _ => None,
    };
    assert_eq!(davids.expect("a bump", pick).await.unwrap(), said.seq);
}

#[tokio::test]
async fn who_is_taken_in_on_one_node_listens_on_the_other() {
    let pair = Pair::found("joined_welcome", TOLD_ONLY, |_| {}).await;
    let Pair { mina, david, .. } = &pair;
    let mut davids = david.listen(&[]).await;
    subscribed(&pair).await;
    let shed = mina.room_with("shed", RoomKind::Private, &[david]).await.id;
    let pick = |frame| match frame {
        ServerFrame::MeChanges(changes) => changes.marks.iter().any(|m| m.room_id == shed && m.joined).then_some(()),
        _ => None,
    };
    davids.expect("to be taken in", pick).await.unwrap();
    subscribed(&pair).await;
    let said = mina.say(shed, "welcome").await;
    let pick = |frame| match frame {
        ServerFrame::Bump { room_id, last_seq, .. } if room_id == shed && last_seq == said.seq => Some(()),
        _ => None,
    };
    davids.expect("a bump", pick).await.unwrap();
}

#[tokio::test]
async fn who_is_removed_on_one_node_hears_nothing_more_on_the_other() {
    let pair = Pair::found("joined_removal", TOLD_ONLY, |_| {}).await;
    let Pair { mina, david, room, .. } = &pair;
    let mut davids = david.listen(&[*room]).await;
    subscribed(&pair).await;
    mina.remove_member(*room, david.id()).await.unwrap();
    mina.say(*room, "behind his back").await;
    let pick = |frame| match frame {
        ServerFrame::Changes(changes) => {
            assert!(changes.messages.is_empty(), "{changes:?}");
            None
        }
        ServerFrame::Gone { room_id } => Some(room_id),
        _ => None,
    };
    assert_eq!(davids.expect("to be gone", pick).await.unwrap(), *room);
    mina.say(*room, "still").await;
    // What would come, comes before the answer to this.
    davids.send_text(r#"{"type":"observe","ref":"last","user_ids":[]}"#).await.unwrap();
    let pick = |frame| match frame {
        ServerFrame::Changes(changes) => panic!("{changes:?}"),
        ServerFrame::Bump { room_id, .. } if room_id == *room => panic!("a bump"),
        ServerFrame::Ok { reference, .. } if reference == "last" => Some(()),
        _ => None,
    };
    davids.expect("the answer", pick).await.unwrap();
}

#[tokio::test]
async fn a_session_ended_on_one_node_is_cut_on_the_other() {
    let pair = Pair::found("joined_sessions", TOLD_ONLY, |_| {}).await;
    let phone = pair.david.second_device().await;
    let mut socket = phone.listen(&[pair.room]).await;
    phone.me().await.unwrap();
    let here = pair.david.at_node(&pair.town.node);
    let sessions = here.sessions().await.unwrap().items;
    let other = sessions.iter().find(|session| !session.current).unwrap();
    here.end_session(other.id).await.unwrap();
    assert!(socket.closed().await.unwrap().is(CloseCode::SessionEnded));
    // The node believed the session a moment ago, and does not any more.
    phone.me().await.map(drop).refused(ErrorCode::SessionEnded);
    pair.david.me().await.unwrap();
}

/// Waits until Redis has confirmed what the nodes asked to hear.
pub(super) async fn subscribed(pair: &Pair) {
    for node in [&pair.town.node, &pair.far] {
        until("the subscriptions to stand", async || node.app.hub.is_settled()).await;
    }
}
