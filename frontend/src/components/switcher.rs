//! The quick switcher: type a few letters of a room, a conversation or somebody's name; Enter goes there. What is unread
//! comes first.

mod fuzzy;

use std::time::Duration;

use leptos::{ev, html, prelude::*, task::spawn_local};
use types::{MyRoom, RoomId, RoomKind, User, UserId};

use self::fuzzy::{Fit, fit};
use super::ui::{Attempt, Avatar, Complaint, RoomGlyph, When};
use crate::api;
use crate::dialogs::use_open;
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::pause;
use crate::route::{Route, use_navigator};
use crate::state::{State, for_me, use_state};

/// So many rows are shown.
const MOST: usize = 12;
/// Whoever types on is not asked for people meanwhile.
const PAUSE: Duration = Duration::from_millis(120);
/// A score from which on something fits well: what is unread stands first only among those.
const WELL: i32 = 8;

/// Where one may go.
#[derive(Debug, Clone, PartialEq)]
enum Target {
    Room(RoomId, Sign),
    Person(UserId),
}

/// What stands before a room's name.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Sign {
    Open,
    Private,
    Face(UserId),
    Group,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
struct Choice {
    target: Target,
    name: String,
    note: String,
    places: Vec<usize>,
    unread: bool,
    for_me: i64,
}

/// The box over the page; it fills the dialog it stands in.
#[component]
pub fn Switcher() -> impl IntoView {
    let (state, open, navigator, live) = (use_state(), use_open(), use_navigator(), use_live());
    let (text, chosen) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let people = RwSignal::new(Vec::<User>::new());
    let attempt = Attempt::new();
    let field = NodeRef::<html::Input>::new();
    let dialog = NodeRef::<html::Dialog>::new();
    effect(move || {
        let (Some(dialog), Some(field)) = (dialog.get(), field.get()) else { return };
        if !dialog.open() && dialog.show_modal().is_ok() {
            let _ = field.focus();
        }
    });
    let found = Memo::new(move |_| found(state, &text.get(), &people.get()));
    let go = move |target: Target| match target {
        Target::Room(room, _) => {
            open.close();
            navigator.go(Route::Room(room));
        }
        Target::Person(user) => attempt.run(async move {
            let room = live.open_direct(vec![user]).await?;
            open.close();
            navigator.go(Route::Room(room.id));
            Ok(())
        }),
    };
    let on_key = move |key: ev::KeyboardEvent| {
        if key.is_composing() {
            return;
        }
        let count = found.with(Vec::len).max(1);
        match key.key().as_str() {
            "ArrowDown" => chosen.update(|index| *index = (*index + 1) % count),
            "ArrowUp" => chosen.update(|index| *index = (*index + count - 1) % count),
            "Home" if text.with_untracked(String::is_empty) => chosen.set(0),
            "End" if text.with_untracked(String::is_empty) => chosen.set(count - 1),
            "Enter" => {
                found.with(|found| found.get(chosen.get()).cloned()).into_iter().for_each(|choice| go(choice.target))
            }
            _ => return,
        }
        key.prevent_default();
        show(chosen.get_untracked());
    };
    let typed = move |letters: String| {
        text.set(letters.clone());
        chosen.set(0);
        spawn_local(ask(state, text, letters, people));
    };
    let active = move || found.with(|found| (chosen.get() < found.len()).then(|| option_id(chosen.get())));
    view! {
        <dialog class="switcher" aria-label=t(Text::JumpTo) node_ref=dialog data-testid="switcher"
            on:close=move |_| open.close() on:click=move |click| close_outside(&click, dialog)>
            <input class="switcher-field" type="text" role="combobox" autocomplete="off" spellcheck="false"
                aria-expanded="true" aria-autocomplete="list" aria-controls="switcher-list" aria-activedescendant=active
                aria-label=t(Text::JumpTo) placeholder=t(Text::SwitcherHint) node_ref=field on:keydown=on_key
                on:input=move |input| typed(event_target_value(&input))/>
            <ul class="switcher-list" id="switcher-list" role="listbox" aria-label=t(Text::SwitcherList)>
                {move || found.get().into_iter().enumerate().map(|(index, choice)| {
                    let target = choice.target.clone();
                    row(index, choice, chosen, move || go(target.clone()))
                }).collect_view()}
            </ul>
            <When so=move || found.with(Vec::is_empty)><p class="side-empty" role="status">{t(Text::NothingFound)}</p></When>
            <Complaint attempt/>
        </dialog>
    }
}

fn row(index: usize, choice: Choice, chosen: RwSignal<usize>, go: impl Fn() + 'static) -> AnyView {
    let Choice { target, name, note, places, unread, for_me } = choice;
    let sign = match target {
        Target::Room(_, Sign::Face(user)) | Target::Person(user) => view! { <Avatar user presence=true/> }.into_any(),
        Target::Room(_, Sign::Group) => view! { <span class="room-glyph" aria-hidden="true">"@"</span> }.into_any(),
        Target::Room(_, sign) => view! { <RoomGlyph private=sign == Sign::Private/> }.into_any(),
    };
    let badge = (for_me > 0).then(|| {
        let count = if for_me > 99 { "99+".to_owned() } else { for_me.to_string() };
        view! { <span class="badge">{count}<span class="sr-only">" "{t(Text::ForYou)}</span></span> }
    });
    let pip = (unread && for_me == 0)
        .then(|| view! { <span class="pip"><span class="sr-only">{t(Text::Unread)}</span></span> });
    view! {
        <li class="switcher-row" id=option_id(index) role="option" class:unread=unread class:on=move || chosen.get() == index
            aria-selected=move || (chosen.get() == index).to_string() on:click=move |_| go()
            on:mousemove=move |_| if chosen.get_untracked() != index { chosen.set(index) }>
            {sign}
            <span class="switcher-name">{marked(&name, &places)}</span>
            {(!note.is_empty()).then(|| view! { <small>{note}</small> })}
            {badge}{pip}
        </li>
    }
    .into_any()
}

/// The name with the letters that were typed.
fn marked(name: &str, places: &[usize]) -> Vec<AnyView> {
    let mut parts: Vec<(bool, String)> = Vec::new();
    for (place, c) in name.chars().enumerate() {
        let hit = places.binary_search(&place).is_ok();
        match parts.last_mut().filter(|(before, _)| *before == hit) {
            Some((_, part)) => part.push(c),
            None => parts.push((hit, c.into())),
        }
    }
    let part = |(hit, part): (bool, String)| {
        if hit { view! { <b class="hit">{part}</b> }.into_any() } else { part.into_any() }
    };
    parts.into_iter().map(part).collect()
}

fn option_id(index: usize) -> String {
    format!("switcher-{index}")
}

/// Scrolls the list so far that a row is in view.
fn show(index: usize) {
    if let Some(row) = document().get_element_by_id(&option_id(index)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        row.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// A click on the backdrop is a click on the dialog itself.
fn close_outside(click: &ev::MouseEvent, dialog: NodeRef<html::Dialog>) {
    let Some(dialog) = dialog.get_untracked() else { return };
    if click.target().is_some_and(|target| target == *dialog.as_ref()) {
        dialog.close();
    }
}

/// People whose name begins so, as the server finds them.
async fn ask(state: State, text: RwSignal<String>, letters: String, people: RwSignal<Vec<User>>) {
    let wanted = letters.trim().trim_start_matches('@').to_owned();
    if wanted.is_empty() || letters.starts_with('#') {
        people.set(Vec::new());
        return;
    }
    pause::wait(PAUSE).await;
    let still = || text.try_with_untracked(|now| *now == letters) == Some(true);
    if !still() {
        return;
    }
    let Ok(page) = api::find_users(&wanted).await else { return };
    if still() {
        state.people.add(&page.items);
        let _ = people.try_set(page.items);
    }
}

/// What fits, the likeliest first; tracks what it looks at.
fn found(state: State, typed: &str, people: &[User]) -> Vec<Choice> {
    let typed = typed.trim();
    let (only_people, only_rooms) = (typed.starts_with('@'), typed.starts_with('#'));
    let letters = lower(typed.trim_start_matches(['@', '#']));
    let me = state.me.get();
    let rooms = state.rooms.sorted();
    let mut ranked: Vec<(i32, Choice)> = Vec::new();
    let mut faces: Vec<UserId> = Vec::new();
    for item in &rooms {
        let direct = item.room.kind == RoomKind::Direct;
        if (only_people && !direct) || (only_rooms && direct) {
            continue;
        }
        let sign = sign(item, me);
        if let Sign::Face(user) = sign {
            faces.push(user);
        }
        ranked.extend(room(state, item, sign, &letters));
    }
    if !only_rooms {
        let others = people.iter().filter(|user| !faces.contains(&user.id) && Some(user.id) != me);
        ranked.extend(others.filter_map(|user| person(user, &letters)));
    }
    // Stable: what fits as well stays in the order of the list.
    ranked.sort_by_key(|(score, choice)| {
        let well = letters.is_empty() || *score >= WELL;
        (!well, !(well && choice.for_me > 0), !(well && choice.unread), -score)
    });
    ranked.truncate(MOST);
    ranked.into_iter().map(|(_, choice)| choice).collect()
}

fn sign(item: &MyRoom, me: Option<UserId>) -> Sign {
    match item.room.kind {
        RoomKind::Public => Sign::Open,
        RoomKind::Private => Sign::Private,
        RoomKind::Direct => {
            let mut others = item.room.user_ids.iter().copied().filter(|user| Some(*user) != me);
            match (others.next(), others.next()) {
                (Some(other), None) => Sign::Face(other),
                (None, _) => me.map_or(Sign::Group, Sign::Face),
                _ => Sign::Group,
            }
        }
    }
}

fn room(state: State, item: &MyRoom, sign: Sign, letters: &str) -> Option<(i32, Choice)> {
    let name = item.room.name.clone().unwrap_or_default();
    let note = match sign {
        Sign::Face(user) => state.people.known(user).map(|user| format!("@{}", user.username)).unwrap_or_default(),
        _ => String::new(),
    };
    let Fit { score, places } = either(&name, &note, letters)?;
    let for_me = for_me(item);
    let unread = item.unread > 0 && (!item.muted || for_me > 0);
    Some((score, Choice { target: Target::Room(item.room.id, sign), name, note, places, unread, for_me }))
}

fn person(user: &User, letters: &str) -> Option<(i32, Choice)> {
    let (name, note) = (user.display_name.clone(), format!("@{}", user.username));
    let Fit { score, places } = either(&name, &note, letters)?;
    Some((score, Choice { target: Target::Person(user.id), name, note, places, unread: false, for_me: 0 }))
}

/// By the name, or by what stands beside it, where nothing is marked.
fn either(name: &str, note: &str, letters: &str) -> Option<Fit> {
    let by_name = fit(name, letters);
    let by_note = fit(note.trim_start_matches('@'), letters).filter(|_| !note.is_empty());
    match (by_name, by_note) {
        (Some(name), Some(note)) if note.score > name.score => Some(Fit { places: Vec::new(), ..note }),
        (Some(name), _) => Some(name),
        (None, note) => note.map(|note| Fit { places: Vec::new(), ..note }),
    }
}
