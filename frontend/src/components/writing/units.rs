//! Places in a text as the browser counts them, in UTF-16 units, and as Rust does.

/// How many units a text has.
pub(super) fn count(text: &str) -> u32 {
    text.chars().map(|letter| letter.len_utf16() as u32).sum()
}

/// What stands before a place; a place within a letter is behind it.
pub(super) fn before(text: &str, at: u32) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        let here = units >= at;
        units += letter.len_utf16() as u32;
        here
    });
    text.get(..end.map_or(text.len(), |(index, _)| index)).unwrap_or(text)
}

/// What stands between two places.
pub(super) fn between(text: &str, start: u32, end: u32) -> &str {
    let (first, whole) = (before(text, start), before(text, end));
    whole.get(first.len()..).unwrap_or_default()
}

/// What stands behind a place.
pub(super) fn after(text: &str, at: u32) -> &str {
    text.get(before(text, at).len()..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_two_units_are_not_cut() {
        let text = "a🎉b";
        assert_eq!(count(text), 4);
        assert_eq!((before(text, 1), after(text, 1)), ("a", "🎉b"));
        assert_eq!((before(text, 2), between(text, 1, 3)), ("a🎉", "🎉"));
        assert_eq!((before(text, 9), between(text, 4, 2), after(text, 9)), (text, "", ""));
    }
}
