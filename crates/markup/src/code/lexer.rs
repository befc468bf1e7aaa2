//! The lexer: from piece to piece, each once.

use super::languages::{Language, Quote, Reach};
use super::{Kind, Piece, Pieces};
use crate::text::{byte, part, rest};

/// A character that is written by its name is no longer than this, in bytes.
const NAMED_LETTER_MAX: usize = 12;

pub(super) fn pieces<'t>(language: &Language, text: &'t str) -> Vec<Piece<'t>> {
    let lexer = Lexer { language, text };
    let mut pieces = Pieces::of(text);
    while pieces.at() < text.len() {
        let (kind, end) = lexer.next(pieces.at());
        pieces.push(kind, end);
    }
    pieces.done()
}

struct Lexer<'l, 't> {
    language: &'l Language,
    text: &'t str,
}

/// Letters of any script, without asking which they are.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || byte >= 0x80
}

impl Lexer<'_, '_> {
    /// What stands at a place, and where it ends.
    fn next(&self, at: usize) -> (Kind, usize) {
        let first = byte(self.text, at);
        if let Some(end) = self.comment(at) {
            (Kind::Comment, end)
        } else if let Some(end) = self.language.quotes.iter().find_map(|quote| self.quoted(quote, at)) {
            (if self.is_named(end) { Kind::Name } else { Kind::Text }, end)
        } else if first.is_ascii_digit() {
            (Kind::Number, self.number(at))
        } else if is_word(first) {
            let end = self.word(at);
            (self.kind(at, end), end)
        } else if matches!(first, b'@' | b'#') && is_word(byte(self.text, at + 1)) {
            (self.marked(first, at), self.word(at + 1))
        } else {
            (Kind::Plain, at + 1)
        }
    }

    fn comment(&self, at: usize) -> Option<usize> {
        let here = rest(self.text, at);
        if let Some((open, close)) = self.language.block
            && let Some(inside) = here.strip_prefix(open)
        {
            let end = inside.find(close).map(|end| at + open.len() + end + close.len());
            return Some(end.unwrap_or(self.text.len()));
        }
        let begins = |mark: &&&str| {
            // In the middle of a word it is a part of it: `$#`, `a#b`.
            let alone = at == 0 || !mark.starts_with(['#', ';']) || byte(self.text, at - 1).is_ascii_whitespace();
            here.starts_with(**mark) && alone
        };
        self.language.line.iter().find(begins)?;
        Some(here.find('\n').map_or(self.text.len(), |end| at + end))
    }

    fn quoted(&self, quote: &Quote, at: usize) -> Option<usize> {
        let start = at + rest(self.text, at).starts_with(quote.open).then_some(quote.open.len())?;
        let mut end = start;
        let mut letters = 0;
        while end < self.text.len() {
            let here = byte(self.text, end);
            if rest(self.text, end).starts_with(quote.close) {
                return (quote.reach != Reach::Letter || letters == 1).then_some(end + quote.close.len());
            }
            if here == b'\n' && quote.reach != Reach::Lines {
                break;
            }
            if here == b'\\' && quote.escapes {
                letters = 1;
                end += 1 + self.letter(end + 1);
                if quote.reach == Reach::Letter {
                    // What follows names the same letter: `\u{1f600}`.
                    let name = rest(self.text, end).find('\'').filter(|name| *name < NAMED_LETTER_MAX)?;
                    end += name;
                }
            } else {
                letters += 1;
                end += self.letter(end);
            }
            if quote.reach == Reach::Letter && letters > 1 {
                break;
            }
        }
        (quote.reach != Reach::Letter).then(|| end.min(self.text.len()))
    }

    /// How many bytes the letter at a place has.
    fn letter(&self, at: usize) -> usize {
        rest(self.text, at).chars().next().map_or(1, char::len_utf8)
    }

    fn number(&self, at: usize) -> usize {
        let by_ten = byte(self.text, at + 1) | 0x20 != b'x';
        let mut end = at;
        loop {
            let (here, next) = (byte(self.text, end), byte(self.text, end + 1));
            let goes_on = match here {
                b'.' => next.is_ascii_digit() && byte(self.text, end.saturating_sub(1)) != b'.',
                b'+' | b'-' => by_ten && byte(self.text, end.saturating_sub(1)) | 0x20 == b'e' && next.is_ascii_digit(),
                _ => here.is_ascii_alphanumeric() || matches!(here, b'_' | b'%'),
            };
            if !goes_on {
                return end;
            }
            end += 1;
        }
    }

    fn word(&self, at: usize) -> usize {
        let hyphens = self.language.hyphens;
        let ends = |byte: u8| !(is_word(byte) || hyphens && byte == b'-');
        rest(self.text, at).bytes().position(ends).map_or(self.text.len(), |length| at + length)
    }

    fn kind(&self, at: usize, end: usize) -> Kind {
        let word = part(self.text, at, end);
        let mut keywords = self.language.keywords.split(' ');
        let folds = self.language.folds;
        if keywords.any(|keyword| keyword == word || folds && keyword.eq_ignore_ascii_case(word)) {
            return Kind::Keyword;
        }
        if self.is_named(end) {
            return Kind::Name;
        }
        let (next, then) = (byte(self.text, end), byte(self.text, end + 1));
        if next == b'(' || next == b'!' && matches!(then, b'(' | b'[' | b'{') {
            return Kind::Call;
        }
        let first = word.bytes().next().is_some_and(|first| first.is_ascii_uppercase());
        let small = word.len() == 1 || word.bytes().any(|byte| byte.is_ascii_lowercase());
        if self.language.types && first && small { Kind::Type } else { Kind::Plain }
    }

    /// Whether what ends here is the name of a field.
    fn is_named(&self, end: usize) -> bool {
        let behind = rest(self.text, end).trim_start_matches(' ');
        let part_of_more = matches!(byte(behind, 1), b'/' | b':');
        self.language.names.is_some_and(|mark| byte(behind, 0) == mark) && !part_of_more
    }

    /// `@decorator`, `#include` at the beginning of a line, `#c0ffee` in a stylesheet.
    fn marked(&self, mark: u8, at: usize) -> Kind {
        let line = part(self.text, 0, at).rsplit('\n').next().unwrap_or_default();
        match mark {
            b'@' => Kind::Name,
            _ if self.language.line.is_empty() => Kind::Number,
            _ if line.trim().is_empty() => Kind::Keyword,
            _ => Kind::Plain,
        }
    }
}
