//! The tree, from tokens whose pairs are known.

use super::{Kind, Mark, Shape, Token};
use crate::NESTING_MAX;
use crate::text::part;
use crate::tree::{Inline, Link};

/// The inlines of some tokens, which lie in `depth` nodes. In the words of a link names and addresses are text.
pub(super) fn build(tokens: Vec<Token>, text: &str, depth: usize, in_link: bool) -> Vec<Inline> {
    let mut tree = Tree { depth, open: Vec::new(), inlines: Vec::new(), too_deep: 0 };
    for Token { start, end, kind } in tokens {
        match kind {
            Kind::Break => tree.inlines.push(Inline::Break),
            Kind::Code(start, end) => tree.inlines.push(Inline::Code(part(text, start, end).to_owned())),
            Kind::Shortcode(name) => tree.inlines.push(Inline::Shortcode(name)),
            Kind::Mention(mention) if !in_link => tree.inlines.push(Inline::Mention(mention)),
            Kind::Room(name) if !in_link => tree.inlines.push(Inline::Room { name }),
            Kind::Address(target, start, end) if !in_link && tree.has_room() => {
                let content = vec![Inline::Text(part(text, start, end).to_owned())];
                tree.inlines.push(Inline::Link(Link { target, content }));
            }
            Kind::Link(target, tokens) if !in_link && tree.has_room() => {
                let content = build(tokens, text, tree.level() + 1, true);
                tree.inlines.push(Inline::Link(Link { target, content }));
            }
            Kind::Mark(mark) => tree.mark(&mark),
            _ => tree.text(part(text, start, end)),
        }
    }
    tree.end()
}

struct Tree {
    depth: usize,
    /// What is open, and what stood before it in the same node.
    open: Vec<(Shape, Vec<Inline>)>,
    /// What stands in the innermost node so far.
    inlines: Vec<Inline>,
    /// Pairs that are open and are shown as they were written, because they lie too deep.
    too_deep: usize,
}

impl Tree {
    fn level(&self) -> usize {
        self.depth + self.open.len()
    }

    /// A node with something in it may come here.
    fn has_room(&self) -> bool {
        self.level() + 2 <= NESTING_MAX
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.inlines.last_mut() {
            Some(Inline::Text(last)) => last.push_str(text),
            _ => self.inlines.push(Inline::Text(text.to_owned())),
        }
    }

    fn mark(&mut self, mark: &Mark) {
        for &shape in &mark.closes {
            self.close(shape, mark.byte);
        }
        for _ in 0..mark.left {
            self.text(char::from(mark.byte).encode_utf8(&mut [0; 4]));
        }
        for &shape in mark.opens.iter().rev() {
            if self.too_deep > 0 || !self.has_room() {
                self.too_deep += 1;
                self.text(written(shape, mark.byte));
            } else {
                self.open.push((shape, std::mem::take(&mut self.inlines)));
            }
        }
    }

    fn close(&mut self, shape: Shape, byte: u8) {
        if self.too_deep > 0 {
            self.too_deep -= 1;
            self.text(written(shape, byte));
        } else if let Some((shape, before)) = self.open.pop() {
            let content = std::mem::replace(&mut self.inlines, before);
            self.inlines.push(match shape {
                Shape::Bold => Inline::Bold(content),
                Shape::Italic => Inline::Italic(content),
                Shape::Strike => Inline::Strike(content),
                Shape::Spoiler => Inline::Spoiler(content),
            });
        }
    }

    fn end(mut self) -> Vec<Inline> {
        // every pair that was opened was closed; should one not be, it must not take its words with it
        while let Some((shape, _)) = self.open.last() {
            self.close(*shape, 0);
        }
        self.inlines
    }
}

/// The marks of a shape as they stood in the text.
fn written(shape: Shape, byte: u8) -> &'static str {
    match (shape, byte) {
        (Shape::Bold, b'_') => "__",
        (Shape::Bold, _) => "**",
        (Shape::Italic, b'_') => "_",
        (Shape::Italic, _) => "*",
        (Shape::Strike, _) => "~~",
        (Shape::Spoiler, _) => "||",
    }
}
