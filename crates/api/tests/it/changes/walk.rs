//! A random walk on the real server: whatever state one held on the way, the feed since then makes it a fresh read, by
//! pages of every size; and who listened all the while holds the same.

use client::{Live, Update};
use sync::{Outcome, RoomState};
use types::{ErrorCode, Message, MessageId, NewPoll, Rev, Room, RoomId, RoomKind, RoomRole, UpdateRoom};

use crate::support::{Person, Town};

const STEPS: usize = 220;

/// What may be refused on the way: a walk tries things that can't be done just then.
fn may_fail<T>(outcome: Result<T, client::ClientError>) -> Option<T> {
    match outcome {
        Ok(done) => Some(done),
        Err(error) => {
            let expected = [
                ErrorCode::NotAMember,
                ErrorCode::NotFound,
                ErrorCode::NotAllowed,
                ErrorCode::MessageDeleted,
                ErrorCode::RoomArchived,
                ErrorCode::PollClosed,
                ErrorCode::NotEditable,
            ];
            assert!(error.code().is_some_and(|code| expected.contains(&code)), "{error}");
            None
        }
    }
}

struct Walk {
    random: fastrand::Rng,
    room: Room,
    people: Vec<Person>,
    said: Vec<Message>,
}

impl Walk {
    async fn step(&mut self) {
        let room = self.room.id;
        // The first one stays in the room: hers is the eye of the walk.
        let who = self.people[self.random.usize(..self.people.len())].clone();
        let other = self.people[self.random.usize(1..self.people.len())].clone();
        let said = (!self.said.is_empty()).then(|| self.said[self.random.usize(..self.said.len())].id);
        match (self.random.u32(..24), said) {
            (0..8, _) | (_, None) => self.said.extend(self.say(&who).await),
            (8..11, Some(id)) => drop(may_fail(who.edit(id, &format!("edited {}", self.random.u32(..))).await)),
            (11..13, Some(id)) => drop(may_fail(who.delete_message(id).await)),
            (13, _) => drop(may_fail(other.leave(room).await)),
            (14, _) => drop(may_fail(other.join(room).await)),
            (15, _) => drop(may_fail(self.people[0].remove_member(room, other.id()).await)),
            (16, _) => drop(may_fail(self.people[0].add_members(room, &[other.id()]).await)),
            (17, _) => {
                let role = *self.random.choice(&[RoomRole::Member, RoomRole::Moderator]).unwrap();
                may_fail(self.people[0].set_role(room, other.id(), role).await);
            }
            (18, _) => {
                let topic = UpdateRoom { topic: Some(format!("{}", self.random.u8(..))), ..UpdateRoom::default() };
                drop(may_fail(self.people[0].update_room(room, &topic).await));
            }
            (20, _) => self.said.extend(self.ask(&who).await),
            (21..23, _) => self.vote(&who).await,
            (23, Some(_)) => {
                if let Some(id) = self.polls().last().copied() {
                    drop(may_fail(self.people[0].close_poll(id).await));
                }
            }
            (_, _) => {
                let archived = UpdateRoom { archived: Some(self.random.u8(..4) == 0), ..UpdateRoom::default() };
                drop(may_fail(self.people[0].update_room(room, &archived).await));
            }
        }
    }

    fn polls(&self) -> Vec<MessageId> {
        self.said.iter().filter(|message| message.poll.is_some()).map(|message| message.id).collect()
    }

    /// Every other poll is anonymous.
    async fn ask(&self, who: &Person) -> Option<Message> {
        let options = ["one", "two", "three"].map(str::to_owned).to_vec();
        let anonymous = self.said.len().is_multiple_of(2);
        let poll = NewPoll { question: "Which?".into(), options, multiple: true, anonymous, ..NewPoll::default() };
        may_fail(who.post_poll(self.room.id, &poll).await).and_then(client::Posted::message)
    }

    async fn vote(&mut self, who: &Person) {
        let polls = self.polls();
        let Some(id) = self.random.choice(&polls).copied() else { return };
        let options: Vec<i64> = (0..3).filter(|_| self.random.bool()).collect();
        may_fail(who.vote(id, &options).await);
    }

    async fn say(&self, who: &Person) -> Option<Message> {
        let body = format!("message {}", self.said.len());
        may_fail(who.post(self.room.id, &client::text(&body)).await).and_then(client::Posted::message)
    }
}

async fn fed(person: &Person, room: RoomId, state: &RoomState, limit: i64) -> RoomState {
    let mut state = state.clone();
    loop {
        let feed = person.changes(room, state.rev(), Some(limit)).await.unwrap();
        assert!(matches!(state.apply(&feed), Outcome::Applied | Outcome::Known));
        if !feed.more {
            return state;
        }
    }
}

#[tokio::test]
async fn the_feed_since_any_moment_and_the_socket_all_along_give_a_fresh_read() {
    let town = Town::found("random_walk").await;
    let (ada, mina, david) = town.three().await;
    let yuki = town.person("yuki").await;
    let room = ada.room_with("garden", RoomKind::Public, &[&mina, &david, &yuki]).await;
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let people = vec![ada.clone(), mina, david, yuki];
    let mut walk = Walk { random: fastrand::Rng::with_seed(seed), room: room.clone(), people, said: Vec::new() };
    let mut live = Live::new(ada.client.clone());
    live.watch(room.id).await.unwrap();
    live.ready().await.unwrap();

    let (told, mut head) = tokio::sync::watch::channel(Rev::MAX);
    let listening = tokio::spawn(async move {
        while live.room(room.id).is_none_or(|state| state.rev() < *head.borrow()) {
            tokio::select! {
                update = live.next() => assert_ne!(update.unwrap(), Update::Lost),
                _ = head.changed() => {}
            }
        }
        live
    });

    let mut moments = Vec::new();
    let mut held = fed(&ada, room.id, &RoomState::new(room.id), 1_000).await;
    for step in 0..STEPS {
        walk.step().await;
        if step % 10 == 0 {
            moments.push(held.clone());
            held = fed(&ada, room.id, &held, 1 + step as i64 % 7).await;
        }
    }
    let fresh = fed(&ada, room.id, &RoomState::new(room.id), 1_000).await;
    assert!(fresh.messages().count() > 20, "seed {seed}");
    for (index, moment) in moments.iter().enumerate() {
        let limit = [1, 2, 3, 5, 8, 13, 50, 1_000][index % 8];
        assert_eq!(fed(&ada, room.id, moment, limit).await, fresh, "seed {seed}, moment {index}");
    }
    for limit in [1, 2, 4, 7, 11, 100] {
        assert_eq!(fed(&ada, room.id, &RoomState::new(room.id), limit).await, fresh, "seed {seed}, pages of {limit}");
    }
    told.send_replace(fresh.rev());
    let live = tokio::time::timeout(std::time::Duration::from_secs(10), listening).await;
    let live = live.expect("the socket fell behind").unwrap();
    assert_eq!(live.room(room.id), Some(&fresh), "seed {seed}, by the socket");
}
