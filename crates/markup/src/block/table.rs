//! Tables: a row with `|`, a row of dashes below it, rows until one has no `|`.

use super::{fence, quoted};
use crate::COLUMNS_MAX;
use crate::inline::inlines;
use crate::text::{byte, is_blank, part, rest};
use crate::tree::{Align, Block, Inline, Table};

/// A table and the lines it takes.
pub(super) fn read(lines: &[&str], depth: usize) -> Option<(Block, usize)> {
    let (head, below) = lines.split_first()?;
    let (dashes, below) = below.split_first()?;
    if !head.contains('|') {
        return None;
    }
    let columns = columns(dashes)?;
    if count(head, COLUMNS_MAX + 1) != columns.len() {
        return None;
    }
    let width = columns.len();
    let rows: Vec<_> = below
        .iter()
        .take_while(|line| !ends(line))
        .map(|line| cells(line, width).into_iter().map(|cell| content(cell, depth)).collect())
        .collect();
    let head = cells(head, width).into_iter().map(|cell| content(cell, depth)).collect();
    let used = 2 + rows.len();
    Some((Block::Table(Table { columns, head, rows }), used))
}

fn ends(line: &str) -> bool {
    is_blank(line) || !line.contains('|') || quoted(line).is_some() || fence::read(&[line]).is_some()
}

/// The row of dashes.
fn columns(line: &str) -> Option<Vec<Align>> {
    if !line.contains('|') || !line.bytes().all(|byte| matches!(byte, b'|' | b'-' | b':' | b' ' | b'\t')) {
        return None;
    }
    let cells = cells(line, COLUMNS_MAX + 1);
    if !(1..=COLUMNS_MAX).contains(&cells.len()) {
        return None;
    }
    cells.into_iter().map(column).collect()
}

fn column(cell: &str) -> Option<Align> {
    let cell = cell.trim();
    let (start, end) = (cell.starts_with(':'), cell.len() > 1 && cell.ends_with(':'));
    let dashes = part(cell, usize::from(start), cell.len() - usize::from(end));
    if dashes.is_empty() || !dashes.bytes().all(|byte| byte == b'-') {
        return None;
    }
    Some(match (start, end) {
        (true, true) => Align::Center,
        (false, true) => Align::End,
        _ => Align::Start,
    })
}

fn count(line: &str, most: usize) -> usize {
    cells(line, most).len()
}

/// The cells of a row; what is too much stays in the last one. A `\|` parts nothing.
fn cells(line: &str, most: usize) -> Vec<&str> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < line.len() {
        match byte(line, at) {
            b'\\' => at += 2,
            b'|' if cells.len() + 1 < most || at + 1 == line.len() => {
                cells.push(part(line, start, at));
                at += 1;
                start = at;
            }
            _ => at += 1,
        }
    }
    if start < line.len() {
        cells.push(rest(line, start));
    }
    cells
}

fn content(cell: &str, depth: usize) -> Vec<Inline> {
    inlines(&cell.trim().replace("\\|", "|"), depth + 1)
}
