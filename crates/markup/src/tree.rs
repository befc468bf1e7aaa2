//! The tree that a message's source is parsed into. No node can carry HTML: there are words of the author, and what
//! shape they are given. A link can't be built around anything but a [`Target`].

use crate::url::Target;

/// What a message says, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Document {
    /// What stands below each other.
    pub blocks: Vec<Block>,
}

/// What takes a line of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Lines of text.
    Paragraph(Vec<Inline>),
    /// `# …`
    Heading {
        /// 1 to 6, as many as there were `#`.
        level: u8,
        /// The words.
        content: Vec<Inline>,
    },
    /// `> …`
    Quote(Vec<Block>),
    /// A fenced block.
    Code {
        /// What stood behind the opening fence, in lower case, if it looks like the name of a language.
        language: Option<String>,
        /// The lines between the fences, without the last line break.
        text: String,
    },
    /// `- …` or `1. …`
    List {
        /// The first number of an ordered list; nothing for bullets.
        start: Option<u32>,
        /// At least one.
        items: Vec<Item>,
    },
    /// Rows of cells.
    Table(Table),
    /// `---`
    Rule,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// `[ ]` and `[x]`: whether the task is done; nothing where it is no task.
    pub done: Option<bool>,
    /// Mostly one paragraph, then perhaps a nested list; may be empty.
    pub blocks: Vec<Block>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// One for each column of the head; at most [`crate::COLUMNS_MAX`].
    pub columns: Vec<Align>,
    /// The cells of the head.
    pub head: Vec<Vec<Inline>>,
    /// The rows below it. One may have fewer cells than the head, never more. (Filling them up would make thousands of
    /// cells out of thousands of bytes: leave them short.)
    pub rows: Vec<Vec<Vec<Inline>>>,
}

/// Where the text of a column stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Not said.
    Start,
    /// `:-:`
    Center,
    /// `-:`
    End,
}

/// What stands in a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inline {
    /// The author's text, exactly. Never holds a line break.
    Text(String),
    /// A line break.
    Break,
    /// `**…**` or `__…__`
    Bold(Vec<Inline>),
    /// `*…*` or `_…_`
    Italic(Vec<Inline>),
    /// `~~…~~`
    Strike(Vec<Inline>),
    /// `||…||`
    Spoiler(Vec<Inline>),
    /// `` `…` ``; may hold line breaks.
    Code(String),
    /// `[…](…)`, `![…](…)` or an address as it is.
    Link(Link),
    /// `@…`
    Mention(Mention),
    /// `#name` or `#[name with spaces]`
    Room {
        /// The name as it is written.
        name: String,
    },
    /// `:name:`, without the colons. Nobody has looked whether there is such an emoji: show `:name:` where there is none.
    Shortcode(String),
}

/// A link: what is shown and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// What is shown; never empty, never holds links, mentions or rooms.
    pub content: Vec<Inline>,
}

/// Who is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// A person, who may not exist.
    User {
        /// The username as it is written: compare without case.
        name: String,
    },
    /// `@here`
    Here,
    /// `@all`
    All,
}

/// Who is called in a whole document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mentions {
    /// Usernames in lower case, each once, in the order of their first mention.
    pub users: Vec<String>,
    /// `@here` is among them.
    pub here: bool,
    /// `@all` is among them.
    pub all: bool,
}
