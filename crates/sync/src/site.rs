//! The site's stream: people and the directory of public rooms.

use types::{DirectoryRoom, Epoch, Rev, RoomId, SiteChanges, User, UserId};

use crate::outcome::Span;
use crate::{Outcome, Sorted};

/// The rows of the site's stream that were seen and how far they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SiteState {
    epoch: Epoch,
    rev: Rev,
    users: Sorted<UserId, User>,
    rooms: Sorted<RoomId, DirectoryRoom>,
}

impl SiteState {
    /// Starts at a head: what came before is asked for where it is shown.
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

    /// A person, if seen.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)
    }

    /// The people seen.
    pub fn users(&self) -> &Sorted<UserId, User> {
        &self.users
    }

    /// The rows of the directory seen, hidden ones included.
    pub fn rooms(&self) -> &Sorted<RoomId, DirectoryRoom> {
        &self.rooms
    }

    /// Applies a span. After a reset people and directory are asked for again where they are shown.
    pub fn apply(&mut self, changes: &SiteChanges) -> Outcome {
        let SiteChanges { epoch, since, rev, more: _, reset, users, rooms } = changes;
        let outcome = Span { epoch, since: *since, rev: *rev, reset: *reset }.meet(&self.epoch, self.rev);
        match outcome {
            Outcome::Reset => *self = Self::starting(epoch.clone(), *rev),
            Outcome::Applied => (self.epoch, self.rev) = (epoch.clone(), *rev),
            Outcome::Known | Outcome::Gap { .. } | Outcome::OtherEpoch => return outcome,
        }
        self.add_users(users);
        self.add_rooms(rooms);
        outcome
    }

    /// Adds people told by a page; a newer row that is held stays.
    pub fn add_users(&mut self, users: &[User]) {
        for user in users {
            if self.users.get(&user.id).is_none_or(|held| held.rev < user.rev) {
                self.users.insert(user.id, user.clone());
            }
        }
    }

    /// Adds rows of the directory told by a list; a newer row that is held stays.
    pub fn add_rooms<'a>(&mut self, rooms: impl IntoIterator<Item = &'a DirectoryRoom>) {
        for room in rooms {
            if self.rooms.get(&room.id).is_none_or(|held| held.rev < room.rev) {
                self.rooms.insert(room.id, room.clone());
            }
        }
    }
}
