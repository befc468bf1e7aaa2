//! My own stream: which rooms are mine and up to where I have read.

use std::collections::BTreeMap;

use types::{Epoch, Mark, MeChanges, Rev, RoomId, Seq};

use crate::Outcome;
use crate::outcome::Span;

/// The rows of my stream and how far they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeState {
    epoch: Epoch,
    rev: Rev,
    marks: BTreeMap<RoomId, Mark>,
}

impl MeState {
    /// Starts at a head: what came before is asked for in lists.
    pub fn starting(epoch: Epoch, rev: Rev) -> Self {
        Self { epoch, rev, marks: BTreeMap::new() }
    }

    /// The history the revision belongs to.
    pub fn epoch(&self) -> &Epoch {
        &self.epoch
    }

    /// The revision known.
    pub fn rev(&self) -> Rev {
        self.rev
    }

    /// The rooms seen, those I left included.
    pub fn marks(&self) -> &BTreeMap<RoomId, Mark> {
        &self.marks
    }

    /// Up to where I have read a room.
    pub fn read_seq(&self, room: RoomId) -> Option<Seq> {
        self.marks.get(&room).map(|mark| mark.read_seq)
    }

    /// Applies a span.
    pub fn apply(&mut self, changes: &MeChanges) -> Outcome {
        let MeChanges { epoch, since, rev, more: _, reset, marks } = changes;
        let outcome = Span { epoch, since: *since, rev: *rev, reset: *reset }.meet(&self.epoch, self.rev);
        match outcome {
            Outcome::Reset => *self = Self::starting(epoch.clone(), *rev),
            Outcome::Applied => (self.epoch, self.rev) = (epoch.clone(), *rev),
            Outcome::Known | Outcome::Gap { .. } | Outcome::OtherEpoch => return outcome,
        }
        for mark in marks {
            if self.marks.get(&mark.room_id).is_none_or(|held| held.rev < mark.rev) {
                self.marks.insert(mark.room_id, mark.clone());
            }
        }
        outcome
    }
}
