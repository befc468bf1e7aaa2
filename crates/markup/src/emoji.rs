//! Messages that are nothing but emoji, which the page shows large.

use crate::tree::{Block, Document, Inline};

/// Whether a message is nothing but emoji or shortcodes: at least one and at most so many.
pub fn is_only_emoji(document: &Document, most: usize) -> bool {
    let [Block::Paragraph(content)] = document.blocks.as_slice() else { return false };
    let mut count = 0;
    for inline in content {
        match inline {
            Inline::Shortcode(_) => count += 1,
            Inline::Text(text) => match emoji(text, most) {
                Some(found) => count += found,
                None => return false,
            },
            Inline::Break => {}
            _ => return false,
        }
        if count > most {
            return false;
        }
    }
    count > 0
}

/// How many emoji a text is made of (it stops counting above `most`); nothing if there is anything else but spaces.
fn emoji(text: &str, most: usize) -> Option<usize> {
    let mut count = 0;
    let mut rest = text.trim_start();
    while !rest.is_empty() && count <= most {
        rest = one(rest)?.trim_start();
        count += 1;
    }
    Some(count)
}

/// What is left behind one emoji.
fn one(text: &str) -> Option<&str> {
    let first = text.chars().next()?;
    let after = text.get(first.len_utf8()..)?;
    if matches!(first, '0'..='9' | '#' | '*') {
        let after = after.strip_prefix('\u{FE0F}').unwrap_or(after);
        return after.strip_prefix('\u{20E3}');
    }
    if is_flag_letter(first) {
        return after.strip_prefix(is_flag_letter);
    }
    let mut left = parts(first, after, false)?;
    // several that are joined to one
    while let Some(joined) = left.strip_prefix('\u{200D}') {
        let next = joined.chars().next()?;
        left = parts(next, joined.get(next.len_utf8()..)?, true)?;
    }
    Some(left)
}

/// An emoji's own character, and behind it how it is to be shown.
fn parts(first: char, after: &str, joined: bool) -> Option<&str> {
    let shown = after.strip_prefix('\u{FE0F}');
    // older signs are text unless they are asked to be pictures, or joined to one
    if !is_picture(first) && !(is_sign(first) && (joined || shown.is_some())) {
        return None;
    }
    let after = shown.unwrap_or(after);
    let after = after.strip_prefix(|tone| matches!(tone, '\u{1F3FB}'..='\u{1F3FF}')).unwrap_or(after);
    Some(after.trim_start_matches(|tag| matches!(tag, '\u{E0020}'..='\u{E007F}')))
}

fn is_flag_letter(character: char) -> bool {
    matches!(character, '\u{1F1E6}'..='\u{1F1FF}')
}

/// Shown as a picture by itself.
fn is_picture(character: char) -> bool {
    matches!(u32::from(character),
        0x231A..=0x231B | 0x23E9..=0x23EC | 0x23F0 | 0x23F3 | 0x25FD..=0x25FE | 0x2614..=0x2615 | 0x2648..=0x2653
        | 0x267F | 0x2693 | 0x26A1 | 0x26AA..=0x26AB | 0x26BD..=0x26BE | 0x26C4..=0x26C5 | 0x26CE | 0x26D4 | 0x26EA
        | 0x26F2..=0x26F3 | 0x26F5 | 0x26FA | 0x26FD | 0x2705 | 0x270A..=0x270B | 0x2728 | 0x274C | 0x274E
        | 0x2753..=0x2755 | 0x2757 | 0x2795..=0x2797 | 0x27B0 | 0x27BF | 0x2B1B..=0x2B1C | 0x2B50 | 0x2B55 | 0x1F004
        | 0x1F0CF | 0x1F18E | 0x1F191..=0x1F19A | 0x1F201 | 0x1F21A | 0x1F22F | 0x1F232..=0x1F236
        | 0x1F238..=0x1F23A | 0x1F250..=0x1F251 | 0x1F300..=0x1F64F | 0x1F680..=0x1F6FF | 0x1F7E0..=0x1F7F0
        | 0x1F90C..=0x1F9FF | 0x1FA70..=0x1FAFF)
}

/// A picture only with U+FE0F behind it.
fn is_sign(character: char) -> bool {
    matches!(u32::from(character),
        0xA9 | 0xAE | 0x203C | 0x2049 | 0x2122 | 0x2139 | 0x2194..=0x21AA | 0x2300..=0x23FF | 0x24C2 | 0x25AA..=0x25FE
        | 0x2600..=0x27BF | 0x2934..=0x2935 | 0x2B05..=0x2B55 | 0x3030 | 0x303D | 0x3297 | 0x3299 | 0x1F170..=0x1F251)
}
