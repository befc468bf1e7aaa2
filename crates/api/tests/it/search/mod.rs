//! Searching: what is found, in which order, and what never is.

mod finding;
mod index;
mod leaks;
mod saved;

use types::{SearchOrder, SearchPage};

use crate::support::{Person, Town};

/// Waits until everything said so far can be found.
async fn indexed(town: &Town) {
    town.until(
        "SELECT NOT EXISTS (SELECT FROM room_heads h LEFT JOIN search_heads s USING (room_id) \
         WHERE h.rev > coalesce(s.rev, 0)) AS held",
    )
    .await;
}

async fn found(person: &Person, query: &str) -> SearchPage {
    person.search(query, SearchOrder::Newest, None, None).await.unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// What the messages say that somebody finds, the newest first.
async fn bodies(person: &Person, query: &str) -> Vec<String> {
    found(person, query).await.items.into_iter().map(|item| item.message.body).collect()
}
