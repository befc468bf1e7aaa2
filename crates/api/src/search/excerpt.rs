//! What a message says around what was searched for, and where in it that stands: numbers, never markup.

use markup::Spoilers;
use types::{Excerpt, Message, TextRange, limits};

use super::fold::{Kind, Token, tokens};
use super::words::{Sought, Stems};

/// Characters shown before the first thing that was found, where a message is longer than its excerpt.
const BEFORE: usize = 50;

/// Makes the excerpt. What is hidden behind a spoiler stays so.
pub(super) fn of(message: &Message, sought: &[&Sought], stems: &Stems) -> Excerpt {
    let plain = |body: &str| markup::plain(&markup::parse(body), limits::BODY_MAX_CHARS, Spoilers::Hidden);
    let mut text = plain(&message.body);
    if let Some(forwarded) = &message.forwarded {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&plain(&forwarded.body));
    }
    cut(&text, ranges(&text, sought, stems))
}

/// Where in a text it stands, in order and apart.
fn ranges(text: &str, sought: &[&Sought], stems: &Stems) -> Vec<(u32, u32)> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for sought in sought {
        match sought {
            Sought::Nothing => {}
            Sought::Word { forms, part } => {
                for token in tokens.iter().filter(|token| token.kind == Kind::Word) {
                    if !stems.of(&token.text).is_disjoint(forms) {
                        found.extend(token.range(0, token.places.len()));
                    } else if let Some(part) = part {
                        each_part(token, part, &mut |range| found.push(range));
                    }
                }
            }
            Sought::Sequence { tokens: wanted, whole } => match wanted.as_slice() {
                [one] if !*whole || one.kind != Kind::Word => {
                    tokens.iter().for_each(|token| each_part(token, &one.text, &mut |range| found.push(range)));
                }
                _ => found.extend(tokens.windows(wanted.len()).filter_map(|here| follows(here, wanted, *whole))),
            },
        }
    }
    found.sort_unstable();
    let mut apart: Vec<(u32, u32)> = Vec::with_capacity(found.len());
    for (start, end) in found {
        match apart.last_mut().filter(|(_, last)| start <= *last) {
            Some((_, last)) => *last = end.max(*last),
            None => apart.push((start, end)),
        }
    }
    apart
}

fn each_part(token: &Token, part: &str, give: &mut dyn FnMut((u32, u32))) {
    let length = part.chars().count();
    for (place, _) in token.text.match_indices(part) {
        let from = token.text.get(..place).map_or(0, |before| before.chars().count());
        if let Some(range) = token.range(from, from + length) {
            give(range);
        }
    }
}

/// Whether these tokens are the wanted ones, and where. The edges of what is no phrase may be parts of words.
fn follows(here: &[Token], wanted: &[Token], whole: bool) -> Option<(u32, u32)> {
    let last = wanted.len().checked_sub(1)?;
    let (mut start, mut end) = (0, 0);
    for (index, (token, wanted)) in here.iter().zip(wanted).enumerate() {
        let exact = whole && wanted.kind == Kind::Word;
        let length = wanted.places.len();
        let fits = match index {
            0 if !exact && last > 0 => token.text.ends_with(&wanted.text),
            index if !exact && index == last => token.text.starts_with(&wanted.text),
            _ => token.text == wanted.text,
        };
        if !fits || token.kind != wanted.kind {
            return None;
        }
        if index == 0 {
            start = token.range(token.places.len().checked_sub(length)?, token.places.len())?.0;
        }
        if index == last {
            end = token.range(0, length)?.1;
        }
    }
    Some((start, end))
}

/// Cuts a long text around the first range.
fn cut(text: &str, ranges: Vec<(u32, u32)>) -> Excerpt {
    let chars: Vec<char> = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    let first = ranges.as_slice().first().map_or(0, |(start, _)| *start as usize);
    let mut from = if chars.len() <= limits::EXCERPT_CHARS { 0 } else { first.saturating_sub(BEFORE) };
    // At the beginning of a word, if one is near.
    if from > 0 {
        let words = chars.iter().enumerate().skip(from).take(first - from);
        from = words.filter(|(_, c)| **c == ' ').map(|(place, _)| place + 1).next().unwrap_or(from);
    }
    let to = chars.len().min(from + limits::EXCERPT_CHARS);
    let mut shown = String::new();
    let ahead = u32::from(from > 0);
    if from > 0 {
        shown.push('…');
    }
    shown.extend(chars.get(from..to).unwrap_or_default());
    if to < chars.len() {
        shown.push('…');
    }
    let (from, to) = (from as u32, to as u32);
    let inside = ranges.into_iter().filter(|(start, end)| *start >= from && *end <= to);
    let ranges = inside.map(|(start, end)| TextRange { start: start - from + ahead, end: end - from + ahead });
    Excerpt { text: shown, ranges: ranges.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, sought: Sought) -> Vec<String> {
        let stems = Stems::new();
        let chars: Vec<char> = text.chars().collect();
        let ranges = ranges(text, &[&sought], &stems);
        ranges.into_iter().map(|(start, end)| chars[start as usize..end as usize].iter().collect()).collect()
    }

    #[test]
    fn words_are_marked_in_all_forms_and_parts_as_parts() {
        let stems = Stems::new();
        let word = |text: &str| Sought::word(text, &stems);
        assert_eq!(marked("He runs; running RUN", word("run")), ["runs", "running", "RUN"]);
        assert_eq!(marked("Der Fahrplan, die Pläne", word("plan")), ["plan", "Pläne"]);
        assert_eq!(marked("Große Größen", word("gross")), ["Große", "Größen"]);
        assert_eq!(marked("東京都に住む", word("京都")), ["京都"]);
        assert_eq!(marked("🎉 done 🎉", word("🎉")), ["🎉", "🎉"]);
        assert_eq!(marked("call foo_barista now", word("foo_bar")), ["foo_bar"]);
        assert_eq!(marked("heavy rain, heavier rains", Sought::phrase("heavy rain")), ["heavy rain"]);
        assert_eq!(marked("nothing here", word("else")), [""; 0]);
        assert_eq!(marked("anna", word("ana")), [""; 0]);
    }

    #[test]
    fn a_long_text_is_cut_around_what_was_found() {
        let stems = Stems::new();
        let text = format!("{}needle {}", "hay ".repeat(200), "straw ".repeat(200));
        let excerpt = cut(&text, ranges(&text, &[&Sought::word("needle", &stems)], &stems));
        let chars: Vec<char> = excerpt.text.chars().collect();
        let range = excerpt.ranges[0];
        assert_eq!(chars[range.start as usize..range.end as usize].iter().collect::<String>(), "needle");
        assert!(excerpt.text.starts_with("…hay ") && excerpt.text.ends_with('…'), "{}", excerpt.text);
        assert!(chars.len() <= limits::EXCERPT_CHARS + 2);
        assert_eq!(cut("a\nb", vec![(0, 1)]).text, "a b");
    }
}
