//! Who is typing in the watched rooms.

use leptos::prelude::*;
use sync::Sorted;
use types::{RoomId, UserId};

/// The people told of, and how many more there are.
pub(super) type Typists = (Vec<UserId>, usize);

/// Typing people per room.
#[derive(Debug, Clone, Copy)]
pub struct Typing(RwSignal<Sorted<RoomId, Typists>>);

impl Typing {
    /// Nobody.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self(RwSignal::new(Sorted::new()))
    }

    /// The whole list of a room.
    pub fn set(self, room: RoomId, users: Vec<UserId>, more: usize) {
        self.0.update(|rooms| {
            rooms.insert(room, (users, more));
        });
    }

    /// Who types in a room besides me, tracked.
    pub fn of(self, room: RoomId, me: Option<UserId>) -> Typists {
        self.0.with(|rooms| {
            let (users, more) = rooms.get(&room).cloned().unwrap_or_default();
            (users.into_iter().filter(|user| Some(*user) != me).collect(), more)
        })
    }

    /// The connection was lost: what was told may no longer be so.
    pub fn clear(self) {
        self.0.set(Sorted::new());
    }
}
