//! What is on offer for what is being written: people of the room first, then others; my rooms, then public ones; emoji;
//! commands.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use types::{MyRoom, RoomCommand, RoomId, RoomKind, RoomRole, User, UserId};

use super::commands::Command;
use super::{Kind, Offer, Sign, Wanted, Writing};
use crate::api;
use crate::components::ui::{Avatar, RoomGlyph};
use crate::effect::effect;
use crate::emoji;
use crate::i18n::{Key as Text, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::pause;
use crate::state::{State, use_state};

/// So many are offered.
const MOST: usize = 8;
/// Whoever types on is not asked for others meanwhile.
const PAUSE: Duration = Duration::from_millis(150);

/// Others than those at hand, as the server found them for some letters.
#[derive(Debug, Clone, Default)]
struct Others {
    people: Vec<User>,
    rooms: Vec<(RoomId, String)>,
    commands: Vec<RoomCommand>,
}

/// The list above the field.
#[component]
pub fn Offers(
    /// For which field.
    writing: Writing,
) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let others = RwSignal::new(Others::default());
    if writing.wanted.with_untracked(|wanted| wanted.as_ref().is_some_and(|wanted| wanted.kind == Kind::Person)) {
        live.load_members(writing.room);
    }
    effect(move || {
        let Some(wanted) = writing.wanted.get() else { return };
        let found = others.with(|others| found(state, writing.room, &wanted, others));
        if writing.offers.with_untracked(|before| *before != found) {
            writing.offers.set(found);
        }
    });
    effect(move || {
        if let Some(wanted) = writing.wanted.get() {
            spawn_local(ask(state, writing, wanted, others));
        }
    });
    let shown = move || writing.offers.with(|offers| !offers.is_empty());
    view! {
        <ul class="offers" role="listbox" id=writing.list_id() aria-label=t(Text::Suggestions) hidden=move || !shown()
            data-testid="offers" on:mousedown=|press| press.prevent_default()>
            {move || writing.offers.get().into_iter().enumerate().map(|(index, offer)| row(writing, index, offer)).collect_view()}
        </ul>
    }
}

fn row(writing: Writing, index: usize, offer: Offer) -> AnyView {
    let sign = match offer.sign {
        Sign::Person(user) => view! { <Avatar user/> }.into_any(),
        Sign::Room(private) => view! { <RoomGlyph private/> }.into_any(),
        Sign::Emoji(text) => view! { <span class="offer-emoji">{text}</span> }.into_any(),
        Sign::Letter(text) => view! { <span class="room-glyph">{text}</span> }.into_any(),
    };
    let on = move || writing.chosen.get() == index;
    view! {
        <li class="offer" role="option" id=writing.option_id(index) class:on=on aria-selected=move || on().to_string()
            on:click=move |_| writing.take(index)>
            {sign}<b>{offer.name}</b><small>{offer.note}</small>
        </li>
    }
    .into_any()
}

/// Asks the server for others, once nothing was typed for a moment.
async fn ask(state: State, writing: Writing, wanted: Wanted, others: RwSignal<Others>) {
    pause::wait(PAUSE).await;
    let still = || writing.wanted.try_with_untracked(|now| now.as_ref() == Some(&wanted)) == Some(true);
    if !still() {
        return;
    }
    match wanted.kind {
        Kind::Person if !wanted.letters.is_empty() => {
            let Ok(page) = api::find_users(&wanted.letters).await else { return };
            state.people.add(&page.items);
            let _ = others.try_update(|others| others.people = page.items);
        }
        Kind::Room if others.try_with_untracked(|others| others.rooms.is_empty()) == Some(true) => {
            let Ok(page) = api::directory(None).await else { return };
            let rooms = page.items.into_iter().map(|entry| (entry.room.id, entry.room.name));
            let rooms = rooms.collect();
            let _ = others.try_update(|others| others.rooms = rooms);
        }
        Kind::Command if others.try_with_untracked(|others| others.commands.is_empty()) == Some(true) => {
            let Ok(page) = api::room_commands(writing.room).await else { return };
            let _ = others.try_update(|others| others.commands = page.items);
        }
        _ => {}
    }
}

/// What is offered, the likeliest first; tracks what it looks at.
fn found(state: State, room: RoomId, wanted: &Wanted, others: &Others) -> Vec<Offer> {
    let letters = lower(&wanted.letters);
    match wanted.kind {
        Kind::Person => people(state, room, &letters, &others.people),
        Kind::Room => rooms(state, &letters, &others.rooms),
        Kind::Emoji => emoji::found(&letters, MOST)
            .into_iter()
            .map(|(name, emoji)| Offer {
                sign: Sign::Emoji(emoji),
                name: format!(":{name}:"),
                note: String::new(),
                text: format!("{emoji} "),
            })
            .collect(),
        Kind::Command => commands(state, room, &letters, &others.commands),
    }
}

fn people(state: State, room: RoomId, letters: &str, others: &[User]) -> Vec<Offer> {
    let me = state.me.get();
    let here = here(state, room);
    let known = here.iter().filter(|id| Some(**id) != me).filter_map(|id| state.people.person(*id).user.get());
    let mut offers: Vec<Offer> =
        known.filter(|user| is_called(user, letters)).map(|user| person(&user, String::new())).take(MOST).collect();
    for (word, note) in [("here", Text::NamesHere), ("all", Text::NamesAll)] {
        if word.starts_with(letters) {
            let (name, text) = (word.to_owned(), format!("@{word} "));
            offers.push(Offer { sign: Sign::Letter("@"), name, note: t(note).to_owned(), text });
        }
    }
    let elsewhere = others.iter().filter(|user| !here.contains(&user.id) && is_called(user, letters));
    offers.extend(elsewhere.map(|user| person(user, t(Text::NotInThisRoom).to_owned())));
    offers.truncate(MOST);
    offers
}

/// Who is in the room: those who wrote last first, then all others.
fn here(state: State, room: RoomId) -> Vec<UserId> {
    state.history.room(room).rows.with(|rows| {
        let members = || rows.members().values().filter(|member| member.left_at.is_none()).map(|member| member.user_id);
        let in_it = |id: UserId| {
            !rows.members_loaded() || rows.members().get(&id).is_some_and(|member| member.left_at.is_none())
        };
        let mut here: Vec<UserId> = Vec::new();
        for id in rows.messages().rev().map(|message| message.author_id).filter(|id| in_it(*id)).chain(members()) {
            if !here.contains(&id) {
                here.push(id);
            }
        }
        here
    })
}

/// Whether a username or a word of what someone is called begins so.
fn is_called(user: &User, letters: &str) -> bool {
    user.username.starts_with(letters) || lower(&user.display_name).split(' ').any(|word| word.starts_with(letters))
}

fn person(user: &User, note: String) -> Offer {
    let username = format!("@{}", user.username);
    let note = if note.is_empty() { username.clone() } else { format!("{username} · {note}") };
    Offer { sign: Sign::Person(user.id), name: user.display_name.clone(), note, text: format!("{username} ") }
}

fn rooms(state: State, letters: &str, others: &[(RoomId, String)]) -> Vec<Offer> {
    let mut mine: Vec<MyRoom> = state.rooms.sorted();
    // Who is called is a person: a conversation has no name to be called by.
    mine.retain(|item| item.room.kind != RoomKind::Direct);
    let others = others.iter().filter(|(id, _)| !mine.iter().any(|item| item.room.id == *id));
    let named =
        mine.iter().filter_map(|item| Some((item.room.name.as_deref()?, item.room.kind == RoomKind::Private, "")));
    let named = named.chain(others.map(|(_, name)| (name.as_str(), false, t(Text::NotYourRoom))));
    let mut named: Vec<(&str, bool, &str)> = named.filter(|(name, ..)| lower(name).contains(letters)).collect();
    named.sort_by_key(|(name, ..)| !lower(name).starts_with(letters));
    named.truncate(MOST);
    let offer = |(name, private, note): (&str, bool, &str)| Offer {
        sign: Sign::Room(private),
        name: name.to_owned(),
        note: note.to_owned(),
        text: room_text(name),
    };
    named.into_iter().map(offer).collect()
}

/// How a room is written, so that all of its name is read as its name.
fn room_text(name: &str) -> String {
    let plain = format!("#{name}");
    let whole = markup::parse(&plain).rooms().first().is_some_and(|read| read == name);
    if whole { format!("{plain} ") } else { format!("#[{name}] ") }
}

fn commands(state: State, room: RoomId, letters: &str, of_bots: &[RoomCommand]) -> Vec<Offer> {
    let moderates = state.rooms.role(room).is_some_and(|role| role >= RoomRole::Moderator);
    let may = |command: &Command| moderates || !matches!(command, Command::Topic | Command::Invite);
    let fit = Command::ALL.into_iter().filter(|command| command.name().starts_with(letters)).filter(may);
    let offer = |command: Command| {
        let needs = command.needs().map(|needs| format!(" {}", t(needs))).unwrap_or_default();
        let name = format!("/{}", command.name());
        let text = if needs.is_empty() { name.clone() } else { format!("{name} ") };
        Offer { sign: Sign::Letter("/"), name: format!("{name}{needs}"), note: t(command.does()).to_owned(), text }
    };
    let of_bots = of_bots.iter().filter(|command| command.name.starts_with(letters));
    let offered = of_bots.map(|command| {
        let bot = state.people.person(command.bot_id).name();
        let usage = if command.usage.is_empty() { String::new() } else { format!(" {}", command.usage) };
        Offer {
            sign: Sign::Person(command.bot_id),
            name: format!("/{}{usage}", command.name),
            note: format!("{} · {bot}", command.description),
            text: format!("/{}{}", command.name, if usage.is_empty() { "" } else { " " }),
        }
    });
    fit.map(offer).chain(offered).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::room_text;

    #[test]
    fn a_room_is_written_so_that_its_whole_name_is_read() {
        for name in ["general", "lost-and-found", "Chess & games", "v1.", "a[b"] {
            let text = room_text(name);
            let read = markup::parse(&text).rooms();
            assert!(read.first().is_some_and(|read| read == name) || name == "a[b", "{text}");
        }
        assert_eq!(room_text("general"), "#general ");
        assert_eq!(room_text("Chess & games"), "#[Chess & games] ");
    }
}
