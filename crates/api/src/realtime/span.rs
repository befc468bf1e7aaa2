//! Rows on their way to a topic's listeners: a [`Span`] becomes [`Part`]s, each with one encoded [`Frame`] that all
//! listeners share, here and on other nodes.
//!
//! A removal ends its frame: a span is cut at each member that left, so nothing above a removal's revision reaches the
//! removed person.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use types::socket::ServerFrame;
use types::{Changes, Everyone, MeChanges, Message, Rev, RoomId, Seq, SiteChanges, UserId};

use super::encoded::{Encoded, encode};
use super::hub::{Flow, Interest, Listeners, Subscriber, Topic};
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
    /// Of a room: the place of the newest message among these rows, or 0.
    pub last_seq: Seq,
    /// Of a room: whom these rows name, for those who are only told that it moved.
    pub names: Names,
    /// As it is written. Empty if nobody wanted it encoded.
    pub text: Encoded,
    /// In a person's own stream: rooms that are theirs, so that their sockets listen to new ones.
    pub joined: Vec<RoomId>,
}

/// Whom some rows name.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Names {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<UserId>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    all: bool,
}

impl Names {
    fn of(messages: &[Message]) -> Names {
        let people: BTreeSet<UserId> = messages.iter().flat_map(|m| &m.mentions).copied().collect();
        Names { people: people.into_iter().collect(), all: messages.iter().any(|m| m.everyone == Some(Everyone::All)) }
    }

    fn include(&self, user_id: UserId) -> bool {
        self.all || self.people.binary_search(&user_id).is_ok()
    }

    /// Whether they name nobody.
    pub fn is_nobody(&self) -> bool {
        !self.all && self.people.is_empty()
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

/// A span ready to be sent, or a piece of one: an encoded frame and what the hub must know of it.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// What is sent.
    pub(super) frame: Arc<Frame>,
    /// Of a room: who has left with the last revision of this part.
    pub(super) left: Vec<UserId>,
    /// Of a room: whether it was deleted.
    pub(super) deleted: bool,
}

impl Span {
    /// Cuts at each removal and, if somebody will read them, encodes the parts, each once for all its readers. `whole`
    /// does not cut, a fault put in on purpose.
    pub(super) fn parts(self, encoded: bool, whole: bool) -> Vec<Part> {
        let topic = self.topic();
        let (since, rev) = self.reach();
        let text = |frame: ServerFrame| if encoded { encode(&frame) } else { Encoded::text(b"") };
        match self {
            Span::Room(changes) => {
                let parts = if whole { vec![changes] } else { split(changes) };
                parts.into_iter().map(|part| room_part(part, encoded)).collect()
            }
            Span::Me(_, changes) => {
                let joined = changes.marks.iter().filter(|m| m.joined).map(|m| m.room_id).collect();
                let text = text(ServerFrame::MeChanges(changes));
                vec![Part::whole(Frame { topic, since, rev, last_seq: 0, names: Names::default(), text, joined })]
            }
            Span::Site(changes) => {
                let text = text(ServerFrame::SiteChanges(changes));
                vec![Part::whole(Frame {
                    topic,
                    since,
                    rev,
                    last_seq: 0,
                    names: Names::default(),
                    text,
                    joined: Vec::new(),
                })]
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

fn room_part(changes: Changes, encoded: bool) -> Part {
    let (topic, since, rev) = (Topic::Room(changes.room_id), changes.since, changes.rev);
    let last_seq = changes.messages.iter().filter(|m| m.in_room).map(|m| m.seq).max().unwrap_or(0);
    let names = Names::of(&changes.messages);
    let left = changes.members.iter().filter(|m| m.left_at.is_some()).map(|m| m.user_id).collect();
    let deleted = changes.room.as_ref().is_some_and(|r| r.deleted_at.is_some());
    let text = if encoded { encode(&ServerFrame::Changes(changes)) } else { Encoded::text(b"") };
    Part { frame: Arc::new(Frame { topic, since, rev, last_seq, names, text, joined: Vec::new() }), left, deleted }
}

impl Part {
    fn whole(frame: Frame) -> Part {
        Part { frame: Arc::new(frame), left: Vec::new(), deleted: false }
    }

    /// Sends it to who listens: rows to watchers, a bump to the others. Whoever left with it gets nothing more. Gives
    /// frames and bytes sent.
    pub(super) fn send(&self, listeners: &mut Listeners) -> (usize, usize) {
        let mut frames = 0;
        let Frame { topic, rev, text, names, .. } = &*self.frame;
        for Subscriber { outbox, interest, flow } in listeners.subscribers.values() {
            match (*topic, interest, flow) {
                (Topic::Room(room_id), Interest::Bump, _) => {
                    outbox.bump(room_id, *rev, listeners.last_seq, names.include(outbox.user_id));
                }
                (Topic::Room(_), Interest::Watch, Flow::Live(has)) if rev > has => {
                    outbox.push(text);
                    frames += 1;
                }
                // Its socket reads on until here by itself.
                (Topic::Room(_), Interest::Watch, _) => {}
                _ => {
                    outbox.act(Out::Frame(self.frame.clone()));
                    frames += 1;
                }
            }
        }
        if let Topic::Room(room_id) = self.frame.topic
            && (self.deleted || !self.left.is_empty())
        {
            listeners.subscribers.retain(|_, subscriber| {
                let out = self.deleted || self.left.contains(&subscriber.outbox.user_id);
                if out {
                    subscriber.outbox.act(Out::Gone(room_id));
                }
                !out
            });
        }
        (frames, frames * text.len())
    }
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
        (part.reactions, rest.reactions) = std::mem::take(&mut rest.reactions).into_iter().partition(|r| r.rev <= cut);
        (part.votes, rest.votes) = std::mem::take(&mut rest.votes).into_iter().partition(|v| v.rev <= cut);
        (part.events, rest.events) = std::mem::take(&mut rest.events).into_iter().partition(|e| e.seq <= cut);
        rest.since = cut;
        parts.push(part);
    }
    parts
}
