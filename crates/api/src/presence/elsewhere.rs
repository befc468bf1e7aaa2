//! Presence across nodes. A node says each second whose devices came or went, and every quarter of a minute everybody
//! who is connected to it; who is not named again for three such rounds is gone, as with a node that was killed.
//!
//! So nothing of it needs to be kept in Redis, and a Redis that was emptied loses nothing.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use types::UserId;

use super::{Device, Person, Presence, State};
use crate::app::App;
use crate::realtime::NodeId;

/// How often everybody is named.
const ROUND: Duration = Duration::from_secs(15);
/// Who is not named again within this is gone.
const BELIEVED: Duration = Duration::from_secs(45);
/// People of one letter.
const NAMED: usize = 500;

/// Where somebody is connected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    /// By a socket of this node.
    Socket(u64),
    /// By some socket of another.
    Node(NodeId),
}

/// Whether somebody is connected to the node that says so.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Here {
    /// Who.
    pub user_id: UserId,
    /// Whether a device is in use; none: they are not connected (any more).
    pub in_use: Option<bool>,
    /// When the last device went, if that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<DateTime<Utc>>,
}

/// What is still to be told to the other nodes.
#[derive(Default)]
pub(super) struct News {
    changed: HashSet<UserId>,
    everybody: bool,
    last_round: Option<Instant>,
}

impl News {
    /// A device of this person came or went, is in use or is not.
    pub(super) fn changed(&mut self, user_id: UserId) {
        self.changed.insert(user_id);
    }
}

impl Presence {
    /// At the next turn, names everybody to the other nodes.
    pub fn announce(&self) {
        self.0.lock().news.everybody = true;
    }

    /// What another node says about people.
    pub fn hear(&self, node: NodeId, people: Vec<Here>) {
        let mut state = self.0.lock();
        let until = Some(Instant::now() + BELIEVED);
        for Here { user_id, in_use, seen } in people {
            match in_use {
                Some(in_use) => {
                    let person = state.people.entry(user_id).or_default();
                    person.left = None;
                    let before = person.devices.insert(Place::Node(node), Device { in_use, until });
                    if before.is_none_or(|before| before.in_use != in_use) {
                        state.dirty.insert(user_id);
                    }
                }
                None => left_node(&mut state, user_id, Place::Node(node), seen),
            }
        }
    }

    /// Tells the other nodes what is new, and ends what they did not say again.
    pub(super) fn tell_nodes(&self, app: &App) {
        let people = {
            let mut state = self.0.lock();
            state.expire();
            state.news()
        };
        if let Some(relay) = &app.relay {
            people.chunks(NAMED).for_each(|people| relay.here(people.to_vec()));
        }
    }
}

impl State {
    fn news(&mut self) -> Vec<Here> {
        let round = self.news.last_round.is_none_or(|last| last.elapsed() >= ROUND);
        let mut people: HashSet<UserId> = std::mem::take(&mut self.news.changed);
        if round || std::mem::take(&mut self.news.everybody) {
            self.news.last_round = Some(Instant::now());
            people.extend(self.people.iter().filter(|(_, person)| person.here().is_some()).map(|(id, _)| *id));
        }
        let here = |user_id| {
            let person = self.people.get(&user_id);
            Here { user_id, in_use: person.and_then(Person::here), seen: person.and_then(|person| person.seen) }
        };
        people.into_iter().map(here).collect()
    }

    fn expire(&mut self) {
        let now = Instant::now();
        let over = |device: &Device| device.until.is_some_and(|until| until < now);
        let gone: Vec<(UserId, Place)> = self
            .people
            .iter()
            .flat_map(|(id, person)| person.devices.iter().map(|(place, device)| (*id, *place, device)))
            .filter(|(_, _, device)| over(device))
            .map(|(id, place, _)| (id, place))
            .collect();
        for (user_id, place) in gone {
            left_node(self, user_id, place, None);
        }
    }
}

impl Person {
    /// Whether a device of this node is in use; none if none is connected.
    fn here(&self) -> Option<bool> {
        let mine = self.devices.iter().filter(|(place, _)| matches!(place, Place::Socket(_)));
        mine.map(|(_, device)| device.in_use).reduce(|one, other| one || other)
    }
}

fn left_node(state: &mut State, user_id: UserId, place: Place, seen: Option<DateTime<Utc>>) {
    let Some(person) = state.people.get_mut(&user_id) else { return };
    if person.devices.remove(&place).is_none() {
        return;
    }
    if person.devices.is_empty() {
        person.left = Some(Instant::now());
        // A node that was killed stores nothing any more: then all who noticed do.
        person.left_here = seen.is_none();
        person.seen = seen.or_else(|| Some(crate::now()));
    }
    state.dirty.insert(user_id);
}
