//! Who is online and who is typing. Neither is durable: it lives in memory and is told, never replayed. Only when
//! somebody was last seen is stored.
//!
//! Each node knows where people are connected: its own sockets, and the nodes that said so (`elsewhere`). So a snapshot
//! asks nobody, and what is shown with several nodes is worked out as with one.

mod acquaintance;
mod elsewhere;
mod typing;

pub use elsewhere::Here;
pub use typing::Typing;

use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use acquaintance::acquaintances;
use chrono::{DateTime, Utc};
use diesel_async::RunQueryDsl;
use elsewhere::{News, Place};
use parking_lot::Mutex;
use types::socket::ServerFrame;
use types::{PresenceStatus, UserId};

use crate::app::App;
use crate::error::Error;
use crate::realtime::{Outbox, encode};

const EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
struct Person {
    /// Where they are connected.
    devices: HashMap<Place, Device>,
    /// When the last device went.
    left: Option<Instant>,
    /// Whether that was one of this node: it stores when they were last seen.
    left_here: bool,
    /// What observers were told last.
    told: Option<PresenceStatus>,
    seen: Option<DateTime<Utc>>,
}

/// A connected device, or all of a person's devices on another node.
#[derive(Debug, Clone, Copy)]
struct Device {
    in_use: bool,
    /// What another node said holds until then unless said again.
    until: Option<Instant>,
}

impl Person {
    fn status(&self, grace: Duration) -> PresenceStatus {
        if self.devices.values().any(|device| device.in_use) {
            return PresenceStatus::Online;
        }
        if !self.devices.is_empty() {
            return PresenceStatus::Away;
        }
        // Within the grace nothing is said: a reload or a tunnel is no absence.
        match (self.left, self.told) {
            (Some(left), Some(told)) if left.elapsed() < grace => told,
            _ => PresenceStatus::Offline,
        }
    }
}

struct Observer {
    outbox: Outbox,
    wanted: HashSet<UserId>,
}

#[derive(Default)]
struct State {
    people: HashMap<UserId, Person>,
    observers: HashMap<u64, Observer>,
    /// Observers by whom they observe, so that a change asks nobody in vain.
    observed: HashMap<UserId, HashSet<u64>>,
    dirty: HashSet<UserId>,
    /// What is still to be told to the other nodes.
    news: News,
    /// People who left a room: who observes them may share none with them any more.
    doubted: HashSet<UserId>,
}

/// The presence of the people connected to this node.
pub struct Presence(Mutex<State>);

impl Presence {
    /// Nobody is here.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Presence {
        Presence(Mutex::default())
    }

    /// A device connects, or says whether it is in use.
    pub fn set(&self, user_id: UserId, device: u64, in_use: bool) {
        let mut state = self.0.lock();
        let person = state.people.entry(user_id).or_default();
        person.left = None;
        let before = person.devices.insert(Place::Socket(device), Device { in_use, until: None });
        if before.is_none_or(|before| before.in_use != in_use) {
            state.dirty.insert(user_id);
            state.news.changed(user_id);
        }
    }

    /// A device disconnects.
    pub fn leave(&self, user_id: UserId, device: u64) {
        let mut state = self.0.lock();
        if let Some(person) = state.people.get_mut(&user_id) {
            if person.devices.remove(&Place::Socket(device)).is_some() && person.devices.is_empty() {
                person.left = Some(Instant::now());
                person.left_here = true;
                person.seen = Some(crate::now());
            }
            state.dirty.insert(user_id);
            state.news.changed(user_id);
        }
        forget_observer(&mut state, device);
    }

    /// Who is online or away now, on any node.
    pub fn online(&self) -> Vec<UserId> {
        let state = self.0.lock();
        let here = |(id, person): (&UserId, &Person)| (!person.devices.is_empty()).then_some(*id);
        state.people.iter().filter_map(here).collect()
    }

    /// Says for whom a socket wants presence (instead of those before) and gives the snapshot. People who share no room
    /// with it are left out.
    pub async fn observe(
        &self,
        app: &App,
        device: u64,
        outbox: &Outbox,
        user_ids: Vec<UserId>,
    ) -> Result<Vec<types::Presence>, Error> {
        let seen = acquaintances(app, outbox.user_id, &user_ids).await?;
        let grace = grace(app);
        let mut state = self.0.lock();
        forget_observer(&mut state, device);
        let wanted: HashSet<UserId> = seen.iter().map(|(id, _)| *id).collect();
        for user_id in &wanted {
            state.observed.entry(*user_id).or_default().insert(device);
        }
        state.observers.insert(device, Observer { outbox: outbox.clone(), wanted });
        let item = |(user_id, stored): (UserId, Option<DateTime<Utc>>)| {
            let person = state.people.get(&user_id);
            let status = person.map_or(PresenceStatus::Offline, |p| p.status(grace));
            let last = person.and_then(|p| p.seen).or(stored);
            types::Presence { user_id, status, last_seen: last.filter(|_| status == PresenceStatus::Offline) }
        };
        Ok(seen.into_iter().map(item).collect())
    }

    /// Whom a socket observes.
    pub fn observed_by(&self, device: u64) -> Vec<UserId> {
        self.0.lock().observers.get(&device).map(|o| o.wanted.iter().copied().collect()).unwrap_or_default()
    }

    /// Somebody left a room: at the next turn, those who share no other with them stop observing them.
    pub fn doubt(&self, user_id: UserId) {
        let mut state = self.0.lock();
        if state.observed.contains_key(&user_id) {
            state.doubted.insert(user_id);
        }
    }

    /// Ends what nobody may observe any more.
    async fn settle_doubts(&self, app: &App) -> Result<(), Error> {
        let doubted: Vec<(UserId, Vec<UserId>)> = {
            let mut state = self.0.lock();
            let doubted = std::mem::take(&mut state.doubted);
            let watchers = |user: &UserId| {
                let devices = state.observed.get(user).into_iter().flatten();
                devices.filter_map(|device| state.observers.get(device)).map(|o| o.outbox.user_id).collect()
            };
            doubted.into_iter().map(|user| (user, watchers(&user))).collect()
        };
        for (user_id, watchers) in doubted {
            match acquaintances(app, user_id, &watchers).await {
                Ok(still) => self.hide(user_id, &still.into_iter().map(|(id, _)| id).collect()),
                Err(error) => {
                    self.doubt(user_id);
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    /// Takes a person from the sight of all but `still`, who are told that they are offline, as a stranger is.
    fn hide(&self, user_id: UserId, still: &HashSet<UserId>) {
        let mut state = self.0.lock();
        let state = &mut *state;
        let Some(devices) = state.observed.get_mut(&user_id) else { return };
        let items = vec![types::Presence { user_id, status: PresenceStatus::Offline, last_seen: None }];
        let text = encode(&ServerFrame::Presence { items });
        devices.retain(|device| {
            let Some(observer) = state.observers.get_mut(device) else { return false };
            let stays = still.contains(&observer.outbox.user_id);
            if !stays {
                observer.wanted.remove(&user_id);
                observer.outbox.push(&text);
            }
            stays
        });
        if devices.is_empty() {
            state.observed.remove(&user_id);
        }
    }

    /// Tells observers what changed since the last turn; gives those who left this node last and went offline, with
    /// when they were last seen.
    fn tell(&self, grace: Duration) -> Vec<(UserId, DateTime<Utc>)> {
        let mut state = self.0.lock();
        let state = &mut *state;
        let mut gone = Vec::new();
        let mut told: HashMap<u64, Vec<types::Presence>> = HashMap::new();
        for user_id in std::mem::take(&mut state.dirty) {
            let Some(person) = state.people.get_mut(&user_id) else { continue };
            let waits = person.left.is_some_and(|left| left.elapsed() < grace);
            if waits {
                state.dirty.insert(user_id);
            }
            let status = person.status(grace);
            if person.told == Some(status) {
                continue;
            }
            person.told = Some(status);
            let last_seen = person.seen.filter(|_| status == PresenceStatus::Offline);
            for device in state.observed.get(&user_id).into_iter().flatten() {
                told.entry(*device).or_default().push(types::Presence { user_id, status, last_seen });
            }
            if status == PresenceStatus::Offline {
                if person.left_here {
                    gone.push((user_id, person.seen.unwrap_or_else(crate::now)));
                }
                state.people.remove(&user_id);
            }
        }
        for (device, items) in told {
            if let Some(observer) = state.observers.get(&device) {
                observer.outbox.push(&encode(&ServerFrame::Presence { items }));
            }
        }
        gone
    }
}

fn forget_observer(state: &mut State, device: u64) {
    if let Some(observer) = state.observers.remove(&device) {
        for user_id in observer.wanted {
            if let Some(devices) = state.observed.get_mut(&user_id) {
                devices.remove(&device);
                if devices.is_empty() {
                    state.observed.remove(&user_id);
                }
            }
        }
    }
}

fn grace(app: &App) -> Duration {
    Duration::from_secs(app.config.presence_grace_seconds)
}

/// Tells presence and ends typing each second, until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        app.typing.expire(&app);
        if let Err(error) = app.presence.settle_doubts(&app).await {
            tracing::debug!(%error, "who may see whom could not be looked up yet");
        }
        app.presence.tell_nodes(&app);
        let gone = app.presence.tell(grace(&app));
        if gone.is_empty() {
            continue;
        }
        if let Err(error) = store(&app, &gone).await {
            tracing::debug!(%error, "when people were last seen could not be stored");
        }
    }
}

async fn store(app: &App, gone: &[(UserId, DateTime<Utc>)]) -> Result<(), Error> {
    use diesel::sql_types::{Array, Timestamptz, Uuid as SqlUuid};
    let mut conn = app.db.get().await?;
    diesel::sql_query(
        "UPDATE users u SET last_seen_at = s.seen FROM unnest($1::uuid[], $2::timestamptz[]) AS s (id, seen) \
         WHERE u.id = s.id AND (u.last_seen_at IS NULL OR u.last_seen_at < s.seen)",
    )
    .bind::<Array<SqlUuid>, _>(gone.iter().map(|(id, _)| id.0).collect::<Vec<_>>())
    .bind::<Array<Timestamptz>, _>(gone.iter().map(|(_, seen)| *seen).collect::<Vec<_>>())
    .execute(&mut conn)
    .await?;
    Ok(())
}
