//! What I have begun to write, by room and thread: as it stands here, and which of it the server has not got yet.

use leptos::prelude::*;
use sync::Sorted;
use types::{MessageId, RoomId};

/// Where one writes: a room, or a thread of it.
pub type Writable = (RoomId, Option<MessageId>);

/// A draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Kept {
    /// What was written; empty once it was sent.
    pub body: String,
    /// Whether the server has yet to learn of it.
    pub fresh: bool,
    /// Whether the server may have a text; what it never had it need not be told to let go.
    pub there: bool,
}

/// All drafts.
#[derive(Debug, Clone, Copy)]
pub struct Drafts {
    held: StoredValue<Sorted<Writable, Kept>>,
    rooms: RwSignal<Sorted<RoomId, ()>>,
    /// Counts the changes, for whoever shows all drafts.
    changed: RwSignal<u32>,
    told: RwSignal<Option<Writable>>,
}

impl Drafts {
    /// None yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        let (rooms, changed, told) = (RwSignal::new(Sorted::new()), RwSignal::new(0), RwSignal::new(None));
        Self { held: StoredValue::new(Sorted::new()), rooms, changed, told }
    }

    fn kept(self, place: Writable) -> Kept {
        self.held.with_value(|held| held.get(&place).cloned().unwrap_or_default())
    }

    /// What was being written somewhere.
    pub fn body(self, place: Writable) -> String {
        self.kept(place).body
    }

    /// Whether something is being written in a room, tracked.
    pub fn begun(self, room: RoomId) -> bool {
        self.rooms.with(|rooms| rooms.contains_key(&room))
    }

    /// What is being written anywhere, tracked.
    pub fn all(self) -> Vec<(Writable, String)> {
        self.changed.track();
        self.held.with_value(|held| {
            let begun = held.iter().filter(|(_, kept)| !kept.body.is_empty());
            begun.map(|(place, kept)| (*place, kept.body.clone())).collect()
        })
    }

    /// The place of which another device told last, tracked.
    pub fn told(self) -> Option<Writable> {
        self.told.get()
    }

    /// Keeps what I am writing; answers whether it is another text than before.
    pub fn write(self, place: Writable, body: &str) -> bool {
        let body = if body.trim().is_empty() { "" } else { body };
        let before = self.kept(place);
        if before.body == body {
            return false;
        }
        let fresh = before.there || !body.is_empty();
        self.set(place, Kept { body: body.to_owned(), fresh, ..before });
        true
    }

    /// What this device kept of an earlier visit.
    pub fn remember(self, place: Writable, kept: Kept) {
        self.set(place, kept);
    }

    /// The server told of a draft; what it has not got from here yet stays. Answers whether that is another text.
    pub fn tell(self, place: Writable, body: &str) -> bool {
        let before = self.kept(place);
        if before.fresh || before.body == body {
            return false;
        }
        self.set(place, Kept { body: body.to_owned(), fresh: false, there: !body.is_empty() });
        self.told.set(Some(place));
        true
    }

    /// What the server has yet to learn.
    pub fn fresh(self) -> Vec<(Writable, String)> {
        let held = self.held.try_get_value().unwrap_or_default();
        held.iter().filter(|(_, kept)| kept.fresh).map(|(place, kept)| (*place, kept.body.clone())).collect()
    }

    /// The server is being told.
    pub fn tells(self, place: Writable) {
        self.set(place, Kept { there: true, ..self.kept(place) });
    }

    /// The server has this text; if it is still the same here, there is nothing more to tell.
    pub fn settle(self, place: Writable, body: &str) {
        let now = self.body(place);
        self.set(place, Kept { fresh: now != body, body: now, there: !body.is_empty() });
    }

    fn set(self, place: Writable, kept: Kept) {
        self.held.update_value(|held| {
            if kept == Kept::default() {
                held.remove(&place);
            } else {
                held.insert(place, kept);
            }
        });
        self.changed.update(|changed| *changed = changed.wrapping_add(1));
        let (room, _) = place;
        let begun = self.held.with_value(|held| {
            held.iter().any(|((other, root), kept)| *other == room && root.is_none() && !kept.body.is_empty())
        });
        if self.rooms.with_untracked(|rooms| rooms.contains_key(&room)) != begun {
            self.rooms.update(|rooms| {
                if begun {
                    rooms.insert(room, ());
                } else {
                    rooms.remove(&room);
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: Writable = (RoomId(uuid::Uuid::from_u128(1)), None);

    fn drafts() -> (Owner, Drafts) {
        let owner = Owner::new();
        owner.set();
        (owner, Drafts::new())
    }

    #[test]
    fn what_i_write_here_is_not_lost_to_what_another_device_wrote_before() {
        let (_owner, drafts) = drafts();
        assert!(drafts.write(HERE, "good mor"));
        assert!(!drafts.tell(HERE, "elsewhere"));
        assert_eq!(drafts.body(HERE), "good mor");
        drafts.settle(HERE, "good mor");
        assert!(drafts.fresh().is_empty());
        assert!(drafts.tell(HERE, "elsewhere"));
        assert_eq!((drafts.body(HERE).as_str(), drafts.told.get_untracked()), ("elsewhere", Some(HERE)));
    }

    #[test]
    fn what_was_written_while_the_server_was_told_is_told_as_well() {
        let (_owner, drafts) = drafts();
        drafts.write(HERE, "good");
        drafts.write(HERE, "good morning");
        drafts.settle(HERE, "good");
        assert_eq!(drafts.fresh(), [(HERE, "good morning".to_owned())]);
    }

    #[test]
    fn a_room_is_marked_while_there_is_something_written_in_it() {
        let (_owner, drafts) = drafts();
        let marked = |drafts: Drafts| drafts.rooms.with_untracked(|rooms| rooms.contains_key(&HERE.0));
        drafts.write(HERE, "  ");
        assert!(!marked(drafts));
        drafts.write(HERE, "good");
        assert!(marked(drafts));
        drafts.write(HERE, "");
        assert!(!marked(drafts));
    }

    #[test]
    fn the_server_is_told_that_a_draft_is_gone_only_if_it_may_have_had_it() {
        let (_owner, drafts) = drafts();
        drafts.write(HERE, "good");
        drafts.write(HERE, "");
        assert!(drafts.fresh().is_empty());
        drafts.write(HERE, "good");
        drafts.tells(HERE);
        drafts.write(HERE, "");
        assert_eq!(drafts.fresh(), [(HERE, String::new())]);
        drafts.settle(HERE, "good");
        assert_eq!(drafts.fresh(), [(HERE, String::new())]);
        drafts.settle(HERE, "");
        assert!(drafts.fresh().is_empty());
    }
}
