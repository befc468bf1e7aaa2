//! The searches I keep, each with what was unread of it when it was counted last.

use leptos::prelude::*;
use types::{CountedSearch, SavedSearch, SearchId};

/// The searches as a signal.
#[derive(Clone, Copy)]
pub struct Searches(RwSignal<Vec<CountedSearch>>);

impl Searches {
    /// None known.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// All of them in the order they were made, tracked.
    pub fn all(self) -> Vec<CountedSearch> {
        self.0.get()
    }

    /// The one that searches for this, untracked.
    pub fn of_query(self, query: &str) -> Option<CountedSearch> {
        self.0.with_untracked(|list| list.iter().find(|item| item.search.query == query).cloned())
    }

    /// What the server counted just now; rows that are newer here stay.
    pub fn counted(self, items: Vec<CountedSearch>) {
        let _ = self.0.try_update(|list| {
            let newer = |told: &CountedSearch| {
                let held = list.iter().find(|held| held.search.id == told.search.id);
                held.filter(|held| held.search.rev > told.search.rev).cloned()
            };
            *list = items.into_iter().map(|told| newer(&told).unwrap_or(told)).collect();
        });
    }

    /// Rows of my stream.
    pub fn told(self, rows: &[SavedSearch]) {
        if rows.is_empty() {
            return;
        }
        self.0.update(|list| {
            for row in rows {
                let at = list.iter().position(|held| held.search.id == row.id);
                match at.and_then(|at| list.get_mut(at)) {
                    Some(held) if held.search.rev < row.rev => {
                        if held.search.seen_at != row.seen_at || held.search.query != row.query {
                            // Counted anew soon; most often all of it was seen.
                            held.unread = 0;
                        }
                        held.search = row.clone();
                    }
                    Some(_) => {}
                    None => list.push(CountedSearch { search: row.clone(), unread: 0 }),
                }
            }
            list.retain(|held| !held.search.removed);
        });
    }

    /// I have seen all that one finds.
    pub fn seen(self, id: SearchId) {
        self.0.update(|list| list.iter_mut().filter(|held| held.search.id == id).for_each(|held| held.unread = 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn search(id: u128, rev: i64) -> SavedSearch {
        let seen_at = types::Time::from_timestamp(rev, 0).unwrap_or_default();
        SavedSearch {
            id: SearchId(uuid::Uuid::from_u128(id)),
            name: format!("at {rev}"),
            query: "roses".into(),
            seen_at,
            removed: false,
            rev,
        }
    }

    #[test]
    fn an_older_row_never_takes_the_place_of_a_newer_one() {
        Owner::new().with(|| {
            let searches = Searches::new();
            searches.counted(vec![CountedSearch { search: search(1, 5), unread: 3 }]);
            searches.told(&[search(1, 4)]);
            assert_eq!(searches.all()[0].unread, 3);
            searches.told(&[search(1, 6), search(2, 7)]);
            assert_eq!(
                searches.all().iter().map(|item| (item.search.rev, item.unread)).collect::<Vec<_>>(),
                [(6, 0), (7, 0)]
            );
            searches.counted(vec![CountedSearch { search: search(1, 5), unread: 3 }]);
            assert_eq!(searches.all().iter().map(|item| (item.search.rev, item.unread)).collect::<Vec<_>>(), [(6, 0)]);
            searches.told(&[SavedSearch { removed: true, ..search(1, 9) }]);
            assert!(searches.all().is_empty());
        });
    }
}
