//! Which marks belong together: CommonMark's rules for `*` and `_`, and the same way for `~~` and `||`.

use super::{Kind, Mark, Shape, Token};

/// Kinds of closing marks that look for different partners: `*` and `_` by whether they can open and their length modulo
/// three, `~~`, `||`.
const KINDS: usize = 14;

/// Finds the pairs among tokens and notes them at their marks.
pub(super) fn find(tokens: &mut [Token]) {
    // Marks that may open, from the outside in. Below `bottom` of a kind is no partner for it: it was looked for there.
    let mut open: Vec<usize> = Vec::new();
    let mut bottom = [0_usize; KINDS];
    for at in 0..tokens.len() {
        let Some((before, mark)) = split(tokens, at) else { continue };
        if mark.can_close {
            close(before, at, mark, &mut open, &mut bottom);
        }
        if mark.can_open && mark.left > 0 {
            open.push(at);
        }
    }
}

/// The mark at a place and what is before it.
fn split(tokens: &mut [Token], at: usize) -> Option<(&mut [Token], &mut Mark)> {
    let (before, from) = tokens.split_at_mut_checked(at)?;
    match &mut from.first_mut()?.kind {
        Kind::Mark(mark) => Some((before, mark)),
        _ => None,
    }
}

/// Closes as many pairs as a mark can.
fn close(before: &mut [Token], at: usize, closer: &mut Mark, open: &mut Vec<usize>, bottom: &mut [usize; KINDS]) {
    let Some(bottom) = bottom.get_mut(kind(closer)) else { return };
    while closer.left > 0 {
        // what was looked through may have been taken away since
        let lowest = (*bottom).min(open.len());
        let partner = open.iter().enumerate().skip(lowest).rev().find_map(|(place, &token)| {
            let adjacent = closer.byte == b'|' && token + 1 == at;
            (!adjacent && mark(before, token).is_some_and(|opener| fit(opener, closer))).then_some((place, token))
        });
        let Some((place, token)) = partner else {
            *bottom = open.len();
            return;
        };
        // what is between opens nothing any more: pairs don't cross
        open.truncate(place + 1);
        let Some(opener) = mark(before, token) else { return };
        let (shape, length) = shape(closer.byte, opener.left.min(closer.left));
        opener.opens.push(shape);
        opener.left -= length;
        closer.closes.push(shape);
        closer.left -= length;
        if opener.left == 0 {
            open.pop();
        }
    }
}

fn mark(tokens: &mut [Token], at: usize) -> Option<&mut Mark> {
    match &mut tokens.get_mut(at)?.kind {
        Kind::Mark(mark) => Some(mark),
        _ => None,
    }
}

fn fit(opener: &Mark, closer: &Mark) -> bool {
    if opener.byte != closer.byte {
        return false;
    }
    // `*a**b*`: a mark that could do both does not pair with one that makes three with it
    let both = opener.can_close || closer.can_open;
    let thirds = (opener.run + closer.run).is_multiple_of(3) && !opener.run.is_multiple_of(3);
    !(matches!(closer.byte, b'*' | b'_') && both && thirds)
}

/// What a pair makes, and how many characters of each of its marks it takes.
fn shape(byte: u8, left: usize) -> (Shape, usize) {
    match byte {
        b'~' => (Shape::Strike, 2),
        b'|' => (Shape::Spoiler, 2),
        _ if left >= 2 => (Shape::Bold, 2),
        _ => (Shape::Italic, 1),
    }
}

fn kind(closer: &Mark) -> usize {
    let length = closer.run % 3 + usize::from(closer.can_open) * 3;
    match closer.byte {
        b'*' => length,
        b'_' => 6 + length,
        b'~' => 12,
        _ => 13,
    }
}
