//! Names in a text: of people, rooms and emoji.

use crate::text::{is_invisible, is_unspaced, is_word, part};

/// Longest username, in characters; each is one byte.
const USERNAME_MAX: usize = 32;
/// Longest name of a room, in characters.
const ROOM_NAME_MAX: usize = 64;
/// Longest name of an emoji, in characters.
const SHORTCODE_MAX: usize = 32;

/// Whether a word may begin behind this text. Marks of pairs are looked through: `**@ana**` calls, `snake_@ana` does not.
pub(super) fn word_begins(before: &str) -> bool {
    let outside = before.trim_end_matches(['*', '_', '~', '|']).chars().next_back();
    outside
        .is_none_or(|outside| !is_word(outside) && !matches!(outside, '/' | '@' | '#' | '&' | '=' | '%' | '+' | '\\'))
}

/// The username at the beginning of a text. `in_marks`: a `_` stands before the `@`, so one behind the name is its partner.
pub(super) fn user(text: &str, in_marks: bool) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    // One more than fits, and what a sentence may have put behind it.
    let length = text.bytes().take_while(|&byte| plain(byte)).take(USERNAME_MAX * 4).count();
    let written = part(text, 0, length);
    let after = part(text, length, text.len()).chars().next();
    let name =
        if sentence_goes_on(after) && !(in_marks && written.ends_with('_')) { written } else { without_end(written) };
    let begins = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let fits = (2..=USERNAME_MAX).contains(&name.len()) && begins;
    (fits && ends_word(after)).then_some(name)
}

/// Behind the name stands something that closes neither a sentence nor a bracket: what is before it belongs to the name.
fn sentence_goes_on(after: Option<char>) -> bool {
    after.is_some_and(|after| matches!(after, ',' | ':' | ';' | '/'))
}

/// A name without the points and dashes that end a sentence, unless nothing else is left.
fn without_end(name: &str) -> &str {
    let without = name.trim_end_matches(['.', '-', '_']);
    if without.chars().count() < 2 { name } else { without }
}

/// A name is over before anything but a letter, a digit, and an `@` (which would make an address of it). Scripts without
/// spaces go on at once.
fn ends_word(after: Option<char>) -> bool {
    after.is_none_or(|after| after != '@' && (!is_word(after) || is_unspaced(after)))
}

/// The name of a room behind its `#`, and how many bytes it takes with its brackets.
pub(super) fn room(text: &str) -> Option<(&str, usize)> {
    if let Some(inside) = text.strip_prefix('[') {
        let end = inside.char_indices().take(ROOM_NAME_MAX + 1).find(|&(_, character)| "[]\n".contains(character))?;
        let name = part(inside, 0, end.0);
        let whole = end.1 == ']' && !name.is_empty() && name.trim() == name && !name.chars().any(is_invisible);
        return whole.then_some((name, name.len() + 2));
    }
    let plain = |character: char| is_word(character) || matches!(character, '.' | '-' | '_');
    let length: usize =
        text.chars().take(ROOM_NAME_MAX * 2).take_while(|&character| plain(character)).map(char::len_utf8).sum();
    let name = part(text, 0, length).trim_end_matches(['.', '-', '_']);
    let begins = name.chars().next().is_some_and(is_word);
    (begins && name.chars().count() <= ROOM_NAME_MAX && ends_room(part(text, length, text.len())))
        .then_some((name, name.len()))
}

fn ends_room(after: &str) -> bool {
    !after.starts_with(['#', '@'])
}

/// The name of an emoji behind its first colon, up to the second.
pub(super) fn shortcode(text: &str) -> Option<&str> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let length = text.bytes().take(SHORTCODE_MAX + 1).take_while(|&byte| plain(byte)).count();
    let (name, after) = text.split_at_checked(length)?;
    let after = after.strip_prefix(':')?;
    let over = after.chars().next().is_none_or(|after| !is_word(after) || is_unspaced(after));
    ((1..=SHORTCODE_MAX).contains(&length) && over).then_some(name)
}
