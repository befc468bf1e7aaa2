//! What was searched for lately: on this device, by person, and nowhere else.

use leptos::prelude::*;
use types::{Suggestion, SuggestionKind};

use crate::state::State;

/// So many are remembered.
const MOST: usize = 5;
/// Under this name and the person's id the browser keeps them, one to a line.
const STORED: &str = "confab.searches.";

fn key(state: State) -> Option<String> {
    state.me.get_untracked().map(|me| format!("{STORED}{me}"))
}

/// The latest first.
pub(super) fn all(state: State) -> Vec<String> {
    let storage = window().local_storage().ok().flatten();
    let text = key(state).zip(storage).and_then(|(key, storage)| storage.get_item(&key).ok().flatten());
    text.map(|text| text.lines().take(MOST).map(str::to_owned).collect()).unwrap_or_default()
}

/// Remembers one more.
pub(super) fn remember(state: State, query: &str) {
    if query.is_empty() || query.contains('\n') {
        return;
    }
    let mut kept = all(state);
    kept.retain(|other| other != query);
    kept.insert(0, query.to_owned());
    kept.truncate(MOST);
    if let Some((key, storage)) = key(state).zip(window().local_storage().ok().flatten()) {
        // A full storage only forgets.
        let _ = storage.set_item(&key, &kept.join("\n"));
    }
}

/// As it is on offer.
pub(super) fn suggestion(text: String) -> Suggestion {
    Suggestion { kind: SuggestionKind::Recent, text, user: None, room: None }
}
