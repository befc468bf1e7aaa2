//! What stands in lines: first a scan from left to right that finds what has no inside (code, addresses, mentions) and
//! where pairs may begin and end, then the pairs, then the tree. Each step looks at each place a bounded number of times.
//!
//! An address or a name is found before any pair, so `https://example.org/__init__.py` stays whole.

mod address;
mod build;
mod names;
mod pairs;
mod scan;

use crate::tree::{Inline, Mention};
use crate::url::Target;

/// The inlines of a text; `depth` is how many nodes they lie in.
pub(crate) fn inlines(text: &str, depth: usize) -> Vec<Inline> {
    let mut tokens = scan::tokens(text);
    pairs::find(&mut tokens);
    build::build(tokens, text, depth, false)
}

/// A piece of the text.
struct Token {
    /// Where it stands in the text.
    start: usize,
    end: usize,
    kind: Kind,
}

enum Kind {
    Text,
    Break,
    /// Code, which stands between these places.
    Code(usize, usize),
    Mention(Mention),
    Room(String),
    Shortcode(String),
    /// An address as it is; what is shown stands between these places.
    Address(Target, usize, usize),
    /// A link around other tokens, in which the pairs are found.
    Link(Target, Vec<Token>),
    Mark(Mark),
}

/// A run of one character that may open or close pairs.
struct Mark {
    byte: u8,
    /// How many there were, and how many have no partner yet.
    run: usize,
    left: usize,
    can_open: bool,
    can_close: bool,
    /// What it opens and closes, in the order in which the partners were found: the inner ones first.
    opens: Vec<Shape>,
    closes: Vec<Shape>,
}

/// What a pair makes of what is between.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Italic,
    Bold,
    Strike,
    Spoiler,
}
