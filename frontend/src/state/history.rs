//! The rows of the rooms seen in this visit; going back to one shows it at once.

use leptos::prelude::*;
use sync::{RoomState, Sorted};
use types::{Changes, Rev, RoomId, Seq};

/// How far the reader is in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// What is held may be older than the room: its end is not yet the end, and nothing of it counts as seen.
    Behind,
    /// What is new is held from its first message on: the reader is to be put there.
    Known,
    /// The reader is there.
    Inside,
}

/// One room's rows as a signal, and how the reader found it.
#[derive(Debug, Clone)]
pub struct Opened {
    /// The rows.
    pub rows: ArcRwSignal<RoomState>,
    /// Up to where the reader had read when the room was last opened: where the "New" line stands.
    pub mark: ArcRwSignal<Option<Seq>>,
    /// Whether the last attempt to load failed.
    pub failed: ArcRwSignal<bool>,
    /// How far the reader is in it.
    pub stage: ArcRwSignal<Stage>,
    /// Whether the rows held are not those to be shown, which are on their way.
    pub waits: ArcRwSignal<bool>,
}

/// The rooms seen.
#[derive(Debug, Clone, Copy)]
pub struct History(StoredValue<Sorted<RoomId, Opened>>);

impl History {
    /// None yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self(StoredValue::new(Sorted::new()))
    }

    /// A room, empty if it was not seen yet.
    pub fn room(self, id: RoomId) -> Opened {
        if let Some(opened) = self.seen(id) {
            return opened;
        }
        let opened = Opened {
            rows: ArcRwSignal::new(RoomState::new(id)),
            mark: ArcRwSignal::new(None),
            failed: ArcRwSignal::new(false),
            stage: ArcRwSignal::new(Stage::Behind),
            waits: ArcRwSignal::new(false),
        };
        self.0.update_value(|rooms| {
            rooms.insert(id, opened.clone());
        });
        opened
    }

    /// A room, if it was seen.
    pub fn seen(self, id: RoomId) -> Option<Opened> {
        self.0.with_value(|rooms| rooms.get(&id).cloned())
    }

    /// The revision held of a room; 0 = nothing.
    pub fn rev(self, id: RoomId) -> Rev {
        self.seen(id).map_or(0, |opened| opened.rows.with_untracked(RoomState::rev))
    }

    /// The newest rows of a room as the device kept them, and up to where they were read, unless something is held of it.
    pub fn remember(self, kept: &Changes, mark: Option<Seq>) {
        let Opened { rows, mark: shown, .. } = self.room(kept.room_id);
        if rows.with_untracked(|rows| rows.rev() == 0 && rows.window().is_none()) {
            // A reset is always taken.
            rows.update(|rows| _ = rows.apply(kept));
            shown.set(mark);
        }
    }

    /// Lets a room go.
    pub fn remove(self, id: RoomId) {
        self.0.update_value(|rooms| {
            rooms.remove(&id);
        });
    }

    /// Another history began: lets every room's rows go.
    pub fn forget_all(self) {
        let all: Vec<Opened> = self.0.with_value(|rooms| rooms.values().cloned().collect());
        all.iter().for_each(|opened| opened.rows.update(RoomState::forget));
    }
}
