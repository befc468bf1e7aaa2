//! Letters found in a name in their order, not necessarily side by side.

use crate::letters::lower;

/// How well letters fit a name, and which characters of it they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fit {
    /// The higher, the better.
    pub(super) score: i32,
    /// The characters, in order.
    pub(super) places: Vec<usize>,
}

/// A run of letters side by side.
const ADJACENT: i32 = 8;
/// A letter that begins a word.
const WORD: i32 = 10;
/// The first letter of the name.
const FIRST: i32 = 6;
/// A name much longer than the letters fits a little less.
const LONGER: i32 = 24;

/// Finds the letters in a name, if they are all there.
pub(super) fn fit(name: &str, letters: &str) -> Option<Fit> {
    let wanted: Vec<char> = letters.chars().filter(|c| !c.is_whitespace()).collect();
    let small: Vec<char> = lower(name).chars().collect();
    if wanted.is_empty() {
        return Some(Fit { score: 0, places: Vec::new() });
    }
    // From each place where the first letter stands: names are short.
    let begins = small.iter().enumerate().filter(|(_, c)| Some(*c) == wanted.first()).map(|(place, _)| place);
    let best = begins.filter_map(|begin| from(&small, &wanted, begin)).max_by_key(|fit| fit.score)?;
    // Letters that become others when they are made small leave nothing to mark.
    let same = small.len() == name.chars().count();
    Some(Fit { places: if same { best.places } else { Vec::new() }, ..best })
}

fn from(name: &[char], wanted: &[char], begin: usize) -> Option<Fit> {
    let mut places: Vec<usize> = Vec::with_capacity(wanted.len());
    let mut score = 0;
    for letter in wanted {
        let after = places.last().map_or(begin, |last| last + 1);
        let place = next(name, *letter, after, places.last().copied())?;
        score += 1;
        if place.checked_sub(1).is_some_and(|before| places.last() == Some(&before)) {
            score += ADJACENT;
        }
        if starts_word(name, place) {
            score += WORD;
        }
        if place == 0 {
            score += FIRST;
        }
        places.push(place);
    }
    let spare = i32::try_from(name.len().saturating_sub(wanted.len())).unwrap_or(LONGER).min(LONGER);
    Some(Fit { score: score - spare / 4, places })
}

/// Where the next letter stands: right behind the last one, else at the beginning of a word, else wherever it comes first.
fn next(name: &[char], letter: char, after: usize, last: Option<usize>) -> Option<usize> {
    let mut at = name.iter().enumerate().skip(after).filter(|(_, c)| **c == letter).map(|(place, _)| place).peekable();
    if last.is_some() && at.peek() == Some(&after) {
        return Some(after);
    }
    let all: Vec<usize> = at.collect();
    all.iter().copied().find(|place| starts_word(name, *place)).or_else(|| all.first().copied())
}

fn starts_word(name: &[char], place: usize) -> bool {
    place == 0 || place.checked_sub(1).and_then(|before| name.get(before)).is_some_and(|c| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(name: &str, letters: &str) -> Option<Vec<usize>> {
        fit(name, letters).map(|fit| fit.places)
    }

    #[test]
    fn letters_are_found_in_their_order() {
        assert_eq!(places("robotics-club", "rob"), Some(vec![0, 1, 2]));
        assert_eq!(places("robotics-club", "rclub"), Some(vec![0, 9, 10, 11, 12]));
        assert_eq!(places("Exam help", "eh"), Some(vec![0, 5]));
        assert_eq!(places("lost-and-found", "dnuof"), None);
        assert_eq!(places("anything", ""), Some(vec![]));
    }

    #[test]
    fn what_begins_so_fits_better_than_what_has_it_somewhere() {
        let score = |name: &str, letters: &str| fit(name, letters).unwrap().score;
        assert!(score("garden", "gar") > score("big garden party", "gar"));
        assert!(score("big garden", "gar") > score("cigars", "gar"));
        assert!(score("cigars", "gar") > score("great sonar", "gar"));
    }
}
