//! What a message means, in a short notation: `p(…)` a paragraph, `b(…)` bold, and so on.

mod blocks;
mod inlines;
mod links;
mod names;
mod words;

use crate::{Align, Block, Inline, Item, Mention, parse};

/// The tree of a source, written short.
fn tree(source: &str) -> String {
    blocks_of(&parse(source).blocks)
}

/// The only paragraph of a source, written short.
fn line(source: &str) -> String {
    match parse(source).blocks.as_slice() {
        [Block::Paragraph(content)] => inlines_of(content),
        blocks => panic!("{source:?} is no paragraph but {}", blocks_of(blocks)),
    }
}

fn blocks_of(blocks: &[Block]) -> String {
    blocks.iter().map(block_of).collect::<Vec<_>>().join(" ")
}

fn block_of(block: &Block) -> String {
    match block {
        Block::Paragraph(content) => format!("p({})", inlines_of(content)),
        Block::Heading { level, content } => format!("h{level}({})", inlines_of(content)),
        Block::Quote(blocks) => format!("q({})", blocks_of(blocks)),
        Block::Code { language, text } => format!("code[{}]({text})", language.as_deref().unwrap_or("")),
        Block::List { start, items } => {
            let items: Vec<_> = items.iter().map(item_of).collect();
            let name = start.map_or("ul".to_owned(), |start| format!("ol{start}"));
            format!("{name}({})", items.join(", "))
        }
        Block::Table(table) => {
            let align: String = table
                .columns
                .iter()
                .map(|align| match align {
                    Align::Start => '<',
                    Align::Center => '^',
                    Align::End => '>',
                })
                .collect();
            let rows = std::iter::once(&table.head).chain(&table.rows);
            let rows: Vec<String> =
                rows.map(|row| row.iter().map(|cell| inlines_of(cell)).collect::<Vec<_>>().join(";")).collect();
            format!("table{align}({})", rows.join(" / "))
        }
        Block::Rule => "hr".to_owned(),
    }
}

fn item_of(item: &Item) -> String {
    let done = match item.done {
        Some(true) => "[x]",
        Some(false) => "[ ]",
        None => "",
    };
    format!("{done}{}", blocks_of(&item.blocks))
}

fn inlines_of(inlines: &[Inline]) -> String {
    inlines.iter().map(inline_of).collect()
}

fn inline_of(inline: &Inline) -> String {
    match inline {
        Inline::Text(text) => text.clone(),
        Inline::Break => "⏎".to_owned(),
        Inline::Bold(content) => format!("b({})", inlines_of(content)),
        Inline::Italic(content) => format!("i({})", inlines_of(content)),
        Inline::Strike(content) => format!("s({})", inlines_of(content)),
        Inline::Spoiler(content) => format!("spoiler({})", inlines_of(content)),
        Inline::Code(text) => format!("c({text})"),
        Inline::Link(link) => format!("a[{}]({})", link.target.url(), inlines_of(&link.content)),
        Inline::Mention(Mention::User { name }) => format!("@({name})"),
        Inline::Mention(Mention::Here) => "@@here".to_owned(),
        Inline::Mention(Mention::All) => "@@all".to_owned(),
        Inline::Room { name } => format!("#({name})"),
        Inline::Shortcode(name) => format!(":({name})"),
    }
}
