//! What is being written at the cursor that can be completed: a person, a room, an emoji or a command.

use super::units;

/// Longest name looked for, in characters.
const LONGEST: usize = 32;

/// What can be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `@`
    Person,
    /// `#`
    Room,
    /// `:`
    Emoji,
    /// `/`, where the message begins.
    Command,
}

/// What is to be completed, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// What it is.
    pub kind: Kind,
    /// What there is of it, without its sign.
    pub letters: String,
    /// Where its sign stands, in UTF-16 units as the browser counts.
    pub start: u32,
    /// Where the cursor stands.
    pub end: u32,
}

/// What is being written in `text` with the cursor at `end`.
pub(super) fn wanted(text: &str, end: u32) -> Option<Wanted> {
    let before = units::before(text, end);
    let sign_at = before.rfind(['@', '#', ':', '/'])?;
    let (outside, from) = before.split_at(sign_at);
    let mut letters = from.chars();
    let kind = match letters.next()? {
        '@' => Kind::Person,
        '#' => Kind::Room,
        ':' => Kind::Emoji,
        _ => Kind::Command,
    };
    let letters = letters.as_str();
    let fits = letters.chars().count() <= LONGEST && letters.chars().all(|letter| may_hold(kind, letter));
    let begins = match kind {
        Kind::Command => outside.is_empty(),
        Kind::Emoji => word_begins(outside) && letters.chars().count() >= 2,
        Kind::Person | Kind::Room => word_begins(outside),
    };
    (fits && begins && !in_code(outside)).then(|| Wanted {
        kind,
        letters: letters.to_owned(),
        start: units::count(outside),
        end,
    })
}

fn may_hold(kind: Kind, letter: char) -> bool {
    match kind {
        Kind::Person | Kind::Room => letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-'),
        Kind::Emoji => letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '+'),
        Kind::Command => letter.is_ascii_lowercase(),
    }
}

/// As in the text that is sent: marks may stand before a name, letters may not.
fn word_begins(outside: &str) -> bool {
    let last = outside.trim_end_matches(['*', '_', '~', '|']).chars().next_back();
    last.is_none_or(|last| {
        last.is_whitespace() || matches!(last, '(' | '[' | '{' | '"' | '\'' | '>' | ',' | ';' | '!' | '…' | '—' | '–')
    })
}

/// Whether what follows would be code: behind an odd fence, or an odd ` of the same line.
fn in_code(outside: &str) -> bool {
    let fences = outside.lines().filter(|line| line.trim_start().starts_with("```")).count();
    let line = outside.rsplit('\n').next().unwrap_or_default();
    fences % 2 == 1 || line.bytes().filter(|byte| *byte == b'`').count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at_end(text: &str) -> Option<(Kind, String)> {
        wanted(text, units::count(text)).map(|wanted| (wanted.kind, wanted.letters))
    }

    #[test]
    fn a_sign_at_the_beginning_of_a_word_asks_for_names() {
        assert_eq!(at_end("@"), Some((Kind::Person, String::new())));
        assert_eq!(at_end("good morning @mi"), Some((Kind::Person, "mi".into())));
        assert_eq!(at_end("(@mi"), Some((Kind::Person, "mi".into())));
        assert_eq!(at_end("**@mi"), Some((Kind::Person, "mi".into())));
        assert_eq!(at_end("in #rob"), Some((Kind::Room, "rob".into())));
        assert_eq!(at_end("and :ta"), Some((Kind::Emoji, "ta".into())));
        assert_eq!(at_end("/to"), Some((Kind::Command, "to".into())));
    }

    #[test]
    fn what_only_looks_like_a_sign_asks_for_nothing() {
        for text in [
            "",
            "mina@harbour",
            "at 10:30",
            "see :)",
            ":a",
            "a/b",
            " /to",
            "/topic ",
            "@mina ",
            "C#rob",
            "http://a",
            "@@",
        ] {
            assert_eq!(at_end(text), None, "{text}");
        }
        assert_eq!(at_end(&format!("@{}", "a".repeat(33))), None);
    }

    #[test]
    fn nothing_is_completed_in_code() {
        assert_eq!(at_end("`@mi"), None);
        assert_eq!(at_end("```\n@mi"), None);
        assert_eq!(at_end("`code` @mi"), Some((Kind::Person, "mi".into())));
        assert_eq!(at_end("```\ncode\n```\n@mi"), Some((Kind::Person, "mi".into())));
    }

    #[test]
    fn places_are_counted_as_the_browser_counts() {
        let text = "🎉 ü @mi and more";
        let found = wanted(text, 8).unwrap();
        assert_eq!((found.start, found.end, found.letters.as_str()), (5, 8, "mi"));
        // In the middle of a name what stands before the cursor counts.
        assert_eq!(wanted("@mina", 3).unwrap().letters, "mi");
        assert_eq!(wanted("@mina", 0), None);
    }
}
