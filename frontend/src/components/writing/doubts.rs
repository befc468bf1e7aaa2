//! What is asked back before a message goes: once, and whoever sends it again means it.

use leptos::prelude::*;
use markup::Mentions;
use types::{RoomId, RoomRole, limits};

use super::commands::{Command, Order, order};
use crate::i18n::{Key as Text, fill, t};
use crate::state::State;

/// What there is to be asked of a text, if anything.
pub fn doubt(state: State, room: RoomId, body: &str) -> Option<String> {
    match order(body) {
        Order::Unknown(name) => Some(fill(t(Text::CommandUnknown), &[("name", name)])),
        Order::Do(Command::Leave, _) => Some(t(Text::CommandLeaveAgain).to_owned()),
        Order::Say(text) => named_many(state, room, &text),
        Order::Do(..) | Order::Lacks(_) => None,
    }
}

/// A word for many in a room of many.
fn named_many(state: State, room: RoomId, text: &str) -> Option<String> {
    // Most texts need not be read.
    if !text.contains('@') {
        return None;
    }
    let Mentions { here, all, .. } = markup::parse(text).mentions();
    let word = if all { "@all" } else { "@here" };
    if !here && !all {
        return None;
    }
    let count = count(state, room);
    if count.is_some_and(|count| count <= limits::EVERYONE_FREE) {
        return None;
    }
    let may = state.rooms.get_now(room).is_some_and(|item| item.role >= RoomRole::Moderator);
    let text = match count {
        Some(_) if !may => Text::NamesNobody,
        Some(_) => Text::NamesMany,
        None => Text::NamesEveryone,
    };
    Some(fill(t(text), &[("word", word), ("count", &count.unwrap_or(0).to_string())]))
}

/// How many are in a room, as far as it is known.
fn count(state: State, room: RoomId) -> Option<i64> {
    state.history.seen(room)?.rows.with_untracked(|rows| {
        let here = rows.members().values().filter(|member| member.left_at.is_none());
        rows.members_loaded().then(|| here.count() as i64)
    })
}
