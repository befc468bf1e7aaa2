//! Which dialog is open: one at a time, held in a context signal that any component may set.

use leptos::prelude::*;
use types::RoomId;

/// A dialog of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// Profile, appearance and sessions.
    Settings,
    /// The public rooms.
    Directory,
    /// A new room.
    CreateRoom,
    /// Name, topic, kind, archive and deletion of a room.
    RoomSettings(RoomId),
    /// Invite links of a room.
    Invite(RoomId),
    /// The sheet of keys.
    Shortcuts,
    /// The quick switcher.
    Switcher,
}

/// The context signal that says which dialog is open.
#[derive(Debug, Clone, Copy)]
pub struct Open(pub RwSignal<Option<Dialog>>);

impl Open {
    /// Opens a dialog in place of whichever is open.
    pub fn show(self, dialog: Dialog) {
        self.0.set(Some(dialog));
    }

    /// Closes the open dialog.
    pub fn close(self) {
        self.0.set(None);
    }
}

/// The context signal; a page without one gets one of its own, which opens nothing.
pub fn use_open() -> Open {
    use_context().unwrap_or_else(|| Open(RwSignal::new(None)))
}
