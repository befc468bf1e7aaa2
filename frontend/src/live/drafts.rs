//! Drafts: kept in the browser at once, told to the server a moment after the last letter, and shown on my other devices.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use types::{Draft, ErrorCode, MessageId, RoomId, UserId};

use super::{Live, Wires};
use crate::api;
use crate::state::{Kept, Writable};

/// The server is told so long after the last letter.
const TELL_AFTER: Duration = Duration::from_millis(1_500);
/// Under names that begin so the browser keeps drafts: whose, which room, which thread.
const NAME: &str = "confab.draft.";
/// Before a text that the server has yet to learn.
const FRESH: char = '+';
/// Before one that it has.
const TOLD: char = '=';

/// How the drafts stand with the server.
#[derive(Default)]
pub(super) struct Telling {
    /// Whether it was asked for them in this visit.
    began: Cell<bool>,
    /// It keeps none.
    refused: Cell<bool>,
    under_way: Cell<bool>,
    /// Counts the letters: whoever waited for the last one tells.
    letters: Cell<u32>,
}

impl Live {
    /// I am writing this somewhere.
    pub fn draft(self, place: Writable, body: &str) {
        let Some(wires) = self.wires() else { return };
        if !wires.state.drafts.write(place, body) {
            return;
        }
        wires.keep_draft(place);
        let letters = wires.telling.letters.get().wrapping_add(1);
        wires.telling.letters.set(letters);
        let later = Rc::downgrade(&wires);
        let tell = move || {
            if let Some(wires) = later.upgrade().filter(|wires| wires.telling.letters.get() == letters) {
                wires.tell_drafts();
            }
        };
        set_timeout(tell, TELL_AFTER);
    }

    /// What I was writing somewhere is sent.
    pub fn drafted(self, place: Writable) {
        let Some(wires) = self.wires() else { return };
        if wires.state.drafts.write(place, "") {
            wires.keep_draft(place);
            wires.tell_drafts();
        }
    }
}

impl Wires {
    /// Shows the drafts this browser kept.
    pub(super) fn remember_drafts(&self) {
        let (Some(me), Ok(Some(storage))) = (self.me(), window().local_storage()) else { return };
        for name in names(&storage, me) {
            let kept = storage.get_item(&name).ok().flatten();
            if let (Some(place), Some(text)) = (place(&name, me), kept) {
                let fresh = text.starts_with(FRESH);
                let body = text.get(1..).unwrap_or_default();
                self.state.drafts.remember(place, Kept { body: body.to_owned(), fresh, there: true });
            }
        }
    }

    /// Asks for the drafts once in a visit, and tells those the server has not got.
    pub(super) fn begin_drafts(self: &Rc<Self>) {
        if self.telling.began.replace(true) {
            return self.tell_drafts();
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            let mut cursor = None;
            loop {
                match api::list_drafts(cursor.take()).await {
                    Ok(page) if wires.connects() => {
                        wires.drafts_told(&page.items);
                        cursor = page.next;
                    }
                    Ok(_) => return,
                    Err(failure) => {
                        let none = failure.code() == Some(ErrorCode::NotFound);
                        wires.telling.refused.set(none);
                        wires.telling.began.set(none);
                        return;
                    }
                }
                if cursor.is_none() {
                    return wires.tell_drafts();
                }
            }
        });
    }

    /// The server told of drafts of mine.
    pub(super) fn drafts_told(&self, drafts: &[Draft]) {
        for draft in drafts {
            let place = (draft.room_id, draft.root_id);
            if self.state.drafts.tell(place, &draft.body) {
                self.keep_draft(place);
            }
        }
    }

    /// Tells the server what it has not got, one after the other.
    fn tell_drafts(self: &Rc<Self>) {
        if self.telling.refused.get() || !self.connects() || self.telling.under_way.replace(true) {
            return;
        }
        let wires = Rc::clone(self);
        spawn_local(async move {
            while let Some((place, body)) = wires.state.drafts.fresh().into_iter().next() {
                wires.state.drafts.tells(place);
                let answer = api::set_draft(place.0, place.1, body.clone()).await;
                if !wires.connects() || answer.as_ref().is_err_and(|failure| failure.passes()) {
                    break;
                }
                // What was refused for good, as in a room that is mine no more, stays here.
                wires.state.drafts.settle(place, &body);
                wires.keep_draft(place);
            }
            wires.telling.under_way.set(false);
        });
    }

    /// Keeps a draft in this browser, as it stands.
    fn keep_draft(&self, place: Writable) {
        let (Some(me), Ok(Some(storage))) = (self.me(), window().local_storage()) else { return };
        let (name, body) = (name(place, me), self.state.drafts.body(place));
        let fresh = self.state.drafts.fresh().iter().any(|(other, _)| *other == place);
        // A storage that is full costs the draft at the next start, unless the server has it.
        let _ = if body.is_empty() && !fresh {
            storage.remove_item(&name)
        } else {
            let mut text = String::from(if fresh { FRESH } else { TOLD });
            text.push_str(&body);
            storage.set_item(&name, &text)
        };
    }

    /// Lets go what this browser kept of a person's drafts.
    pub(super) fn wipe_drafts(me: UserId) {
        let Ok(Some(storage)) = window().local_storage() else { return };
        for name in names(&storage, me) {
            let _ = storage.remove_item(&name);
        }
    }
}

/// Under which names the browser keeps a person's drafts.
fn names(storage: &web_sys::Storage, me: UserId) -> Vec<String> {
    let whose = format!("{NAME}{me}.");
    let all = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok().flatten());
    all.filter(|name| name.starts_with(&whose)).collect()
}

fn name((room, root): Writable, me: UserId) -> String {
    match root {
        Some(root) => format!("{NAME}{me}.{room}.{root}"),
        None => format!("{NAME}{me}.{room}"),
    }
}

fn place(name: &str, me: UserId) -> Option<Writable> {
    let place = name.strip_prefix(&format!("{NAME}{me}."))?;
    let (room, root): (&str, Option<&str>) =
        place.split_once('.').map_or((place, None), |(room, root)| (room, Some(root)));
    let room: RoomId = room.parse().ok()?;
    let root: Option<MessageId> = root.map(str::parse).transpose().ok()?;
    Some((room, root))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_found_where_it_was_kept_and_only_by_who_wrote_it() {
        let id = uuid::Uuid::from_u128;
        let (me, room, root) = (UserId(id(1)), RoomId(id(2)), MessageId(id(3)));
        for written in [(room, None), (room, Some(root))] {
            assert_eq!(place(&name(written, me), me), Some(written));
            assert_eq!(place(&name(written, me), UserId(id(4))), None);
        }
        assert_eq!(place("confab.draft.", me), None);
    }
}
