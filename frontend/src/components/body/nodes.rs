//! The nodes of a message, made one by one from its tree: text becomes text nodes, and nothing is ever read as HTML. What
//! there is to click is told by its class to the listener of the whole body, so that a message costs one listener.

use leptos::tachys::renderer::dom::Dom;
use markup::{Align, Block, Document, Inline, Item, Link, Table};
use web_sys::{Element, Node};

use super::chips::Chips;
use crate::emoji;
use crate::i18n::{Key as Text, t};

/// The elements of headings, which stand below those of the page.
const HEADINGS: [&str; 6] = ["h3", "h4", "h5", "h6", "h6", "h6"];

/// Makes the nodes of a message.
pub(super) struct Maker {
    /// What makes people and rooms of names.
    pub(super) chips: Chips,
    /// Whether what is hidden was shown before.
    pub(super) revealed: bool,
}

/// An element with a class, if it has one.
pub(super) fn element(tag: &str, class: &str) -> Element {
    let element = Dom::create_element(tag, None);
    if !class.is_empty() {
        element.set_class_name(class);
    }
    element
}

/// Puts a node at the end of another.
pub(super) fn put(parent: &Node, child: &Node) {
    // Fails only for a node put into itself.
    let _ = parent.append_child(child);
}

/// Puts a text at the end of a node.
pub(super) fn write(parent: &Node, text: &str) {
    put(parent, &Dom::create_text_node(text));
}

fn set(element: &Element, name: &str, value: &str) {
    Dom::set_attribute(element, name, value);
}

impl Maker {
    /// Puts all of a message into a node.
    pub(super) fn fill(&self, into: &Node, document: &Document) {
        self.blocks(into, &document.blocks);
    }

    fn blocks(&self, into: &Node, blocks: &[Block]) {
        blocks.iter().for_each(|block| self.block(into, block));
    }

    fn block(&self, into: &Node, block: &Block) {
        match block {
            Block::Paragraph(content) => self.lines(into, "p", content),
            Block::Heading { level, content } => {
                let tag = HEADINGS.get(usize::from(level.saturating_sub(1))).unwrap_or(&"h6");
                self.lines(into, tag, content);
            }
            Block::Quote(inner) => {
                let quote = element("blockquote", "");
                self.blocks(&quote, inner);
                put(into, &quote);
            }
            Block::Code { language, text } => block_of_code(into, language.as_deref(), text),
            Block::List { start, items } => self.list(into, *start, items),
            Block::Table(table) => self.table(into, table),
            Block::Rule => put(into, &element("hr", "")),
        }
    }

    /// An element that goes in the direction of its own text.
    fn lines(&self, into: &Node, tag: &str, content: &[Inline]) {
        let lines = element(tag, "");
        set(&lines, "dir", "auto");
        self.inlines(&lines, content);
        put(into, &lines);
    }

    fn list(&self, into: &Node, start: Option<u32>, items: &[Item]) {
        let list = element(if start.is_some() { "ol" } else { "ul" }, "");
        if let Some(start) = start.filter(|start| *start != 1) {
            set(&list, "start", &start.to_string());
        }
        for Item { done, blocks } in items {
            let item = element("li", "");
            set(&item, "dir", "auto");
            if let Some(done) = done {
                item.set_class_name(if *done { "task done" } else { "task" });
                let tick = element("span", "tick");
                set(&tick, "role", "img");
                set(&tick, "aria-label", t(if *done { Text::TaskDone } else { Text::TaskOpen }));
                put(&item, &tick);
            }
            // The first lines of an item stand beside its sign.
            let rest = match blocks.split_first() {
                Some((Block::Paragraph(content), rest)) => {
                    self.inlines(&item, content);
                    rest
                }
                _ => blocks,
            };
            self.blocks(&item, rest);
            put(&list, &item);
        }
        put(into, &list);
    }

    fn table(&self, into: &Node, table: &Table) {
        let whole = element("table", "");
        let head = element("thead", "");
        self.row(&head, "th", &table.columns, &table.head);
        let body = element("tbody", "");
        table.rows.iter().for_each(|row| self.row(&body, "td", &table.columns, row));
        put(&whole, &head);
        put(&whole, &body);
        let frame = scroller("div", "table", Text::Table);
        put(&frame, &whole);
        put(into, &frame);
    }

    fn row(&self, into: &Node, tag: &str, columns: &[Align], cells: &[Vec<Inline>]) {
        let row = element("tr", "");
        let none: &[Inline] = &[];
        for (index, align) in columns.iter().enumerate() {
            let class = match align {
                Align::Start => "",
                Align::Center => "center",
                Align::End => "end",
            };
            let cell = element(tag, class);
            set(&cell, "dir", "auto");
            self.inlines(&cell, cells.get(index).map_or(none, Vec::as_slice));
            put(&row, &cell);
        }
        put(into, &row);
    }

    fn inlines(&self, into: &Node, content: &[Inline]) {
        content.iter().for_each(|inline| self.inline(into, inline));
    }

    fn inline(&self, into: &Node, inline: &Inline) {
        match inline {
            Inline::Text(text) => write(into, text),
            Inline::Break => put(into, &element("br", "")),
            Inline::Bold(inner) => self.marked(into, "strong", inner),
            Inline::Italic(inner) => self.marked(into, "em", inner),
            Inline::Strike(inner) => self.marked(into, "s", inner),
            Inline::Spoiler(inner) => self.spoiler(into, inner),
            Inline::Code(text) => {
                let code = element("code", "");
                write(&code, text);
                put(into, &code);
            }
            Inline::Link(link) => self.link(into, link),
            Inline::Mention(mention) => self.chips.mention(into, mention),
            Inline::Room { name } => self.chips.room(into, name),
            Inline::Shortcode(name) => match emoji::of(name) {
                Some(emoji) => write(into, emoji),
                None => write(into, &[":", name, ":"].concat()),
            },
        }
    }

    fn marked(&self, into: &Node, tag: &str, content: &[Inline]) {
        let marked = element(tag, "");
        self.inlines(&marked, content);
        put(into, &marked);
    }

    /// A link tells nobody where it was found, and its address to who points at it.
    fn link(&self, into: &Node, link: &Link) {
        let anchor = element("a", "");
        let url = link.target.url();
        set(&anchor, "href", url);
        set(&anchor, "title", url);
        set(&anchor, "target", "_blank");
        set(&anchor, "rel", "noopener noreferrer nofollow ugc");
        self.inlines(&anchor, &link.content);
        put(into, &anchor);
    }

    /// What is hidden can be neither reached nor read aloud until it is shown.
    fn spoiler(&self, into: &Node, content: &[Inline]) {
        let spoiler = element("span", "spoiler");
        let key = element("button", "sr-only");
        set(&key, "type", "button");
        write(&key, t(Text::Spoiler));
        let inside = element("span", "spoiler-text");
        self.inlines(&inside, content);
        put(&spoiler, &key);
        put(&spoiler, &inside);
        reveal(&spoiler, self.revealed);
        put(into, &spoiler);
    }
}

/// Shows or hides what a spoiler holds.
pub(super) fn reveal(spoiler: &Element, shown: bool) {
    if let Ok(Some(key)) = spoiler.query_selector("button") {
        set(&key, "aria-expanded", if shown { "true" } else { "false" });
    }
    if let Ok(Some(inside)) = spoiler.query_selector(".spoiler-text") {
        if shown {
            Dom::remove_attribute(&inside, "inert");
        } else {
            set(&inside, "inert", "");
        }
    }
}

/// What is wider than the page is scrolled, by the keyboard too.
fn scroller(tag: &str, class: &str, name: Text) -> Element {
    let scroller = element(tag, class);
    set(&scroller, "role", "group");
    set(&scroller, "aria-label", t(name));
    set(&scroller, "tabindex", "0");
    scroller
}

/// A block of code with its language and a button that copies it.
fn block_of_code(into: &Node, language: Option<&str>, text: &str) {
    let frame = element("div", "code");
    set(&frame, "dir", "ltr");
    let head = element("div", "code-head");
    let label = element("span", "");
    write(&label, language.unwrap_or_default());
    let copy = element("button", "copy-code");
    set(&copy, "type", "button");
    write(&copy, t(Text::Copy));
    put(&head, &label);
    put(&head, &copy);
    let lines = scroller("pre", "", Text::Code);
    let code = element("code", "");
    write(&code, text);
    put(&lines, &code);
    put(&frame, &head);
    put(&frame, &lines);
    put(into, &frame);
    if let Some(language) = language {
        super::code::color(&code, language);
    }
}
