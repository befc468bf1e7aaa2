//! Marks put around what is selected: what is replaced by what, and what is selected then.

use markup::Target;

use super::units;

/// A change of a text, in UTF-16 units as the browser counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// From here
    pub(super) start: u32,
    /// to there
    pub(super) end: u32,
    /// this stands instead.
    pub(super) text: String,
    /// Then this is selected.
    pub(super) selected: (u32, u32),
}

/// Puts a mark before and behind what is selected, or takes it away. Spaces at the ends stay outside, since a mark beside
/// a space marks nothing.
pub(super) fn wrap(text: &str, start: u32, end: u32, mark: &str) -> Change {
    let inner = units::between(text, start, end);
    let core = inner.trim();
    if core.is_empty() {
        let at = start + units::count(mark);
        return Change { start, end, text: [mark, inner, mark].concat(), selected: (at, at + units::count(inner)) };
    }
    let start = start + units::count(inner.get(..inner.len() - inner.trim_start().len()).unwrap_or_default());
    let (length, around) = (units::count(core), units::count(mark));
    let end = start + length;
    if is_marked(units::before(text, start), units::after(text, end), mark) {
        let start = start - around;
        return Change { start, end: end + around, text: core.to_owned(), selected: (start, start + length) };
    }
    let selected = (start + around, start + around + length);
    Change { start, end, text: [mark, core, mark].concat(), selected }
}

/// Whether just this mark stands around: one `*` of two is another mark.
fn is_marked(before: &str, after: &str, mark: &str) -> bool {
    let (Some(outside), Some(behind)) = (before.strip_suffix(mark), after.strip_prefix(mark)) else { return false };
    let sign = mark.chars().next().unwrap_or_default();
    // `***` is both, of which either can be taken away.
    let more = |text: usize| text == 1 && mark.len() == 1;
    let left = outside.chars().rev().take_while(|letter| *letter == sign).count();
    let right = behind.chars().take_while(|letter| *letter == sign).count();
    !more(left) && !more(right)
}

/// Makes what is selected the words of a link; without an address the cursor goes where it is to be written.
pub(super) fn link(text: &str, start: u32, end: u32, address: &str) -> Change {
    let words = units::between(text, start, end);
    let address = address.replace('(', "%28").replace(')', "%29");
    let at = start + units::count(words) + 3;
    let whole = ["[", words, "](", &address, ")"].concat();
    let at = if address.is_empty() { at } else { start + units::count(&whole) };
    Change { start, end, text: whole, selected: (at, at) }
}

/// The address that is pasted over a selection, if it is to become its link.
pub(super) fn pasted_link(text: &str, start: u32, end: u32, pasted: &str) -> Option<Change> {
    let (pasted, words) = (pasted.trim(), units::between(text, start, end));
    let address =
        pasted.starts_with("http") && !pasted.contains(char::is_whitespace) && Target::parse(pasted).is_some();
    // Over an address another takes its place.
    let linkable =
        !words.trim().is_empty() && !words.contains(['\n', '[', ']']) && Target::parse(words.trim()).is_none();
    (address && linkable).then(|| link(text, start, end, pasted))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text after a change, with what is selected in `‹›`.
    fn after(text: &str, change: &Change) -> String {
        let changed = [units::before(text, change.start), &change.text, units::after(text, change.end)].concat();
        let (from, to) = change.selected;
        [units::before(&changed, from), "‹", units::between(&changed, from, to), "›", units::after(&changed, to)]
            .concat()
    }

    fn marked(text: &str, start: u32, end: u32, mark: &str) -> String {
        after(text, &wrap(text, start, end, mark))
    }

    #[test]
    fn a_mark_goes_around_the_words_and_off_again() {
        assert_eq!(marked("a word here", 2, 6, "**"), "a **‹word›** here");
        assert_eq!(marked("a **word** here", 4, 8, "**"), "a ‹word› here");
        assert_eq!(marked("🎉 word", 3, 7, "~~"), "🎉 ~~‹word›~~");
        assert_eq!(marked("a", 1, 1, "**"), "a**‹›**");
    }

    #[test]
    fn spaces_stay_outside() {
        assert_eq!(marked("a word here", 1, 7, "*"), "a *‹word›* here");
        assert_eq!(markup::parse("a *word* here").blocks.len(), 1);
    }

    #[test]
    fn one_mark_is_not_taken_for_half_of_another() {
        assert_eq!(marked("**word**", 2, 6, "*"), "***‹word›***");
        assert_eq!(marked("***word***", 3, 7, "*"), "**‹word›**");
        assert_eq!(marked("***word***", 3, 7, "**"), "*‹word›*");
    }

    #[test]
    fn a_link_has_the_selected_words() {
        assert_eq!(after("the plan", &link("the plan", 4, 8, "")), "the [plan](‹›)");
        let pasted = pasted_link("the plan", 4, 8, " https://a.example/b_(c) ").unwrap();
        assert_eq!(after("the plan", &pasted), "the [plan](https://a.example/b_%28c%29)‹›");
        assert_eq!(markup::parse("the [plan](https://a.example/b_%28c%29)").links().len(), 1);
    }

    #[test]
    fn only_an_address_over_words_becomes_a_link() {
        assert_eq!(pasted_link("the plan", 4, 8, "javascript:alert(1)"), None);
        assert_eq!(pasted_link("the plan", 4, 8, "two words"), None);
        assert_eq!(pasted_link("the plan", 4, 4, "https://a.example"), None);
        assert_eq!(pasted_link("https://b.example", 0, 17, "https://a.example"), None);
    }
}
