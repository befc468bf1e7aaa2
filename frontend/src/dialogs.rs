//! Which dialog is open: one at a time, held in a context signal that any component may set. And what was just done and
//! can't be seen otherwise.

use std::time::Duration;

use leptos::prelude::*;
use types::{MessageId, RoomId, UserId};

use crate::components::sidebar::naming::Naming;

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
    /// The name of a part of the list of rooms.
    Naming(Naming),
    /// Who someone is, seen from a room.
    Person(UserId, RoomId),
    /// A conversation with people to be chosen; those of a conversation are chosen already.
    Direct(Option<RoomId>),
    /// Who has read a message.
    Reads(MessageId),
    /// Passes a message on.
    Forward(MessageId),
    /// What a message said before.
    Versions(MessageId),
    /// A room's webhooks.
    Integrations(RoomId),
    /// A new poll in a room.
    NewPoll(RoomId),
    /// Who chose what in a poll.
    Voters(MessageId),
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

/// A notice stands this long.
const NOTICE: Duration = Duration::from_secs(3);

/// The context signal of what was just done and can't be seen otherwise.
#[derive(Debug, Clone, Copy)]
pub struct Notice(pub RwSignal<Option<&'static str>>);

impl Notice {
    /// Says it for a moment.
    pub fn tell(self, text: &'static str) {
        self.0.set(Some(text));
        set_timeout(move || _ = self.0.try_set(None), NOTICE);
    }
}

/// The context signal; a page without one gets one of its own, which nobody sees.
pub fn use_notice() -> Notice {
    use_context().unwrap_or_else(|| Notice(RwSignal::new(None)))
}
