//! Code in colours: one lexer for all languages, which tells comments, texts, numbers, keywords, types, calls and names of
//! fields apart by what a table says of each language. It reads letters and not meaning, as a reader's eye does; what it
//! does not know is plain, and nothing is ever lost: the pieces joined are the text.

mod languages;
mod lexer;
mod lines;
#[cfg(test)]
mod tests;

use crate::text::part;

use self::languages::{LANGUAGES, NAMES, Shape};

/// What a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing in particular.
    Plain,
    /// What is said to people.
    Comment,
    /// A text or a character.
    Text,
    /// A number.
    Number,
    /// A word of the language; in a difference, a line that went.
    Keyword,
    /// A type, a tag.
    Type,
    /// What is called.
    Call,
    /// The name of a field or an attribute.
    Name,
    /// A line that came, in a difference.
    Added,
    /// A line that went, in a difference.
    Removed,
}

/// A piece and what it is.
pub type Piece<'t> = (Kind, &'t str);

/// Whether a language is known by this name, which is in small letters.
pub fn is_known(name: &str) -> bool {
    number_of(name).is_some()
}

/// The pieces of a code in a language that is known; none of another.
pub fn pieces<'t>(language: &str, text: &'t str) -> Option<Vec<Piece<'t>>> {
    let language = LANGUAGES.get(number_of(language)?)?;
    Some(match language.shape {
        Shape::Words => lexer::pieces(language, text),
        Shape::Tags => lines::tags(text),
        Shape::Difference => lines::difference(text),
    })
}

fn number_of(name: &str) -> Option<usize> {
    NAMES.iter().position(|names| names.split(' ').any(|known| known == name))
}

/// Pieces from the beginning of a text on.
struct Pieces<'t> {
    text: &'t str,
    pieces: Vec<(Kind, usize, usize)>,
}

impl<'t> Pieces<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, pieces: Vec::new() }
    }

    /// Where the next one begins.
    fn at(&self) -> usize {
        self.pieces.last().map_or(0, |(_, _, end)| *end)
    }

    /// Adds what goes on to a place, to the last piece if it is of the same kind.
    fn push(&mut self, kind: Kind, end: usize) {
        let start = self.at();
        match self.pieces.last_mut() {
            Some((last, _, until)) if *last == kind => *until = end,
            _ => self.pieces.push((kind, start, end)),
        }
    }

    fn done(self) -> Vec<Piece<'t>> {
        self.pieces.into_iter().map(|(kind, start, end)| (kind, part(self.text, start, end))).collect()
    }
}
