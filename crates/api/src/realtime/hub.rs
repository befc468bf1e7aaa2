//! Local fan-out. A topic is a stream somebody here listens to; it hands on a span only when it follows exactly on what
//! it handed on before, and otherwise asks for the missing rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytestring::ByteString;
use parking_lot::Mutex;
use tokio::sync::Semaphore;
use types::{Rev, RoomId, Seq, UserId};

use super::News;
use super::outbox::{Out, Outbox};
use super::span::Span;
use crate::app::App;
use crate::seeded::SeededFault;

/// Streams healed at once: posts need connections too.
const FLIGHTS: usize = 8;

/// A stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// A room's rows.
    Room(RoomId),
    /// A person's own rows.
    Me(UserId),
    /// The site's rows.
    Site,
}

/// How much of a room a socket wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Its rows.
    Watch,
    /// Only that it moved.
    Bump,
}

/// Who listens, and how closely.
pub(super) struct Subscriber {
    pub(super) outbox: Outbox,
    pub(super) interest: Interest,
}

/// A topic and who listens to it.
#[derive(Default)]
pub(super) struct Listeners {
    /// Up to where this topic has handed on; none until its head was read.
    known: Option<Rev>,
    /// A flight that heals it is under way.
    healing: bool,
    /// A gap was seen during that flight: read once more.
    again: bool,
    /// Place of a room's newest message, for bumps.
    pub(super) last_seq: Seq,
    pub(super) subscribers: HashMap<u64, Subscriber>,
}

/// All topics with listeners on this node.
pub struct Hub {
    topics: Mutex<HashMap<Topic, Arc<Mutex<Listeners>>>>,
    next: AtomicU64,
    flights: Arc<Semaphore>,
}

impl Hub {
    /// A hub without listeners.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Hub {
        Hub { topics: Mutex::default(), next: AtomicU64::new(1), flights: Arc::new(Semaphore::new(FLIGHTS)) }
    }

    /// A number that tells a socket from the others of this node.
    pub fn connection(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a listener, or changes how much it wants. True if the topic is new and its head must be told by
    /// [`Hub::begin`] before anything is handed on.
    pub fn subscribe(&self, topic: Topic, connection: u64, outbox: &Outbox, interest: Interest) -> bool {
        let mut topics = self.topics.lock();
        let listeners = topics.entry(topic).or_default().clone();
        let mut listeners = listeners.lock();
        listeners.subscribers.insert(connection, Subscriber { outbox: outbox.clone(), interest });
        listeners.known.is_none()
    }

    /// Tells a new topic's head as Postgres has it now. What was committed before is in every replay read later.
    pub fn begin(&self, topic: Topic, head: Rev, last_seq: Seq) {
        if let Some(listeners) = self.listeners(topic) {
            let mut listeners = listeners.lock();
            if listeners.known.is_none() {
                listeners.known = Some(head);
                listeners.last_seq = listeners.last_seq.max(last_seq);
            }
        }
    }

    /// Takes a listener out; a topic nobody listens to is forgotten.
    pub fn unsubscribe(&self, topic: Topic, connection: u64) {
        let mut topics = self.topics.lock();
        if let Some(listeners) = topics.get(&topic) {
            let mut inner = listeners.lock();
            inner.subscribers.remove(&connection);
            let empty = inner.subscribers.is_empty();
            drop(inner);
            if empty {
                topics.remove(&topic);
            }
        }
    }

    fn listeners(&self, topic: Topic) -> Option<Arc<Mutex<Listeners>>> {
        self.topics.lock().get(&topic).cloned()
    }

    /// The topics somebody listens to, with what was handed on.
    pub fn known(&self) -> Vec<(Topic, Rev)> {
        let topics: Vec<_> = self.topics.lock().iter().map(|(t, l)| (*t, l.clone())).collect();
        topics.into_iter().filter_map(|(topic, l)| l.lock().known.map(|rev| (topic, rev))).collect()
    }

    /// Sends an ephemeral frame to the watchers of a room.
    pub fn tell_watchers(&self, room_id: RoomId, text: &ByteString) {
        if let Some(listeners) = self.listeners(Topic::Room(room_id)) {
            for subscriber in listeners.lock().subscribers.values() {
                if subscriber.interest == Interest::Watch {
                    subscriber.outbox.send(Out::Text(text.clone()));
                }
            }
        }
    }

    /// Hands on what a commit changed, after it.
    pub fn publish(&self, app: &App, news: News) {
        for changes in news.rooms {
            self.hand_on(app, Span::Room(changes));
        }
        for (user_id, changes) in news.people {
            self.hand_on(app, Span::Me(user_id, changes));
        }
        if let Some(changes) = news.site {
            self.hand_on(app, Span::Site(changes));
        }
    }

    /// Hands on one span if it follows on what is known; asks for the missing rows if there is a gap.
    pub fn hand_on(&self, app: &App, span: Span) {
        let topic = span.topic();
        let Some(listeners) = self.listeners(topic) else { return };
        let mut listeners = listeners.lock();
        let Some(known) = listeners.known else { return };
        let (since, rev) = span.reach();
        if rev <= known {
            return;
        }
        if since != known {
            drop(listeners);
            self.heal(app, topic);
            return;
        }
        if let Span::Room(changes) = &span {
            for member in changes.members.iter().filter(|m| m.left_at.is_some()) {
                app.presence.doubt(member.user_id);
            }
        }
        let sent = span.send(&mut listeners, app.config.suffers(SeededFault::RemovalInsideAFrame));
        listeners.known = Some(rev);
        drop(listeners);
        app.metrics.frames(sent.0 as u64, sent.1 as u64);
    }

    /// Reads the rows since what is known and hands them on; one flight per topic.
    pub fn heal(&self, app: &App, topic: Topic) {
        let Some(listeners) = self.listeners(topic) else { return };
        {
            let mut inner = listeners.lock();
            if inner.healing {
                inner.again = true;
                return;
            }
            inner.healing = true;
        }
        let app = app.clone();
        tokio::spawn(async move {
            app.metrics.heal();
            // Closed only with the hub itself.
            let _permit = app.hub.flights.clone().acquire_owned().await;
            loop {
                let more = app.hub.heal_once(&app, topic, &listeners).await;
                let mut inner = listeners.lock();
                if !more && !std::mem::take(&mut inner.again) {
                    inner.healing = false;
                    return;
                }
            }
        });
    }

    /// One page of a flight; whether there is more to read.
    async fn heal_once(&self, app: &App, topic: Topic, listeners: &Arc<Mutex<Listeners>>) -> bool {
        // Who listened has gone: a new topic of the same name has read its own head.
        if !self.listeners(topic).is_some_and(|now| Arc::ptr_eq(&now, listeners)) {
            return false;
        }
        let Some(known) = listeners.lock().known else { return false };
        match super::sweep::read(app, topic, known).await {
            Ok(Some((span, more))) => {
                let (_, reached) = span.reach();
                self.hand_on_healed(app, span);
                // Overtaken by a commit's own news, the page was dropped: what it held above that is read again.
                more || listeners.lock().known.is_some_and(|known| known < reached)
            }
            Ok(None) => false,
            Err(error) => {
                // The sweep comes by again within a second.
                tracing::warn!(%error, "a stream could not be healed yet");
                listeners.lock().again = false;
                false
            }
        }
    }

    fn hand_on_healed(&self, app: &App, span: Span) {
        let topic = span.topic();
        let (since, _) = span.reach();
        let Some(listeners) = self.listeners(topic) else { return };
        // A commit's own news may have come first: then this read is old and the next turn reads on from there.
        if listeners.lock().known == Some(since) {
            self.hand_on(app, span);
        }
    }
}
