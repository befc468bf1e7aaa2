//! Addresses in a text: as they are, between `<` and `>`, and behind the words of a link.

use crate::text::{byte, is_invisible, part, rest};
use crate::url::{Target, scheme};

/// An address that begins here: where it leads, if it may, and how long it is. It goes on to white space or to what can't
/// be meant as a part of it; points and open brackets at its end belong to the sentence.
pub(super) fn bare(text: &str) -> Option<(Option<Target>, usize)> {
    let (_, from) = scheme(text)?;
    let mut open = Open::default();
    let mut end = from;
    let mut in_host = true;
    for (at, character) in rest(text, from).char_indices().map(|(at, character)| (from + at, character)) {
        if ends(character, byte(text, at + 1)) {
            // a host that something unseen or a backslash cuts short isn't the one that is read
            if in_host && (character == '\\' || is_invisible(character) && !character.is_whitespace()) {
                return Some((None, end));
            }
            break;
        }
        in_host &= !matches!(character, '/' | '?' | '#');
        open.count(character, 1);
        end = at + character.len_utf8();
    }
    while let Some(last) = part(text, from, end).chars().next_back() {
        if !is_trailing(last, &open) {
            break;
        }
        open.count(last, -1);
        end -= last.len_utf8();
    }
    Some((Target::parse(part(text, 0, end)), end))
}

/// Whether an address is over before this character.
fn ends(character: char, next: u8) -> bool {
    match character {
        '<' | '>' | '"' | '`' | '\\' => true,
        // the end of a pair around it, or of the words of a link
        '*' | '~' | '|' => next == character as u8,
        ']' => next == b'(',
        _ => character.is_whitespace() || is_invisible(character) || is_wide_point(character),
    }
}

/// Punctuation of scripts that are written without spaces.
fn is_wide_point(character: char) -> bool {
    matches!(u32::from(character),
        0x3001..=0x3003 | 0x3008..=0x3011 | 0x3014..=0x301F | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFF3B..=0xFF40 | 0xFF5B..=0xFF65)
}

fn is_trailing(last: char, open: &Open) -> bool {
    match last {
        '?' | '!' | '.' | ',' | ':' | ';' | '*' | '_' | '~' | '|' | '\'' | '…' | '’' | '‘' | '“' | '”' | '«' | '»' => {
            true
        }
        ')' => open.round < 0,
        ']' => open.square < 0,
        '}' => open.curly < 0,
        '(' | '[' | '{' => true,
        _ => false,
    }
}

/// How many brackets are open: below zero if more are closed than were opened.
#[derive(Default)]
struct Open {
    round: i32,
    square: i32,
    curly: i32,
}

impl Open {
    fn count(&mut self, character: char, by: i32) {
        match character {
            '(' => self.round += by,
            ')' => self.round -= by,
            '[' => self.square += by,
            ']' => self.square -= by,
            '{' => self.curly += by,
            '}' => self.curly -= by,
            _ => {}
        }
    }
}

/// The address between `<` (before the text) and `>`, and its length.
pub(super) fn angle(text: &str) -> Option<(Target, usize)> {
    scheme(text)?;
    let end = text.find(|character: char| character.is_whitespace() || matches!(character, '<' | '>'))?;
    let target = (byte(text, end) == b'>').then(|| Target::parse(part(text, 0, end))).flatten()?;
    Some((target, end))
}

/// What stands in the brackets behind the words of a link.
pub(super) struct Destination {
    pub(super) target: Target,
    /// Where the address stands.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Behind the closing bracket.
    pub(super) close: usize,
}

/// Reads from behind `](` to behind `)`: an address, perhaps between `<` and `>`, and perhaps a title, which nobody sees.
pub(super) fn destination(text: &str, from: usize) -> Option<Destination> {
    let mut start = skip_spaces(text, from);
    let angled = byte(text, start) == b'<';
    start += usize::from(angled);
    scheme(rest(text, start))?;
    let end = if angled { angled_end(text, start)? } else { plain_end(text, start)? };
    let mut after = skip_spaces(text, end + usize::from(angled));
    if after > end + usize::from(angled) {
        after = skip_spaces(text, skip_title(text, after)?);
    }
    if byte(text, after) != b')' {
        return None;
    }
    let target = Target::parse(&unescaped(part(text, start, end)))?;
    Some(Destination { target, start, end, close: after + 1 })
}

fn skip_spaces(text: &str, from: usize) -> usize {
    from + rest(text, from).bytes().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn angled_end(text: &str, start: usize) -> Option<usize> {
    let end = start + rest(text, start).find(['<', '>', '\n'])?;
    (byte(text, end) == b'>').then_some(end)
}

/// Up to white space or the bracket that closes; brackets within come in pairs.
fn plain_end(text: &str, start: usize) -> Option<usize> {
    let mut open = 0_usize;
    let mut escaped = false;
    for (at, character) in rest(text, start).char_indices().map(|(at, character)| (start + at, character)) {
        match character {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '(' => open += 1,
            ')' if open == 0 => return Some(at),
            ')' => open -= 1,
            // another link begins, so this one has no end
            ']' if byte(text, at + 1) == b'(' => return None,
            '<' => return None,
            _ if character.is_whitespace() => return Some(at),
            _ => {}
        }
    }
    None
}

/// Behind a title in quotation marks, or where it is.
fn skip_title(text: &str, from: usize) -> Option<usize> {
    let mark = byte(text, from);
    if mark != b'"' && mark != b'\'' {
        return Some(from);
    }
    let inside = rest(text, from + 1);
    let end = inside.find([mark as char, '\n'])?;
    (byte(inside, end) == mark).then_some(from + 1 + end + 1)
}

/// Without the backslashes before punctuation.
fn unescaped(address: &str) -> String {
    let mut plain = String::with_capacity(address.len());
    let mut characters = address.chars().peekable();
    while let Some(character) = characters.next() {
        match characters.peek() {
            Some(next) if character == '\\' && next.is_ascii_punctuation() => plain.extend(characters.next()),
            _ => plain.push(character),
        }
    }
    plain
}
