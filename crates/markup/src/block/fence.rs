//! Fenced blocks of code.

use crate::text::{byte, indent, outdent, part, rest};
use crate::tree::Block;

/// Longest name of a language.
const LANGUAGE_MAX: usize = 32;

/// An opening fence.
struct Fence<'a> {
    mark: u8,
    length: usize,
    indent: usize,
    info: &'a str,
}

/// A block of code and the lines it takes. One that isn't closed goes on to the end.
pub(super) fn read(lines: &[&str]) -> Option<(Block, usize)> {
    let (first, body) = lines.split_first()?;
    let fence = opening(first)?;
    let mut text: Vec<&str> = Vec::new();
    let mut used = 1;
    for line in body {
        used += 1;
        if closes(line, &fence) {
            break;
        }
        let line = outdent(line, fence.indent);
        if let Some(last) = closes_behind(line, &fence) {
            text.push(last);
            break;
        }
        text.push(line);
    }
    let mut language = language(fence.info);
    // Words that name no language are code, and so is a name with nothing below it.
    if !fence.info.is_empty() && (language.is_none() || text.is_empty()) {
        language = None;
        text.insert(0, fence.info);
    }
    Some((Block::Code { language, text: text.join("\n") }, used))
}

fn opening(line: &str) -> Option<Fence<'_>> {
    let (columns, at) = indent(line);
    let mark = byte(line, at);
    if mark != b'`' && mark != b'~' {
        return None;
    }
    let length = run(rest(line, at), mark);
    let info = rest(line, at + length).trim();
    // with another one in the same line it is code or struck out in the line
    (length >= 3 && !info.bytes().any(|byte| byte == mark)).then_some(Fence { mark, length, indent: columns, info })
}

fn run(text: &str, mark: u8) -> usize {
    text.bytes().take_while(|&byte| byte == mark).count()
}

fn closes(line: &str, fence: &Fence) -> bool {
    let line = line.trim();
    line.len() >= fence.length && run(line, fence.mark) == line.len()
}

/// The code before a fence at the end of its last line, as many write it.
fn closes_behind<'a>(line: &'a str, fence: &Fence) -> Option<&'a str> {
    let end = line.trim_end().len();
    let length = line.trim_end().bytes().rev().take_while(|&byte| byte == b'`').count();
    (fence.mark == b'`' && length == fence.length).then(|| part(line, 0, end - length))
}

/// The word behind the fence, if there is no other and it looks like a language: `rust`, `c++`, `rust,ignore`.
fn language(info: &str) -> Option<String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'#' | b'.' | b'_' | b'-');
    let (name, more) = info.split_once(',').unwrap_or((info, ""));
    let fits = (1..=LANGUAGE_MAX).contains(&name.len()) && name.bytes().all(plain);
    (fits && more.bytes().all(|byte| plain(byte) || byte == b',')).then(|| name.to_ascii_lowercase())
}
