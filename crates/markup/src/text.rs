//! What a character is, and pieces of a text that can't be asked for wrongly.

/// The part of `text` between two places; empty where there is none such.
pub(crate) fn part(text: &str, start: usize, end: usize) -> &str {
    text.get(start..end).unwrap_or_default()
}

/// The part of `text` from a place to its end.
pub(crate) fn rest(text: &str, start: usize) -> &str {
    text.get(start..).unwrap_or_default()
}

/// The byte at a place, 0 behind the end.
pub(crate) fn byte(text: &str, at: usize) -> u8 {
    text.as_bytes().get(at).copied().unwrap_or(0)
}

/// The lines of a text, whichever way they end. An empty line behind the last line break counts.
pub(crate) fn lines(text: &str) -> Vec<&str> {
    let mut lines = Vec::new();
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        lines.extend(line.split('\r'));
    }
    lines
}

/// How far a line is indented, in columns (a tab ends at the next multiple of four) and in bytes.
pub(crate) fn indent(line: &str) -> (usize, usize) {
    let mut columns = 0;
    for (at, byte) in line.bytes().enumerate() {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns = (columns / 4 + 1) * 4,
            _ => return (columns, at),
        }
    }
    (columns, line.len())
}

/// The line without up to `columns` of its indentation.
pub(crate) fn outdent(line: &str, columns: usize) -> &str {
    let mut seen = 0;
    for (at, byte) in line.bytes().enumerate() {
        if seen >= columns {
            return rest(line, at);
        }
        match byte {
            b' ' => seen += 1,
            b'\t' => seen = (seen / 4 + 1) * 4,
            _ => return rest(line, at),
        }
    }
    ""
}

/// Nothing but white space.
pub(crate) fn is_blank(line: &str) -> bool {
    line.chars().all(char::is_whitespace)
}

/// Part of a word of any script: letters, digits, and the marks that are written on or between them.
pub(crate) fn is_word(character: char) -> bool {
    character.is_alphanumeric() || is_mark(character)
}

/// Marks that belong to the letter before them and that are not letters by themselves, e.g. a virama.
fn is_mark(character: char) -> bool {
    matches!(u32::from(character),
        0x0300..=0x036F | 0x0483..=0x0487 | 0x0591..=0x05C7 | 0x0610..=0x061A | 0x064B..=0x065F
        | 0x0900..=0x0963 | 0x0966..=0x0DFF | 0x0E31..=0x0E4E | 0x0EB1..=0x0ECD | 0x0F18..=0x0FBC
        | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20DC | 0xFE20..=0xFE2F)
}

/// A letter of a script that is written without spaces between words.
pub(crate) fn is_unspaced(character: char) -> bool {
    matches!(u32::from(character), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0xA4CF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0xFF66..=0xFF9F | 0x20000..=0x3FFFF)
}

/// What is not seen and may turn the order of what is: controls, bidi controls, zero widths, tags.
pub(crate) fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(u32::from(character),
            0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}
