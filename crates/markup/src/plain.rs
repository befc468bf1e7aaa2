//! A document as plain text: for previews, notifications and the search index.

use crate::tree::{Block, Document, Inline, Item, Mention, Table};

/// What becomes of spoilers in plain text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spoilers {
    /// `▮▮▮` stands for each: for what people see.
    Hidden,
    /// They are written out: for the search index.
    Shown,
}

/// What stands for a spoiler.
const HIDDEN: &str = "▮▮▮";

/// The words without their shape, blocks below each other. If there are more than `limit` characters, `…` is the last.
pub fn plain(document: &Document, limit: usize, spoilers: Spoilers) -> String {
    let mut plain = Plain { text: String::new(), left: limit, spoilers, cut: false };
    plain.blocks(&document.blocks);
    if plain.cut && limit > 0 {
        plain.text.pop();
        plain.text.push('…');
    }
    plain.text
}

struct Plain {
    text: String,
    /// Characters that may still come.
    left: usize,
    spoilers: Spoilers,
    /// Something had no room.
    cut: bool,
}

impl Plain {
    fn write(&mut self, text: &str) {
        for character in text.chars() {
            if self.left == 0 {
                self.cut = true;
                return;
            }
            self.left -= 1;
            self.text.push(character);
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            if index > 0 {
                self.write("\n");
            }
            if self.cut {
                return;
            }
            match block {
                Block::Paragraph(content) | Block::Heading { content, .. } => self.inlines(content),
                Block::Quote(blocks) => {
                    self.write("> ");
                    self.blocks(blocks);
                }
                Block::Code { text, .. } => self.write(text),
                Block::List { start, items } => self.list(*start, items),
                Block::Table(table) => self.table(table),
                Block::Rule => self.write("—"),
            }
        }
    }

    fn list(&mut self, start: Option<u32>, items: &[Item]) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.write("\n");
            }
            match (item.done, start) {
                (Some(true), _) => self.write("☑ "),
                (Some(false), _) => self.write("☐ "),
                (None, Some(start)) => {
                    let number = usize::try_from(start).unwrap_or(usize::MAX).saturating_add(index);
                    self.write(&number.to_string());
                    self.write(". ");
                }
                (None, None) => self.write("• "),
            }
            self.blocks(&item.blocks);
        }
    }

    fn table(&mut self, table: &Table) {
        for (index, row) in std::iter::once(&table.head).chain(&table.rows).enumerate() {
            if index > 0 {
                self.write("\n");
            }
            for (index, cell) in row.iter().enumerate() {
                if index > 0 {
                    self.write(" | ");
                }
                self.inlines(cell);
            }
        }
    }

    fn inlines(&mut self, inlines: &[Inline]) {
        for inline in inlines {
            if self.cut {
                return;
            }
            match inline {
                Inline::Text(text) | Inline::Code(text) => self.write(text),
                Inline::Break => self.write("\n"),
                Inline::Spoiler(_) if self.spoilers == Spoilers::Hidden => self.write(HIDDEN),
                Inline::Bold(content)
                | Inline::Italic(content)
                | Inline::Strike(content)
                | Inline::Spoiler(content) => {
                    self.inlines(content);
                }
                Inline::Link(link) => self.inlines(&link.content),
                Inline::Mention(Mention::User { name }) => self.between("@", name, ""),
                Inline::Mention(Mention::Here) => self.write("@here"),
                Inline::Mention(Mention::All) => self.write("@all"),
                Inline::Room { name } => self.between("#", name, ""),
                Inline::Shortcode(name) => self.between(":", name, ":"),
            }
        }
    }

    fn between(&mut self, before: &str, name: &str, after: &str) {
        self.write(before);
        self.write(name);
        self.write(after);
    }
}
