//! The categories of everyone's list of rooms.

use leptos::prelude::*;
use types::Category;

/// The categories as a signal.
#[derive(Debug, Clone, Copy)]
pub struct Categories {
    /// Those seen, those that are no more included.
    rows: RwSignal<Vec<Category>>,
    /// What the stream told since the list was asked for.
    fresh: StoredValue<Vec<Category>>,
}

impl Categories {
    /// None known yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self { rows: RwSignal::new(Vec::new()), fresh: StoredValue::new(Vec::new()) }
    }

    /// The list is asked for: what is told from now on may be newer.
    pub fn ask(self) {
        self.fresh.set_value(Vec::new());
    }

    /// The list as the server told it: all that there are.
    pub fn told(self, mut list: Vec<Category>) {
        self.fresh.with_value(|fresh| put(&mut list, fresh));
        self.set(list);
    }

    /// Rows that the stream told.
    pub fn apply(self, rows: &[Category]) {
        if rows.is_empty() {
            return;
        }
        self.fresh.update_value(|fresh| put(fresh, rows));
        let mut held = self.rows.get_untracked();
        put(&mut held, rows);
        self.set(held);
    }

    /// Those there are, in order; tracked.
    pub fn all(self) -> Vec<Category> {
        let mut rows = self.rows.get();
        rows.retain(|row| !row.removed);
        rows.sort_by_key(|row| (row.position, row.id));
        rows
    }

    fn set(self, rows: Vec<Category>) {
        if self.rows.with_untracked(|held| *held != rows) {
            self.rows.set(rows);
        }
    }
}

/// A row takes the place of an older one.
fn put(held: &mut Vec<Category>, rows: &[Category]) {
    for row in rows {
        match held.iter_mut().find(|held| held.id == row.id) {
            Some(old) if old.rev < row.rev => *old = row.clone(),
            Some(_) => {}
            None => held.push(row.clone()),
        }
    }
}
