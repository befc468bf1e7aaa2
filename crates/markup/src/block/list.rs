//! Lists. What is indented by two columns or more below an item belongs to it.

use super::{blocks, is_rule};
use crate::NESTING_MAX;
use crate::text::{byte, indent, is_blank, outdent, rest};
use crate::tree::{Block, Item};

/// The beginning of an item.
struct Marker<'a> {
    /// Nothing for a bullet.
    number: Option<u32>,
    /// Columns before the marker.
    indent: usize,
    /// Columns before the words.
    words_at: usize,
    words: &'a str,
}

/// A list and the lines it takes.
pub(super) fn read(lines: &[&str], depth: usize, in_paragraph: bool) -> Option<(Block, usize)> {
    let first = marker(lines.first()?)?;
    if depth + 4 > NESTING_MAX || first.words.is_empty() {
        return None;
    }
    // "it was in⏎1984. I remember" is no list
    if in_paragraph && first.number.is_some_and(|number| number != 1) {
        return None;
    }
    let ordered = first.number.is_some();
    let start = first.number;
    let mut items = Vec::new();
    let mut used = 0;
    let mut next = Some(first);
    while let Some(marker) = next {
        let (own, taken) = item_lines(lines.get(used + 1..).unwrap_or_default(), &marker);
        used += 1 + taken;
        items.push(item(marker.words, own, depth));
        let blank = lines.get(used..).unwrap_or_default().iter().take_while(|line| is_blank(line)).count();
        next = lines.get(used + blank).filter(|line| !is_rule(line)).and_then(|line| self::marker(line));
        next = next.filter(|next| next.number.is_some() == ordered);
        if next.is_some() {
            used += blank;
        }
    }
    Some((Block::List { start, items }, used))
}

/// The lines below an item that belong to it, and how many they are with the empty ones between them.
fn item_lines<'a>(lines: &[&'a str], marker: &Marker) -> (Vec<&'a str>, usize) {
    let mut own = Vec::new();
    let mut blank = 0;
    for line in lines {
        if is_blank(line) {
            blank += 1;
        } else if indent(line).0 >= marker.indent + 2 {
            own.extend(std::iter::repeat_n("", blank));
            own.push(outdent(line, marker.words_at));
            blank = 0;
        } else {
            break;
        }
    }
    let taken = own.len();
    (own, taken)
}

fn item(words: &str, below: Vec<&str>, depth: usize) -> Item {
    let (done, words) = match words.get(..3) {
        Some("[ ]") if matches!(byte(words, 3), b' ' | b'\t') => (Some(false), rest(words, 4)),
        Some("[x]" | "[X]") if matches!(byte(words, 3), b' ' | b'\t') => (Some(true), rest(words, 4)),
        _ => (None, words),
    };
    let mut lines = Vec::with_capacity(below.len() + 1);
    lines.push(words);
    lines.extend(below);
    Item { done, blocks: blocks(&lines, depth + 2) }
}

fn marker(line: &str) -> Option<Marker<'_>> {
    let (columns, at) = indent(line);
    let (number, length) = match byte(line, at) {
        b'-' | b'*' | b'+' => (None, 1),
        b'0'..=b'9' => {
            let digits = rest(line, at).bytes().take(10).take_while(u8::is_ascii_digit).count();
            let number: u32 = if digits <= 9 { line.get(at..at + digits)?.parse().ok()? } else { return None };
            if !matches!(byte(line, at + digits), b'.' | b')') {
                return None;
            }
            (Some(number), digits + 1)
        }
        _ => return None,
    };
    let after = rest(line, at + length);
    if !after.is_empty() && !after.starts_with([' ', '\t']) {
        return None;
    }
    let words = after.trim_start_matches([' ', '\t']);
    let words = if is_blank(words) { "" } else { words };
    let words_at = columns + length + (after.len() - words.len()).min(4);
    Some(Marker { number, indent: columns, words_at, words })
}
