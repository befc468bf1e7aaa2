//! A person's picture: initials on a colour of their own, with a dot for presence where it is asked for.

use leptos::prelude::*;
use types::{PresenceStatus, UserId};

use crate::i18n::{Key as Text, t};
use crate::letters::upper;
use crate::state::use_state;

/// The number of colours in the style.
const COLOURS: u8 = 8;

/// The picture of a person.
#[component]
pub fn Avatar(
    /// Whose.
    user: UserId,
    /// Whether the dot shows.
    #[prop(optional)]
    presence: bool,
) -> impl IntoView {
    let person = use_state().people.person(user);
    let (present, coloured, told) = (person.clone(), person.clone(), person.clone());
    let class = format!("avatar hue-{}", colour(user));
    view! {
        <span class=class>
            <span aria-hidden="true">{move || initials(&person.name())}</span>
            {presence.then(|| view! {
                <span data-testid="presence" role="img" data-status=move || name(present.status())
                    class=move || format!("presence {}", name(coloured.status()))
                    aria-label=move || presence_word(told.status())></span>
            })}
        </span>
    }
}

/// How present someone is, in a word.
pub fn presence_word(status: PresenceStatus) -> &'static str {
    t(match status {
        PresenceStatus::Online => Text::Online,
        PresenceStatus::Away => Text::Away,
        PresenceStatus::Offline => Text::Offline,
    })
}

const fn name(status: PresenceStatus) -> &'static str {
    match status {
        PresenceStatus::Online => "online",
        PresenceStatus::Away => "away",
        PresenceStatus::Offline => "offline",
    }
}

/// The same person has the same colour everywhere; the id's random end decides.
fn colour(user: UserId) -> u8 {
    user.0.as_bytes().iter().rev().take(4).fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(*byte)) % COLOURS
}

/// The first letters of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name
        .split([' ', '.', '-', '_'])
        .filter_map(|word| word.chars().find(|c| c.is_ascii_alphanumeric() || !c.is_ascii()));
    let first = words.next();
    let both: String = first.into_iter().chain(words.next_back()).collect();
    upper(&both)
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        assert_eq!(initials("Ada Lind"), "AL");
        assert_eq!(initials("ana maria de souza"), "AS");
        assert_eq!(initials("yuki"), "Y");
        assert_eq!(initials(""), "");
    }
}
