//! Which rows of a room are on the page: those of its window, made a few at a time, so that no page of history that
//! comes in while one scrolls is felt.

use std::ops::Range;
use std::time::Duration;

use leptos::prelude::*;
use sync::Key;

use crate::effect::effect;
use crate::state::{Lines, Opened, Row, use_state};

/// So many rows are made at once on each side of those that are there.
const AT_ONCE: usize = 10;
/// And so many where there are none: what is in view, and a bit beside it.
const AT_FIRST: usize = 40;

/// The rows of a room.
#[derive(Clone, Copy)]
pub(super) struct Rows {
    /// Those on the page. Set only when other rows are among them.
    pub(super) list: RwSignal<Vec<Row>>,
    /// Those of the window.
    whole: StoredValue<Vec<Row>>,
    /// Which of these are on the page.
    made: StoredValue<Range<usize>>,
    /// Whether more are about to be made.
    due: StoredValue<bool>,
}

impl Rows {
    /// The rows of a room as they change.
    pub(super) fn of(opened: &Opened) -> Self {
        let rows = Self {
            list: RwSignal::new(Vec::new()),
            whole: StoredValue::new(Vec::new()),
            made: StoredValue::new(0..0),
            due: StoredValue::new(false),
        };
        let state = use_state();
        let lines = StoredValue::new(Lines::default());
        let (held, mark) = (opened.rows.clone(), opened.mark.clone());
        effect(move || {
            let Some(me) = state.me.get() else { return };
            let (fresh, at_end) = held.with(|held| {
                state.outgoing.with(|outbox| {
                    state.reacting.with(|wishes| {
                        let fresh = lines.try_update_value(|lines| lines.refresh(held, outbox, wishes, me, mark.get()));
                        (fresh.unwrap_or_default(), held.window().is_some_and(|window| window.at_end()))
                    })
                })
            });
            rows.whole.set_value(fresh);
            rows.make(at_end);
        });
        rows
    }

    /// Whether rows of the window are still to be made above those on the page, and below.
    pub(super) fn lacks(self) -> (bool, bool) {
        let made = self.made.try_get_value().unwrap_or(0..0);
        let count = self.whole.try_with_value(Vec::len).unwrap_or(0);
        (made.start > 0, made.end < count)
    }

    fn make(self, at_end: bool) {
        let (made, fresh) = self.whole.with_value(|whole| {
            let made = self.list.with_untracked(|shown| part(&keys(whole), &keys(shown), at_end));
            (made.clone(), whole.get(made).map(<[Row]>::to_vec).unwrap_or_default())
        });
        self.made.set_value(made);
        let same = self.list.with_untracked(|shown| {
            shown.len() == fresh.len() && shown.iter().zip(&fresh).all(|(before, after)| before.key == after.key)
        });
        if !same {
            self.list.set(fresh);
        }
        if self.lacks() != (false, false) && !self.due.get_value() {
            self.due.set_value(true);
            let go_on = move || {
                if self.due.try_set_value(false).is_none() {
                    self.make(at_end);
                }
            };
            set_timeout(go_on, Duration::ZERO);
        }
    }
}

fn keys(rows: &[Row]) -> Vec<Key> {
    rows.iter().map(|row| row.key).collect()
}

/// Which rows of the window are to be on the page next, when some are.
fn part(whole: &[Key], shown: &[Key], at_end: bool) -> Range<usize> {
    let place = |key: &Key| match key {
        Key::Message(_) | Key::Event(_) => whole.iter().position(|other| other == key),
        // They go from row to row.
        Key::Day(_) | Key::New => None,
    };
    let new = whole.iter().position(|key| *key == Key::New);
    let kept = shown.iter().find_map(place).zip(shown.iter().rev().find_map(place));
    let (start, end) = match kept {
        Some((first, last)) => (first.saturating_sub(AT_ONCE), last + 1 + AT_ONCE),
        None if whole.len() <= AT_FIRST + AT_ONCE => (0, whole.len()),
        None => match new {
            Some(new) => (new, new + AT_FIRST),
            None if at_end => (whole.len() - AT_FIRST, whole.len()),
            // The reader is put at one of them.
            None => (0, whole.len()),
        },
    };
    // Where the room opens is there from the beginning, and what stands right above it.
    let start = new.map_or(start, |new| start.min(new.saturating_sub(AT_ONCE)));
    let end = new.map_or(end, |new| end.max(new + AT_ONCE));
    start..end.min(whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use types::Seq;

    fn events(seqs: Range<Seq>) -> Vec<Key> {
        seqs.map(Key::Event).collect()
    }

    #[test]
    fn a_room_begins_with_its_end_or_what_is_new_and_grows_from_there() {
        let whole = events(0..200);
        assert_eq!(part(&whole, &[], true), 160..200);
        assert_eq!(part(&whole, &whole[160..], true), 150..200);
        assert_eq!(part(&whole, &whole[5..], true), 0..200);
        assert_eq!(part(&whole[..45], &[], true), 0..45);
        let mut new = whole.clone();
        new.insert(100, Key::New);
        assert_eq!(part(&new, &[], true), 90..140);
        assert_eq!(part(&new, &whole[160..], true), 90..201);
        assert_eq!(part(&whole, &[], false), 0..200);
    }

    #[test]
    fn days_are_no_place_to_grow_from() {
        let mut whole = vec![Key::Day(1)];
        whole.extend(events(0..100));
        assert_eq!(part(&whole, &[Key::Day(1), Key::Event(500)], true), 61..101);
        assert_eq!(part(&whole, &[Key::Day(1), Key::Event(50)], true), 41..62);
    }
}
