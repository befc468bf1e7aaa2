//! Local fan-out. A topic is a stream somebody here listens to; it hands on a span only when it follows exactly on what
//! it handed on before, and otherwise asks for the missing rows.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::Semaphore;
use types::{Rev, RoomId, Seq, UserId};

use super::News;
use super::encoded::Encoded;
use super::outbox::Outbox;
use super::span::{Part, Span};
use super::stirred::{Look, Stirred};
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

/// How far a watcher of a room is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    /// Its socket reads for it what it has missed: nothing goes out meanwhile.
    Held,
    /// Rows go straight out; those up to this revision it has already.
    Live(Rev),
}

/// Who listens, and how closely.
pub(super) struct Subscriber {
    pub(super) outbox: Outbox,
    pub(super) interest: Interest,
    pub(super) flow: Flow,
}

/// A topic and who listens to it.
#[derive(Default)]
pub(super) struct Listeners {
    /// Up to where this topic has handed on; none until its head was read.
    pub(super) known: Option<Rev>,
    /// A flight that heals it is under way.
    pub(super) healing: bool,
    /// A gap was seen during that flight: read once more.
    pub(super) again: bool,
    /// Place of a room's newest message, for bumps.
    pub(super) last_seq: Seq,
    pub(super) subscribers: HashMap<u64, Subscriber>,
}

/// All topics with listeners on this node.
pub struct Hub {
    topics: Mutex<HashMap<Topic, Arc<Mutex<Listeners>>>>,
    next: AtomicU64,
    pub(super) flights: Arc<Semaphore>,
    pub(super) stirred: Stirred,
    /// Asks for a sweep before its second is over.
    pub(super) look: Look,
}

impl Hub {
    /// A hub without listeners; with a relay it notes which topics come and go.
    pub fn new(relayed: bool) -> Hub {
        Hub {
            topics: Mutex::default(),
            next: AtomicU64::new(1),
            flights: Arc::new(Semaphore::new(FLIGHTS)),
            stirred: Stirred::new(relayed),
            look: Look::default(),
        }
    }

    /// A number that tells a socket from the others of this node.
    pub fn connection(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a listener, or changes how much it wants. Who watches a room hears nothing before [`Hub::go_live`]. Gives the
    /// revision up to which was handed on; none if the topic is new and its head must be told by [`Hub::begin`].
    pub fn subscribe(&self, topic: Topic, connection: u64, outbox: &Outbox, interest: Interest) -> Option<Rev> {
        let mut topics = self.topics.lock();
        let listeners = topics.entry(topic).or_insert_with(|| self.begun(topic)).clone();
        let mut listeners = listeners.lock();
        listeners.subscribers.insert(connection, Subscriber { outbox: outbox.clone(), interest, flow: Flow::Held });
        listeners.known
    }

    /// Tells a listener anew how far a room has moved.
    pub fn bump(&self, room_id: RoomId, connection: u64) {
        let Some(listeners) = self.listeners(Topic::Room(room_id)) else { return };
        let listeners = listeners.lock();
        if let (Some(known), Some(subscriber)) = (listeners.known, listeners.subscribers.get(&connection)) {
            // What it named is not known any more: it may have been anyone.
            subscriber.outbox.bump(room_id, known, listeners.last_seq, true);
        }
    }

    /// From now on a watcher of a room gets the rows above `rev` as they come. False if more was handed on meanwhile: then
    /// its socket has to read on.
    pub fn go_live(&self, room_id: RoomId, connection: u64, rev: Rev) -> bool {
        let Some(listeners) = self.listeners(Topic::Room(room_id)) else { return true };
        let mut listeners = listeners.lock();
        let known = listeners.known.unwrap_or(rev);
        let Some(subscriber) = listeners.subscribers.get_mut(&connection) else { return true };
        subscriber.flow = if known <= rev { Flow::Live(rev) } else { Flow::Held };
        known <= rev
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
                self.stirred.note([topic]);
            }
        }
    }

    fn begun(&self, topic: Topic) -> Arc<Mutex<Listeners>> {
        self.stirred.note([topic]);
        Arc::default()
    }

    /// Looks at every topic again: the relay has lost what it was subscribed to.
    pub(super) fn stir_all(&self) {
        let topics: Vec<Topic> = self.topics.lock().keys().copied().collect();
        self.stirred.note(topics);
    }

    /// Waits for topics that came or went, at most `most` of them at once, with whether somebody listens now.
    /// Cancel-safe.
    pub(super) async fn stirred(&self, most: usize) -> Vec<(Topic, bool)> {
        let taken = self.stirred.take(most).await;
        let topics = self.topics.lock();
        taken.into_iter().map(|topic| (topic, topics.contains_key(&topic))).collect()
    }

    /// Whether the relay listens to all that somebody here does; for tests, which must not depend on the moment.
    pub fn is_settled(&self) -> bool {
        self.stirred.is_settled()
    }

    pub(super) fn listeners(&self, topic: Topic) -> Option<Arc<Mutex<Listeners>>> {
        self.topics.lock().get(&topic).cloned()
    }

    /// The topics somebody listens to, with what was handed on.
    pub fn known(&self) -> Vec<(Topic, Rev)> {
        let topics: Vec<_> = self.topics.lock().iter().map(|(t, l)| (*t, l.clone())).collect();
        topics.into_iter().filter_map(|(topic, l)| l.lock().known.map(|rev| (topic, rev))).collect()
    }

    /// Sends an ephemeral frame to the watchers of a room.
    pub fn tell_watchers(&self, room_id: RoomId, text: &Encoded) {
        if let Some(listeners) = self.listeners(Topic::Room(room_id)) {
            for subscriber in listeners.lock().subscribers.values() {
                if subscriber.interest == Interest::Watch {
                    subscriber.outbox.push(text);
                }
            }
        }
    }

    /// Hands on what a commit changed, after it, here and to the other nodes.
    pub fn publish(&self, app: &App, news: News) {
        let rooms = news.rooms.into_iter().map(Span::Room);
        let people = news.people.into_iter().map(|(user_id, changes)| Span::Me(user_id, changes));
        for span in rooms.chain(people).chain(news.site.map(Span::Site)) {
            match &app.relay {
                Some(relay) => {
                    let whole = app.config.suffers(SeededFault::RemovalInsideAFrame);
                    let (topic, parts) = (span.topic(), span.parts(true, whole));
                    parts.iter().for_each(|part| relay.publish(part));
                    self.accept(app, topic, parts);
                }
                None => self.hand_on(app, span),
            }
        }
    }

    /// Hands on one span to who listens here, if it follows on what is known; asks for the missing rows if there is a
    /// gap.
    pub(super) fn hand_on(&self, app: &App, span: Span) {
        let topic = span.topic();
        let (since, rev) = span.reach();
        let Some(listeners) = self.listeners(topic) else { return };
        let mut listeners = listeners.lock();
        match listeners.known {
            Some(known) if rev > known && since == known => {
                let room = matches!(topic, Topic::Room(_));
                let watched = !room || listeners.subscribers.values().any(|s| s.interest == Interest::Watch);
                // Encoded under the lock, so that nobody begins to watch meanwhile.
                self.take(
                    app,
                    &mut listeners,
                    &span.parts(watched, app.config.suffers(SeededFault::RemovalInsideAFrame)),
                );
            }
            Some(known) if rev > known => {
                drop(listeners);
                self.heal(app, topic);
            }
            _ => {}
        }
    }

    /// Hands on encoded parts of one topic, from here or from another node, to who listens here.
    pub(super) fn accept(&self, app: &App, topic: Topic, parts: Vec<Part>) {
        let Some(listeners) = self.listeners(topic) else { return };
        if !self.take(app, &mut listeners.lock(), &parts) {
            self.heal(app, topic);
        }
    }

    /// Sends each part that follows on what is known, passes over those that are known, and says whether there was no
    /// gap between.
    fn take(&self, app: &App, listeners: &mut Listeners, parts: &[Part]) -> bool {
        for part in parts {
            let Some(known) = listeners.known else { return true };
            if part.frame.rev <= known {
                continue;
            }
            if part.frame.since != known {
                return false;
            }
            part.left.iter().for_each(|user_id| app.presence.doubt(*user_id));
            listeners.last_seq = listeners.last_seq.max(part.frame.last_seq);
            let (frames, bytes) = part.send(listeners);
            listeners.known = Some(part.frame.rev);
            app.metrics.frames(frames as u64, bytes as u64);
        }
        true
    }
}
