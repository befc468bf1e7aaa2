//! Blocks, by line. A container (quote, list) takes the lines that belong to it without their prefix and is parsed by the
//! same function; a line without the prefix is outside it. So each line is looked at once for each level it lies in, and
//! the levels are bounded.

mod fence;
mod list;
mod table;

use crate::NESTING_MAX;
use crate::inline::inlines;
use crate::text::{byte, is_blank, rest};
use crate::tree::Block;

/// The blocks of some lines; `depth` is how many nodes they lie in.
pub(crate) fn blocks(lines: &[&str], depth: usize) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<&str> = Vec::new();
    let mut left = lines;
    while let Some((line, after)) = left.split_first() {
        if is_blank(line) {
            flush(&mut paragraph, depth, &mut blocks);
            left = after;
        } else if let Some((block, used)) = block(left, depth, !paragraph.is_empty()) {
            flush(&mut paragraph, depth, &mut blocks);
            blocks.push(block);
            left = left.get(used.max(1)..).unwrap_or_default();
        } else {
            paragraph.push(line);
            left = after;
        }
    }
    flush(&mut paragraph, depth, &mut blocks);
    blocks
}

/// What begins at the first of these lines, unless that is a paragraph, and how many lines it takes.
fn block(lines: &[&str], depth: usize, in_paragraph: bool) -> Option<(Block, usize)> {
    let line = lines.first()?;
    fence::read(lines)
        .or_else(|| heading(line, depth).map(|block| (block, 1)))
        .or_else(|| is_rule(line).then_some((Block::Rule, 1)))
        .or_else(|| quote(lines, depth))
        .or_else(|| list::read(lines, depth, in_paragraph))
        .or_else(|| table::read(lines, depth))
}

fn flush(paragraph: &mut Vec<&str>, depth: usize, blocks: &mut Vec<Block>) {
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(inlines(&paragraph.join("\n"), depth + 1)));
        paragraph.clear();
    }
}

/// `# …`, with words behind it.
fn heading(line: &str, depth: usize) -> Option<Block> {
    let line = line.trim_start();
    let level = line.bytes().take(7).take_while(|&byte| byte == b'#').count();
    if !(1..=6).contains(&level) || !matches!(byte(line, level), b' ' | b'\t') {
        return None;
    }
    let words = rest(line, level).trim();
    // a closing run is only one if a space stands before it: `# C#` ends with its own
    let open = words.trim_end_matches('#');
    let words = if open.ends_with([' ', '\t']) { open.trim_end() } else { words };
    if words.is_empty() || open.is_empty() {
        return None;
    }
    Some(Block::Heading { level: u8::try_from(level).unwrap_or(6), content: inlines(words, depth + 1) })
}

/// Three or more of `-`, `*` or `_` and nothing else.
fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let mark = byte(line, 0);
    matches!(mark, b'-' | b'*' | b'_')
        && line.bytes().all(|byte| byte == mark || byte == b' ' || byte == b'\t')
        && line.bytes().filter(|&byte| byte == mark).count() >= 3
}

fn quote(lines: &[&str], depth: usize) -> Option<(Block, usize)> {
    if depth + 3 > NESTING_MAX {
        return None;
    }
    let quoted: Vec<&str> = lines.iter().map_while(|line| quoted(line)).collect();
    (!quoted.is_empty()).then(|| (Block::Quote(blocks(&quoted, depth + 1)), quoted.len()))
}

/// A line without its `>`. What looks like a face (`>:(`, `>_<`) or a comparison (`>=`) is no quote.
fn quoted(line: &str) -> Option<&str> {
    let after = line.trim_start().strip_prefix('>')?;
    match byte(after.trim_start_matches('>'), 0) {
        b':' | b';' | b'=' | b'.' | b'_' | b'<' | b')' | b'/' | b'\\' | b'^' | b'&' | b',' => None,
        _ => Some(after.strip_prefix([' ', '\t']).unwrap_or(after)),
    }
}
