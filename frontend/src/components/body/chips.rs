//! Names in a message that the server found: people by what they are called now, rooms by their present name.

use leptos::prelude::*;
use leptos::tachys::renderer::dom::Dom;
use markup::Mention;
use types::{Everyone, RoomId, UserId};
use web_sys::{Element, Node};

use super::nodes::{element, put, write};
use crate::effect::effect;
use crate::state::{Names, Person, State};

/// What makes people and rooms of names.
pub(super) struct Chips {
    pub(super) state: State,
    pub(super) names: Names,
    /// Whether a word for many names me.
    pub(super) everyone_is_me: bool,
}

impl Chips {
    /// Someone named; who was not found stays text.
    pub(super) fn mention(&self, into: &Node, mention: &Mention) {
        match mention {
            Mention::User { name } => self.person(into, name),
            Mention::Here => self.everyone(into, "@here", Everyone::Here),
            Mention::All => self.everyone(into, "@all", Everyone::All),
        }
    }

    fn everyone(&self, into: &Node, text: &str, who: Everyone) {
        // A message with both names everyone, those who are here among them.
        if self.names.everyone.is_some_and(|named| named == who || named == Everyone::All) {
            let chip = element("span", if self.everyone_is_me { "mention me" } else { "mention" });
            write(&chip, text);
            put(into, &chip);
        } else {
            write(into, text);
        }
    }

    fn person(&self, into: &Node, name: &str) {
        if self.names.people.is_empty() {
            return write(into, &["@", name].concat());
        }
        let me = self.state.me.get_untracked();
        let people: Vec<(UserId, Person)> =
            self.names.people.iter().map(|id| (*id, self.state.people.person(*id))).collect();
        let chip = element("span", "");
        put(into, &chip);
        let name = name.to_owned();
        let show = move || {
            let found = people.iter().find_map(|(id, person)| Some((*id, called(person, &name)?)));
            match found {
                Some((id, called)) => {
                    chip.set_class_name(if Some(id) == me { "mention me" } else { "mention" });
                    Dom::set_attribute(&chip, "title", &["@", &name].concat());
                    chip.set_text_content(Some(&["@", &called].concat()));
                }
                None => chip.set_text_content(Some(&["@", &name].concat())),
            }
        };
        untrack(&show);
        effect(show);
    }

    /// A room named: a link to it, by its id.
    pub(super) fn room(&self, into: &Node, name: &str) {
        let Some(named) = self.names.rooms.iter().find(|room| room.name == name) else {
            return write(into, &["#", name].concat());
        };
        let (state, room, written) = (self.state, named.room_id, name.to_owned());
        let link = element("a", "mention");
        Dom::set_attribute(&link, "href", &format!("/rooms/{room}"));
        put(into, &link);
        let show =
            move || link.set_text_content(Some(&["#", &room_name(state, room).unwrap_or(written.clone())].concat()));
        untrack(&show);
        effect(show);
    }
}

/// What a person is called, if this is their username.
fn called(person: &Person, username: &str) -> Option<String> {
    person.user.with(|user| {
        user.as_ref().filter(|user| user.username.eq_ignore_ascii_case(username)).map(|user| user.display_name.clone())
    })
}

/// The present name of a room of mine.
fn room_name(state: State, room: RoomId) -> Option<String> {
    state.rooms.get(room).and_then(|item| item.room.name)
}

/// The name of who does something, before what is done.
pub(super) fn actor(into: &Element, person: Person) {
    let name = element("b", "actor");
    put(into, &name);
    let show = move || name.set_text_content(Some(&person.name()));
    untrack(&show);
    effect(show);
    write(into, " ");
}
