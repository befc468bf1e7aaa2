//! Rows on their way to a topic's listeners: a [`Span`] becomes one encoded [`Frame`] that all of them share.
//!
//! A removal ends its frame: a span is cut at each member that left, so nothing above a removal's revision reaches the
//! removed person.

use std::sync::Arc;

use bytestring::ByteString;
use serde::Serialize;
use types::socket::ServerFrame;
use types::{Changes, MeChanges, Rev, RoomId, Seq, SiteChanges, UserId};

use super::hub::{Interest, Listeners, Topic};
use super::outbox::Out;

/// An encoded span.
#[derive(Debug)]
pub struct Frame {
    /// Of which stream.
    pub topic: Topic,
    /// The revision it follows.
    pub since: Rev,
    /// The revision it reaches.
    pub rev: Rev,
    /// Of a room: the place of its newest message.
    pub last_seq: Seq,
    /// The JSON.
    pub text: ByteString,
    /// In a person's own stream: rooms that are theirs, so that their sockets listen to new ones.
    pub joined: Vec<RoomId>,
}

/// Encodes a frame; a wire type that can't be encoded would be a fault of this program and is logged.
pub fn encode<T: Serialize>(frame: &T) -> ByteString {
    match serde_json::to_string(frame) {
        Ok(text) => text.into(),
        Err(error) => {
            tracing::error!(%error, "a frame could not be encoded");
            ByteString::from_static("{\"type\":\"heartbeat\"}")
        }
    }
}

/// Rows of any stream, as a commit or the feed gives them.
pub enum Span {
    /// A room's.
    Room(Changes),
    /// A person's.
    Me(UserId, MeChanges),
    /// The site's.
    Site(SiteChanges),
}

impl Span {
    /// Sends them to who listens; gives frames and bytes sent. `whole` does not cut at removals, a fault put in on
    /// purpose.
    pub(super) fn send(self, listeners: &mut Listeners, whole: bool) -> (usize, usize) {
        let topic = self.topic();
        let (since, rev) = self.reach();
        match self {
            Span::Room(changes) => room(listeners, if whole { vec![changes] } else { split(changes) }),
            Span::Me(_, changes) => {
                let joined = changes.marks.iter().filter(|m| m.joined).map(|m| m.room_id).collect();
                let text = encode(&ServerFrame::MeChanges(changes));
                everyone(listeners, Frame { topic, since, rev, last_seq: 0, text, joined })
            }
            Span::Site(changes) => {
                let text = encode(&ServerFrame::SiteChanges(changes));
                everyone(listeners, Frame { topic, since, rev, last_seq: 0, text, joined: Vec::new() })
            }
        }
    }

    /// The stream they are of.
    pub(super) fn topic(&self) -> Topic {
        match self {
            Span::Room(c) => Topic::Room(c.room_id),
            Span::Me(user, _) => Topic::Me(*user),
            Span::Site(_) => Topic::Site,
        }
    }

    /// The revision they follow and the one they reach.
    pub(super) fn reach(&self) -> (Rev, Rev) {
        match self {
            Span::Room(c) => (c.since, c.rev),
            Span::Me(_, c) => (c.since, c.rev),
            Span::Site(c) => (c.since, c.rev),
        }
    }
}

/// Sends a span that concerns every listener alike. Gives frames and bytes sent.
fn everyone(listeners: &Listeners, frame: Frame) -> (usize, usize) {
    let frame = Arc::new(frame);
    for subscriber in listeners.subscribers.values() {
        subscriber.outbox.send(Out::Frame(frame.clone()));
    }
    (listeners.subscribers.len(), listeners.subscribers.len() * frame.text.len())
}

/// Sends a room's span, cut at each removal: rows to watchers, a bump to the others.
fn room(listeners: &mut Listeners, parts: Vec<Changes>) -> (usize, usize) {
    let (mut frames, mut bytes) = (0, 0);
    for part in parts {
        let topic = Topic::Room(part.room_id);
        let newest = part.messages.iter().map(|m| m.seq).max().unwrap_or(0);
        listeners.last_seq = listeners.last_seq.max(newest);
        let last_seq = listeners.last_seq;
        let removed: Vec<UserId> = part.members.iter().filter(|m| m.left_at.is_some()).map(|m| m.user_id).collect();
        let deleted = part.room.as_ref().is_some_and(|r| r.deleted_at.is_some());
        let (room_id, since, rev) = (part.room_id, part.since, part.rev);
        let watched = listeners.subscribers.values().any(|s| s.interest == Interest::Watch);
        let frame = watched.then(|| {
            let text = encode(&ServerFrame::Changes(part));
            Arc::new(Frame { topic, since, rev, last_seq, text, joined: Vec::new() })
        });
        for subscriber in listeners.subscribers.values() {
            match (&frame, subscriber.interest) {
                (Some(frame), Interest::Watch) => {
                    subscriber.outbox.send(Out::Frame(frame.clone()));
                    frames += 1;
                    bytes += frame.text.len();
                }
                _ => subscriber.outbox.bump(room_id, rev, last_seq),
            }
        }
        if deleted || !removed.is_empty() {
            listeners.subscribers.retain(|_, subscriber| {
                let out = deleted || removed.contains(&subscriber.outbox.user_id);
                if out {
                    subscriber.outbox.send(Out::Gone(room_id));
                }
                !out
            });
        }
    }
    (frames, bytes)
}

/// Cuts a span after each member row that says somebody left so that a part ends with it.
fn split(changes: Changes) -> Vec<Changes> {
    let mut cuts: Vec<Rev> = changes.members.iter().filter(|m| m.left_at.is_some()).map(|m| m.rev).collect();
    cuts.sort_unstable();
    cuts.retain(|cut| *cut < changes.rev);
    if cuts.is_empty() {
        return vec![changes];
    }
    cuts.push(changes.rev);
    let mut rest = changes;
    let mut parts = Vec::with_capacity(cuts.len());
    for cut in cuts {
        let mut part = Changes::empty(rest.room_id, rest.epoch.clone(), rest.since);
        part.rev = cut;
        part.room = rest.room.take_if(|r| r.rev <= cut);
        (part.messages, rest.messages) = std::mem::take(&mut rest.messages).into_iter().partition(|m| m.rev <= cut);
        (part.members, rest.members) = std::mem::take(&mut rest.members).into_iter().partition(|m| m.rev <= cut);
        (part.events, rest.events) = std::mem::take(&mut rest.events).into_iter().partition(|e| e.seq <= cut);
        rest.since = cut;
        parts.push(part);
    }
    parts
}
