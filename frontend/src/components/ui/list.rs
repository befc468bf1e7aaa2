//! Keyed lists: of one type for all their uses, so that what drives them is compiled once.

use leptos::prelude::*;

/// What one row of a list is known by: what it is a row of, and which.
pub type RowKey = (u8, u128);

/// A row of a list: what it is known by, and what is made of it once.
pub struct ListRow {
    key: RowKey,
    make: Box<dyn FnOnce() -> AnyView + Send>,
}

impl ListRow {
    /// A row; `make` is called if none of its key is on the page yet.
    pub fn new(key: RowKey, make: impl FnOnce() -> AnyView + Send + 'static) -> Self {
        Self { key, make: Box::new(make) }
    }
}

/// Keyed rows: one that stays keeps its elements.
#[component]
pub fn List(
    /// The rows now.
    rows: Box<dyn Fn() -> Vec<ListRow> + Send + Sync>,
) -> impl IntoView {
    view! { <For each=move || rows() key=|row| row.key children=|row| (row.make)()/> }
}
