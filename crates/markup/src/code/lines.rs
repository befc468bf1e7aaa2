//! What is read by lines and tags: differences, HTML and XML.

use super::{Kind, Piece, Pieces};
use crate::text::{byte, rest};

/// Lines that came and went.
pub(super) fn difference(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Pieces::of(text);
    for line in text.split_inclusive('\n') {
        let begins = |marks: &[&str]| marks.iter().any(|mark| line.starts_with(mark));
        let kind = if begins(&["+++", "---", "diff ", "index "]) {
            Kind::Comment
        } else if begins(&["@@"]) {
            Kind::Name
        } else if begins(&["+"]) {
            Kind::Added
        } else if begins(&["-"]) {
            Kind::Removed
        } else {
            Kind::Plain
        };
        pieces.push(kind, pieces.at() + line.len());
    }
    pieces.done()
}

/// Tags, their attributes, and the text between.
pub(super) fn tags(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Pieces::of(text);
    let mut inside = false;
    while pieces.at() < text.len() {
        let at = pieces.at();
        let here = rest(text, at);
        let to = |mark: &str| here.find(mark).map_or(text.len(), |end| at + end + mark.len());
        let first = byte(text, at);
        let (kind, end) = if here.starts_with("<!--") {
            (Kind::Comment, to("-->"))
        } else if inside {
            within(text, at)
        } else if first == b'<' && matches!(byte(text, at + 1), b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z') {
            inside = true;
            (Kind::Type, at + 2 + name(rest(text, at + 2)))
        } else {
            let length = here.bytes().skip(1).position(|byte| byte == b'<').map_or(here.len(), |end| end + 1);
            (Kind::Plain, at + length)
        };
        inside &= !(kind == Kind::Type && byte(text, end.saturating_sub(1)) == b'>');
        pieces.push(kind, end);
    }
    pieces.done()
}

/// What stands within a tag.
fn within(text: &str, at: usize) -> (Kind, usize) {
    let here = rest(text, at);
    match byte(text, at) {
        b'>' => (Kind::Type, at + 1),
        b'/' | b'?' if byte(text, at + 1) == b'>' => (Kind::Type, at + 2),
        mark @ (b'"' | b'\'') => {
            let end = here.bytes().skip(1).position(|byte| byte == mark);
            (Kind::Text, end.map_or(text.len(), |end| at + end + 2))
        }
        _ => match name(here) {
            0 => (Kind::Plain, at + here.chars().next().map_or(1, char::len_utf8)),
            length => (Kind::Name, at + length),
        },
    }
}

/// How long a name is.
fn name(text: &str) -> usize {
    let ends = |byte: u8| !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b':' | b'_' | b'.' | b'@'));
    text.bytes().position(ends).unwrap_or(text.len())
}
