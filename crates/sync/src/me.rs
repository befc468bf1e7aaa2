//! My own stream: which rooms are mine and up to where I have read, and all else that is mine alone.

use types::{
    Block, Draft, Epoch, Mark, MeChanges, MessageId, Preferences, PreferencesRow, Rev, RoomId, Saved, Scheduled,
    ScheduledId, Seq, ThreadMark, UserId,
};

use crate::outcome::Span;
use crate::{Outcome, Sorted};

/// The rows of my stream and how far they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MeState {
    epoch: Epoch,
    rev: Rev,
    marks: Sorted<RoomId, Mark>,
    threads: Sorted<MessageId, ThreadMark>,
    drafts: Sorted<(RoomId, Option<MessageId>), Draft>,
    saved: Sorted<MessageId, Saved>,
    scheduled: Sorted<ScheduledId, Scheduled>,
    blocks: Sorted<UserId, Block>,
    preferences: Option<PreferencesRow>,
}

impl MeState {
    /// Starts at a head: what came before is asked for in lists.
    pub fn starting(epoch: Epoch, rev: Rev) -> Self {
        Self { epoch, rev, ..Self::default() }
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
    pub fn marks(&self) -> &Sorted<RoomId, Mark> {
        &self.marks
    }

    /// Up to where I have read a room.
    pub fn read_seq(&self, room: RoomId) -> Option<Seq> {
        self.marks.get(&room).map(|mark| mark.read_seq)
    }

    /// A thread as I keep it.
    pub fn thread(&self, root: MessageId) -> Option<&ThreadMark> {
        self.threads.get(&root)
    }

    /// What I have begun to write in a room or thread.
    pub fn draft(&self, room: RoomId, root: Option<MessageId>) -> Option<&Draft> {
        self.drafts.get(&(room, root)).filter(|draft| !draft.body.is_empty())
    }

    /// All that I have begun to write.
    pub fn drafts(&self) -> impl Iterator<Item = &Draft> {
        self.drafts.values().filter(|draft| !draft.body.is_empty())
    }

    /// The messages that I keep.
    pub fn saved(&self) -> impl Iterator<Item = &Saved> {
        self.saved.values().filter(|saved| !saved.removed)
    }

    /// Whether I keep a message.
    pub fn is_saved(&self, id: MessageId) -> bool {
        self.saved.get(&id).is_some_and(|saved| !saved.removed)
    }

    /// What is to be sent later, or was or could not be.
    pub fn scheduled(&self) -> &Sorted<ScheduledId, Scheduled> {
        &self.scheduled
    }

    /// Whether I have blocked somebody.
    pub fn blocks(&self, user: UserId) -> bool {
        self.blocks.get(&user).is_some_and(|block| !block.removed)
    }

    /// How I like things.
    pub fn preferences(&self) -> Option<&Preferences> {
        self.preferences.as_ref().map(|row| &row.preferences)
    }

    /// Applies a span.
    pub fn apply(&mut self, changes: &MeChanges) -> Outcome {
        let MeChanges {
            epoch,
            since,
            rev,
            more: _,
            reset,
            marks,
            threads,
            drafts,
            saved,
            scheduled,
            blocks,
            preferences,
        } = changes;
        let outcome = Span { epoch, since: *since, rev: *rev, reset: *reset }.meet(&self.epoch, self.rev);
        match outcome {
            Outcome::Reset => *self = Self::starting(epoch.clone(), *rev),
            Outcome::Applied => (self.epoch, self.rev) = (epoch.clone(), *rev),
            Outcome::Known | Outcome::Gap { .. } | Outcome::OtherEpoch => return outcome,
        }
        put(&mut self.marks, marks, |row| row.room_id, |row| row.rev);
        put(&mut self.threads, threads, |row| row.root_id, |row| row.rev);
        put(&mut self.drafts, drafts, |row| (row.room_id, row.root_id), |row| row.rev);
        put(&mut self.saved, saved, |row| row.message_id, |row| row.rev);
        put(&mut self.scheduled, scheduled, |row| row.id, |row| row.rev);
        put(&mut self.blocks, blocks, |row| row.user_id, |row| row.rev);
        if let Some(row) = preferences
            && self.preferences.as_ref().is_none_or(|held| held.rev < row.rev)
        {
            self.preferences = Some(row.clone());
        }
        outcome
    }
}

/// A row takes the place of an older one.
fn put<K: Ord, R: Clone>(held: &mut Sorted<K, R>, rows: &[R], key: fn(&R) -> K, rev: fn(&R) -> Rev) {
    for row in rows {
        if held.get(&key(row)).is_none_or(|held| rev(held) < rev(row)) {
            held.insert(key(row), row.clone());
        }
    }
}
