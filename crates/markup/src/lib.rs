//! The Markdown of a message and the tree it means. The server reads who is mentioned from the same tree that the page
//! shows, so the two can't differ.
//!
//! It is the Markdown of a chat, not of a document: a newline is a newline, a line after a quote or a list is outside
//! it, `text` over `---` is no heading, and there is neither HTML nor an entity nor a reference: what isn't understood
//! is shown as it was written. So there is nothing to filter: a tree can hold text, its shape, and links that
//! [`Target::parse`] let through.
//!
//! Read in this order: [`tree`](Document), `block`, `inline`, `url`.

mod block;
pub mod code;
mod emoji;
mod inline;
mod plain;
mod text;
mod tree;
mod url;
mod walk;

pub use emoji::is_only_emoji;
pub use plain::{Spoilers, plain};
pub use tree::{Align, Block, Document, Inline, Item, Link, Mention, Mentions, Table};
pub use url::Target;

/// How deep blocks and inlines may lie in each other, together; what is deeper is text. Everything that walks a tree may
/// recurse.
pub const NESTING_MAX: usize = 32;

/// Most columns of a table; the rest of a row stays in its last cell.
pub const COLUMNS_MAX: usize = 32;

/// Reads a message's source. Any text is a message, and the work grows with its length only.
pub fn parse(source: &str) -> Document {
    let lines: Vec<&str> = text::lines(source);
    Document { blocks: block::blocks(&lines, 0) }
}

#[cfg(test)]
mod tests;
