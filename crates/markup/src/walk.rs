//! What a document holds, wherever it stands in it.

use std::collections::BTreeSet;

use crate::tree::{Block, Document, Inline, Mention, Mentions};
use crate::url::Target;

impl Document {
    /// Who is called, in quotes and behind spoilers too; never in code or in a link.
    pub fn mentions(&self) -> Mentions {
        let mut mentions = Mentions::default();
        let mut seen = BTreeSet::new();
        self.each_inline(&mut |inline| match inline {
            Inline::Mention(Mention::Here) => mentions.here = true,
            Inline::Mention(Mention::All) => mentions.all = true,
            Inline::Mention(Mention::User { name }) => {
                let name = name.to_ascii_lowercase();
                if seen.insert(name.clone()) {
                    mentions.users.push(name);
                }
            }
            _ => {}
        });
        mentions
    }

    /// The names of rooms as they are written, each once, in order.
    pub fn rooms(&self) -> Vec<String> {
        let mut rooms = Vec::new();
        let mut seen = BTreeSet::new();
        self.each_inline(&mut |inline| {
            if let Inline::Room { name } = inline
                && seen.insert(name.as_str())
            {
                rooms.push(name.clone());
            }
        });
        rooms
    }

    /// Where its links lead, in order.
    pub fn links(&self) -> Vec<&Target> {
        let mut links = Vec::new();
        self.each_inline(&mut |inline| {
            if let Inline::Link(link) = inline {
                links.push(&link.target);
            }
        });
        links
    }

    /// Every inline, from the outside in and in order.
    fn each_inline<'a>(&'a self, visit: &mut dyn FnMut(&'a Inline)) {
        in_blocks(&self.blocks, visit);
    }
}

fn in_blocks<'a>(blocks: &'a [Block], visit: &mut dyn FnMut(&'a Inline)) {
    for block in blocks {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => in_inlines(content, visit),
            Block::Quote(blocks) => in_blocks(blocks, visit),
            Block::List { items, .. } => items.iter().for_each(|item| in_blocks(&item.blocks, visit)),
            Block::Table(table) => {
                table.head.iter().chain(table.rows.iter().flatten()).for_each(|cell| in_inlines(cell, visit));
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
}

fn in_inlines<'a>(inlines: &'a [Inline], visit: &mut dyn FnMut(&'a Inline)) {
    for inline in inlines {
        visit(inline);
        match inline {
            Inline::Bold(content) | Inline::Italic(content) | Inline::Strike(content) | Inline::Spoiler(content) => {
                in_inlines(content, visit);
            }
            Inline::Link(link) => in_inlines(&link.content, visit),
            _ => {}
        }
    }
}
