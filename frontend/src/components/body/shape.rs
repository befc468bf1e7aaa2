//! What a message looks like before it is made of nodes: whether it is an act, large, or folded.

use markup::{Block, Document, Inline};

/// A message higher than so many lines is folded.
const FOLDED_ABOVE: usize = 20;
/// Letters of a line, as wide as text is on a wide screen.
const LINE: usize = 72;
/// Most emoji that are shown large.
const LARGE: usize = 6;

/// A message's text as it is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Shape {
    /// What it says.
    pub(super) document: Document,
    /// Whether it was written as `/me does something`.
    pub(super) act: bool,
    /// Whether it is a few emoji and nothing else.
    pub(super) large: bool,
    /// Whether it is long.
    pub(super) long: bool,
}

impl Shape {
    /// Reads a text.
    pub(super) fn of(text: &str) -> Self {
        let act = text.strip_prefix("/me ").filter(|rest| !rest.trim().is_empty());
        let document = markup::parse(act.unwrap_or(text));
        let large = act.is_none() && markup::is_only_emoji(&document, LARGE);
        // Most messages are short in letters too.
        let long = (text.len() > FOLDED_ABOVE * LINE
            || text.bytes().filter(|byte| *byte == b'\n').count() >= FOLDED_ABOVE)
            && blocks(&document.blocks) > FOLDED_ABOVE;
        Self { document, act: act.is_some(), large, long }
    }
}

/// About how many lines blocks take.
fn blocks(blocks: &[Block]) -> usize {
    blocks.iter().map(block).sum()
}

fn block(block: &Block) -> usize {
    match block {
        Block::Paragraph(content) | Block::Heading { content, .. } => inlines(content),
        Block::Quote(inner) => blocks(inner),
        Block::Code { text, .. } => text.bytes().filter(|byte| *byte == b'\n').count() + 2,
        Block::List { items, .. } => items.iter().map(|item| blocks(&item.blocks)).sum(),
        Block::Table(table) => table.rows.len() + 1,
        Block::Rule => 1,
    }
}

fn inlines(content: &[Inline]) -> usize {
    let (mut lines, mut letters) = (1, 0);
    count(content, &mut lines, &mut letters);
    lines + letters / LINE
}

/// Counts line breaks, and the letters since the last one; what does not fit before a break counts at once.
fn count(content: &[Inline], lines: &mut usize, letters: &mut usize) {
    for inline in content {
        match inline {
            Inline::Break => {
                *lines += 1 + *letters / LINE;
                *letters = 0;
            }
            Inline::Text(text) | Inline::Code(text) => *letters += text.chars().count(),
            Inline::Bold(inner) | Inline::Italic(inner) | Inline::Strike(inner) | Inline::Spoiler(inner) => {
                count(inner, lines, letters);
            }
            Inline::Link(link) => count(&link.content, lines, letters),
            Inline::Mention(_) | Inline::Room { .. } | Inline::Shortcode(_) => *letters += 8,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(text: &str) -> bool {
        Shape::of(text).long
    }

    #[test]
    fn a_message_is_folded_by_the_lines_it_takes_and_not_by_its_letters_alone() {
        assert!(!long("a line\n".repeat(20).trim_end()));
        assert!(long("a line\n".repeat(21).trim_end()));
        assert!(!long(&"word ".repeat(280)));
        assert!(long(&"word ".repeat(320)));
        assert!(long(&format!("```\n{}```", "code\n".repeat(20))));
        assert!(long(&"- thing\n".repeat(30)));
        // A long address takes few lines of what one reads.
        assert!(!long(&format!("[here](https://example.org/{})", "a".repeat(3000))));
    }

    #[test]
    fn an_act_says_what_is_done_and_needs_something_done() {
        let waves = Shape::of("/me waves at **all**");
        assert!(waves.act);
        assert_eq!(waves.document, markup::parse("waves at **all**"));
        assert!(
            !Shape::of("/me").act && !Shape::of("/me   ").act && !Shape::of("/meet me").act && !Shape::of(" /me x").act
        );
    }

    #[test]
    fn a_few_emoji_alone_are_large() {
        assert!(Shape::of("🎉 :tada:").large);
        assert!(!Shape::of("🎉 well done").large && !Shape::of("/me 🎉").large && !Shape::of(&"🎉".repeat(7)).large);
    }
}
