//! In the end everyone holds the same: what the database holds.

use std::collections::HashMap;

use super::{History, Row, Violation};

/// Every reader's room equals the database's, from the oldest place held on.
pub(super) fn equals_the_database(history: &History) -> Vec<Violation> {
    let mut found = Vec::new();
    for held in &history.held {
        let head = history.truth.heads.get(&held.room).copied().unwrap_or(0);
        if held.rev != head {
            let what =
                format!("reader {} stands at revision {} of {head} in room {}", held.reader, held.rev, held.room);
            found.push(Violation::new("equals the database", what));
        }
        let truth: HashMap<_, &Row> =
            history.truth.messages.get(&held.room).into_iter().flatten().map(|r| (r.id, r)).collect();
        let wanted = truth.values().filter(|row| row.seq >= held.from).count();
        if wanted != held.messages.len() {
            let what = format!("reader {} holds {} messages of {wanted}", held.reader, held.messages.len());
            found.push(Violation::new("equals the database", what).showing(&held.room));
        }
        for row in &held.messages {
            if truth.get(&row.id).is_none_or(|good| *good != row) {
                let what = format!("reader {} holds another row than the database", held.reader);
                found.push(Violation::new("equals the database", what).showing(row).showing(&truth.get(&row.id)));
            }
        }
    }
    found
}
