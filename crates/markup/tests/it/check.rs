//! What holds for the tree of any text whatever. The fuzz target checks it too.

use markup::{Block, COLUMNS_MAX, Inline, Mention, NESTING_MAX, Spoilers, Target, is_only_emoji, parse, plain};

/// Checks a tree and gives its depth.
fn check_blocks(blocks: &[Block], source: &str) -> usize {
    blocks.iter().map(|block| 1 + check_block(block, source)).max().unwrap_or(0)
}

fn check_block(block: &Block, source: &str) -> usize {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => {
            assert!(!content.is_empty());
            check_inlines(content, source, false)
        }
        Block::Quote(blocks) => check_blocks(blocks, source),
        Block::Code { language, .. } => {
            assert!(language.as_ref().is_none_or(|language| language.bytes().all(|byte| byte.is_ascii_graphic())));
            0
        }
        Block::List { items, .. } => {
            assert!(!items.is_empty());
            items.iter().map(|item| 1 + check_blocks(&item.blocks, source)).max().unwrap_or(0)
        }
        Block::Table(table) => {
            assert_eq!(table.columns.len(), table.head.len());
            assert!(table.columns.len() <= COLUMNS_MAX);
            assert!(table.rows.iter().all(|row| row.len() <= table.columns.len()));
            table
                .head
                .iter()
                .chain(table.rows.iter().flatten())
                .map(|cell| check_inlines(cell, source, false))
                .max()
                .unwrap_or(0)
        }
        Block::Rule => 0,
    }
}

fn check_inlines(inlines: &[Inline], source: &str, in_link: bool) -> usize {
    for pair in inlines.windows(2) {
        assert!(!matches!(pair, [Inline::Text(_), Inline::Text(_)]), "text beside text");
    }
    inlines.iter().map(|inline| 1 + check_inline(inline, source, in_link)).max().unwrap_or(0)
}

fn check_inline(inline: &Inline, source: &str, in_link: bool) -> usize {
    match inline {
        Inline::Text(text) => {
            assert!(!text.is_empty() && !text.contains('\n'));
            0
        }
        Inline::Bold(content) | Inline::Italic(content) | Inline::Strike(content) | Inline::Spoiler(content) => {
            assert!(!content.is_empty());
            check_inlines(content, source, in_link)
        }
        Inline::Code(text) => {
            assert!(!text.is_empty());
            0
        }
        Inline::Link(link) => {
            assert!(!in_link && !link.content.is_empty());
            let url = link.target.url();
            assert!(["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme)), "{url}");
            assert_eq!(Target::parse(url).as_ref(), Some(&link.target), "an address read again is the same");
            assert!(!link.target.host().is_empty() && link.target.host().is_ascii());
            check_inlines(&link.content, source, true)
        }
        Inline::Mention(mention) => {
            assert!(!in_link);
            if let Mention::User { name } = mention {
                assert!((2..=32).contains(&name.len()) && source.contains(&format!("@{name}")));
            }
            0
        }
        Inline::Room { name } => {
            assert!(!in_link && !name.is_empty() && name.chars().count() <= 64);
            0
        }
        Inline::Shortcode(name) => {
            assert!(source.contains(&format!(":{name}:")));
            0
        }
        Inline::Break => 0,
    }
}

/// Panics where a rule is broken.
pub(crate) fn check(source: &str) {
    let document = parse(source);
    let depth = check_blocks(&document.blocks, source);
    assert!(depth <= NESTING_MAX, "{depth}");
    for limit in [0, 1, 7, 100_000] {
        assert!(plain(&document, limit, Spoilers::Hidden).chars().count() <= limit);
    }
    let _ = (document.mentions(), document.rooms(), is_only_emoji(&document, 30));
    // What someone wrote does not vanish: each letter beyond ASCII (where no markup is) is still there, in order. Only
    // where a link leads and its title are not among the words.
    if !source.contains("](") {
        let letters = |text: &str| {
            text.chars().filter(|letter| !letter.is_ascii() && letter.is_alphanumeric()).collect::<Vec<_>>()
        };
        let shown = plain(&document, usize::MAX, Spoilers::Shown);
        assert_eq!(letters(&shown), letters(source), "{source:?} became {shown:?}");
    }
}
