//! Coming back: what was missed is replayed, and what happens meanwhile is neither lost nor told twice.

use client::{Live, Resume, Socket};
use diesel_async::SimpleAsyncConnection;
use sync::{Outcome, RoomState};
use types::socket::{ClientFrame, ServerFrame};
use types::{Epoch, Rev, RoomId, RoomKind};

use super::live::answer;
use crate::support::{Person, Town, next_changes};

async fn held(person: &Person, room: types::RoomId) -> RoomState {
    let mut state = RoomState::new(room);
    loop {
        let feed = person.changes(room, state.rev(), Some(1_000)).await.unwrap();
        let _ = state.apply(&feed);
        if !feed.more {
            return state;
        }
    }
}

#[tokio::test]
async fn who_comes_back_is_told_what_was_missed_and_nothing_else() {
    let town = Town::found("resume").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let first = mina.say(room, "one").await;
    let mut state = held(&david, room).await;
    let second = mina.say(room, "two").await;
    let edited = mina.edit(first.id, "uno").await.unwrap();
    let resume =
        Resume { epoch: Some(state.epoch().clone()), rooms: [(room, state.rev())].into(), ..Resume::default() };
    let mut socket = Socket::open(&david.client, &resume).await.unwrap();
    let changes = next_changes(&mut socket, room).await;
    assert_eq!((changes.since, &changes.messages), (state.rev(), &vec![second, edited]));
    assert_eq!(state.apply(&changes), Outcome::Applied);
    assert_eq!(state, held(&david, room).await);
    assert!(matches!(socket.next().await.unwrap(), ServerFrame::Ready { .. }));
}

#[tokio::test]
async fn who_is_too_far_behind_or_of_another_history_starts_afresh_with_the_newest_page() {
    let town = Town::found("resume_far").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let known = mina.changes(room, 0, None).await.unwrap();
    for batch in 0..20 {
        let posts = (0..26).map(|n| {
            let mina = mina.clone();
            tokio::spawn(async move { mina.say(room, &format!("{batch} {n}")).await })
        });
        for post in posts.collect::<Vec<_>>() {
            post.await.unwrap();
        }
    }
    let here = known.epoch.clone();
    for (epoch, rev) in [(here, known.rev), (Epoch("another".into()), known.rev + 500)] {
        let resume = Resume { epoch: Some(epoch), rooms: [(room, rev)].into(), ..Resume::default() };
        let mut socket = Socket::open(&david.client, &resume).await.unwrap();
        let reset = next_changes(&mut socket, room).await;
        assert!(reset.reset && reset.room.is_some() && reset.previous.is_some());
        assert_eq!((reset.messages.len(), reset.rev), (50, mina.changes(room, reset.rev, None).await.unwrap().rev));
        assert!(reset.users.iter().any(|user| user.id == mina.id()));
        let own: Vec<_> = reset.members.iter().map(|row| row.user_id).collect();
        assert_eq!(own, [david.id()]);
    }
}

#[tokio::test]
async fn a_room_taken_away_and_given_back_while_its_replay_waits_is_not_watched() {
    let town = Town::found("resume_given_back").await;
    let (_ada, mina, david) = town.three().await;
    let first = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let second = mina.room_with("orchard", RoomKind::Public, &[&david]).await.id;
    let mut socket = david.listen(&[]).await;
    let behind = [(first, mina.say(first, "one").await.rev - 1), (second, mina.say(second, "two").await.rev - 1)];
    // The replay waits for the table; one that fails is tried again a second later, and meanwhile the socket does the rest.
    let mut database = town.connect().await;
    database.batch_execute("BEGIN; LOCK TABLE messages IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let watch = |(room_id, rev): (RoomId, Rev), w: &str| ClientFrame::Watch { reference: Some(w.into()), room_id, rev };
    socket.send(&watch(behind[0], "first")).await.unwrap();
    let stuck = "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' \
                 AND query LIKE '%fingerprint%'";
    town.until(&format!("SELECT count(*) = 1 AS held {stuck}")).await;
    town.execute(&format!("SELECT pg_terminate_backend(pid) {stuck}")).await;
    socket.send(&watch(behind[1], "second")).await.unwrap();
    assert_eq!(answer(&mut socket, "second").await, Ok(None));
    mina.remove_member(second, david.id()).await.unwrap();
    mina.add_members(second, &[david.id()]).await.unwrap();
    database.batch_execute("ROLLBACK").await.unwrap();
    let gone = |frame| match frame {
        ServerFrame::Gone { room_id } => Some(room_id),
        _ => None,
    };
    assert_eq!(socket.expect("the removal", gone).await.unwrap(), second);
    let joined = |frame| match frame {
        ServerFrame::MeChanges(changes) => changes.marks.iter().any(|m| m.room_id == second && m.joined).then_some(()),
        _ => None,
    };
    socket.expect("the room again", joined).await.unwrap();
    // What comes now is told as bumps: the wish to watch ended with the removal, also when its turn would have come.
    next_changes(&mut socket, first).await;
    for body in ["three", "four"] {
        let said = mina.say(second, body).await;
        let moved = |frame| match frame {
            ServerFrame::Changes(changes) if changes.room_id == second => panic!("not watched, but told {changes:?}"),
            ServerFrame::Bump { room_id, rev, .. } if room_id == second => (rev >= said.rev).then_some(()),
            _ => None,
        };
        socket.expect("a bump", moved).await.unwrap();
    }
}

#[tokio::test]
async fn sixteen_who_come_while_others_write_all_hold_the_same_in_the_end() {
    let town = Town::found("resume_amid_writing").await;
    let (_ada, mina, david) = town.three().await;
    let room = mina.room_with("garden", RoomKind::Public, &[&david]).await.id;
    let start = held(&david, room).await;
    let writers = [mina.clone(), david.clone(), mina.clone(), david.clone()].map(|person| {
        tokio::spawn(async move {
            for n in 0..75 {
                let said = person.say(room, &format!("{n}")).await;
                if n % 5 == 0 {
                    person.edit(said.id, "other words").await.unwrap();
                }
            }
        })
    });
    let mut comers = Vec::new();
    for n in 0..16 {
        let mut live = Live::new(david.client.clone());
        live.resume(if n % 2 == 0 { start.clone() } else { RoomState::new(room) }).await.unwrap();
        live.ready().await.unwrap();
        comers.push(live);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let fresh = held(&david, room).await;
    for mut live in comers {
        let heard = async {
            while live.room(room).unwrap().rev() < fresh.rev() {
                live.next().await.unwrap();
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(10), heard).await.expect("something was not told");
        let state = live.room(room).unwrap();
        let shown = fresh.messages().filter(|message| state.window().unwrap().contains(message.seq));
        assert_eq!(state.messages().cloned().collect::<Vec<_>>(), shown.cloned().collect::<Vec<_>>());
    }
}
