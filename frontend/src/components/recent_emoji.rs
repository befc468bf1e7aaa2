//! The emoji one used last, kept by the browser.

use leptos::prelude::*;

/// Under this name they are kept.
const RECENT: &str = "confab.emoji";
/// So many are kept.
const KEPT: usize = 27;
/// What is offered to whoever has used none.
const FIRST: [&str; 6] = ["👍", "❤️", "😂", "🎉", "👀", "✅"];

/// The last ones used, the latest first, filled up with common ones.
pub fn recent(count: usize) -> Vec<String> {
    let mut emoji = used();
    let more = FIRST.iter().map(|emoji| (*emoji).to_owned()).filter(|common| !emoji.contains(common));
    let more: Vec<String> = more.collect();
    emoji.extend(more);
    emoji.truncate(count);
    emoji
}

/// One was used.
pub fn use_emoji(emoji: &str) {
    let mut all = used();
    all.retain(|before| before != emoji);
    all.insert(0, emoji.to_owned());
    all.truncate(KEPT);
    if let Ok(Some(storage)) = window().local_storage() {
        // Forgetting them costs a search at the next time.
        let _ = storage.set_item(RECENT, &all.join(" "));
    }
}

fn used() -> Vec<String> {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(RECENT).ok().flatten());
    kept.unwrap_or_default().split(' ').filter(|emoji| !emoji.is_empty()).map(str::to_owned).collect()
}
