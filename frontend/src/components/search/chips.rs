//! What narrows the search, as chips: those at hand are put in and taken out by a click, all others are taken out.

use leptos::prelude::*;
use types::RoomKind;
use types::search::query::{Query, What};

use super::seeking::Seeking;
use crate::components::ui::{Glyph, Icon};
use crate::i18n::{Key as Text, fill, t};
use crate::route::use_navigator;
use crate::state::State;

/// Filters at hand.
const AT_HAND: [(&str, Text); 5] = [
    ("from:me", Text::SearchFromMe),
    ("mentions:me", Text::SearchNamesMe),
    ("has:link", Text::SearchLinks),
    ("is:pinned", Text::SearchPinned),
    ("is:saved", Text::SearchKept),
];

/// A chip.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    /// What it says.
    label: String,
    /// What stands in the field for it.
    term: String,
    /// Where that is, if it is there.
    place: Option<(usize, usize)>,
    /// Whether it is not understood.
    wrong: bool,
}

/// The chips below the field.
#[component]
pub fn Chips(
    /// What all parts of the panel share.
    seeking: Seeking,
) -> impl IntoView {
    let navigator = use_navigator();
    let chips = Memo::new(move |_| {
        let here = navigator.room().and_then(|room| in_room(seeking.state, room));
        chips(&seeking.text.get(), &seeking.query(), here)
    });
    view! {
        <div class="filters" role="group" aria-label=t(Text::SearchFilters) data-testid="search-chips">
            {move || chips.get().into_iter().map(|chip| {
                let Chip { label, term, place, wrong } = chip;
                let toggle = move |_| {
                    let text = seeking.text.get_untracked();
                    seeking.set_text(match place {
                        Some((start, end)) => without(&text, start, end),
                        None => with(&text, &term),
                    });
                };
                let title = wrong.then(|| fill(t(Text::SearchWrong), &[("term", &label)]));
                view! {
                    <button type="button" class="filter" class:wrong=wrong aria-pressed=place.is_some().to_string() title=title on:click=toggle>
                        {label}
                        {place.map(|_| view! { <Icon glyph=Glyph::Close/> })}
                    </button>
                }
            }).collect_view()}
        </div>
        <p class="search-fault" role="status">{move || chips.with(|chips| {
            let wrong = chips.iter().find(|chip| chip.wrong)?;
            Some(fill(t(Text::SearchWrong), &[("term", &wrong.label)]))
        })}</p>
    }
}

/// The term for the room on screen, if there is one, and what it is called.
fn in_room(state: State, room: types::RoomId) -> Option<(String, String)> {
    let item = state.rooms.get(room)?;
    if item.room.kind != RoomKind::Direct {
        let name = item.room.name?;
        return Some((quoted("in:#", &name), format!("#{name}")));
    }
    let me = state.me.get();
    let others: Vec<_> = item.room.user_ids.iter().copied().filter(|user| Some(*user) != me).collect();
    let [other] = others.as_slice() else { return None };
    let username = state.people.person(*other).user.get()?.username;
    Some((format!("in:@{username}"), format!("@{username}")))
}

fn quoted(before: &str, name: &str) -> String {
    if name.contains(char::is_whitespace) { format!("{before}\"{name}\"") } else { format!("{before}{name}") }
}

fn chips(text: &str, query: &Query, here: Option<(String, String)>) -> Vec<Chip> {
    let part = |start: usize, end: usize| text.get(start..end).unwrap_or_default().to_owned();
    let operators = query.terms.iter().filter(|term| !matches!(term.what, What::Word(_) | What::Phrase(_)));
    let mut typed: Vec<Chip> = operators
        .map(|term| {
            let said = part(term.start, term.end);
            Chip { label: said.clone(), term: said, place: Some((term.start, term.end)), wrong: false }
        })
        .collect();
    // A word that is still being typed is no fault yet.
    let whole = |end: usize| end < text.len();
    typed.extend(query.faults.iter().filter(|fault| whole(fault.end)).map(|fault| {
        let said = part(fault.start, fault.end);
        Chip { label: said.clone(), term: said, place: Some((fault.start, fault.end)), wrong: true }
    }));
    let at_hand = AT_HAND.into_iter().map(|(term, label)| (term.to_owned(), t(label).to_owned()));
    let here = here.map(|(term, name)| (term, fill(t(Text::SearchHere), &[("room", &name)])));
    let mut chips = Vec::new();
    for (term, label) in here.into_iter().chain(at_hand) {
        let at = typed.iter().position(|chip| chip.term.eq_ignore_ascii_case(&term));
        let place = at.and_then(|at| typed.remove(at).place);
        chips.push(Chip { label, term, place, wrong: false });
    }
    typed.extend(chips);
    // What narrows stands first.
    typed.sort_by_key(|chip| chip.place.is_none());
    typed
}

fn with(text: &str, term: &str) -> String {
    let text = text.trim_end();
    if text.is_empty() { format!("{term} ") } else { format!("{text} {term} ") }
}

fn without(text: &str, start: usize, end: usize) -> String {
    let (before, after) = (text.get(..start).unwrap_or_default(), text.get(end..).unwrap_or_default());
    let joined = format!("{} {}", before.trim_end(), after.trim_start());
    joined.trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chip_is_put_in_and_taken_out_and_the_rest_stays() {
        assert_eq!(with("roses", "has:link"), "roses has:link ");
        assert_eq!(with("", "has:link"), "has:link ");
        assert_eq!(without("roses has:link red", 6, 14), "roses red");
        assert_eq!(without("has:link", 0, 8), "");
    }

    #[test]
    fn what_is_there_is_pressed_and_what_is_wrong_is_said() {
        let text = "roses has:link is:odd in:#garden ";
        let query = types::search::query::parse(text);
        let chips = chips(text, &query, Some(("in:#garden".into(), "#garden".into())));
        let shown: Vec<(&str, bool, bool)> =
            chips.iter().map(|chip| (chip.term.as_str(), chip.place.is_some(), chip.wrong)).collect();
        assert_eq!(shown.len(), 7);
        assert_eq!(shown.iter().filter(|(_, there, _)| *there).count(), 3);
        assert!(shown.contains(&("is:odd", true, true)) && shown.contains(&("in:#garden", true, false)));
        assert!(!shown[6].1);
    }
}
