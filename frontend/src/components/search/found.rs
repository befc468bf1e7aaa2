//! What was found: each a link to its place, with the room, the author, the time, and the words around what was searched
//! for. The arrows lead along them.

use leptos::{ev, prelude::*};
use markup::Spoilers;
use types::{ErrorCode, Excerpt, Found, Message, Room, RoomKind};
use wasm_bindgen::JsCast;

use super::recent;
use super::seeking::{Held, Seeking};
use crate::api::Failure;
use crate::clock;
use crate::components::composer::wide;
use crate::components::ui::{Avatar, EmptyState, List, ListRow, RoomGlyph, Skeleton, When};
use crate::i18n::{Key as Text, failure, fill, t};
use crate::pages::room::Panel;
use crate::route::Route;
use crate::state::State;

/// Characters shown of a thread's first message.
const ROOT: usize = 80;

/// Everything below the field.
#[component]
pub fn Results(
    /// What all parts of the panel share.
    seeking: Seeking,
) -> impl IntoView {
    let rows = move || seeking.held.with(|held| held.as_ref().map(|held| rows(seeking, held)).unwrap_or_default());
    let count = move || seeking.held.with(|held| held.as_ref().map(|held| held.items.len()));
    let more = move || seeking.held.with(|held| held.as_ref().is_some_and(|held| held.next.is_some()));
    let begun = move || !seeking.query().is_empty();
    view! {
        <div class="search-results" aria-busy=move || seeking.busy.get().to_string() class:asking=move || seeking.busy.get()>
            <p class="sr-only" role="status" data-testid="search-status">{move || match (seeking.busy.get(), count()) {
                (false, Some(0)) => Some(t(Text::SearchNothing).to_owned()),
                (false, Some(count)) => Some(said(count, more())),
                _ => None,
            }}</p>
            {move || seeking.failure.get().map(|failure| complaint(seeking, &failure))}
            <ul class="found-list" aria-label=t(Text::SearchResults) on:keydown=move |key| walk(&key, seeking)>
                <List rows=Box::new(rows)/>
            </ul>
            <When so=more>
                <button type="button" class="quiet-button found-more" data-testid="search-more" disabled=move || seeking.busy.get()
                    on:click=move |_| seeking.more()>{t(Text::SearchMore)}</button>
            </When>
            {move || match (seeking.busy.get(), count(), seeking.failure.with(Option::is_some)) {
                (true, None, false) => view! { <Skeleton rows=4/> }.into_any(),
                (false, Some(0), false) => view! { <EmptyState text=Text::SearchNothing/> }.into_any(),
                (false, None, false) if !begun() => view! { <Beginning/> }.into_any(),
                _ => ().into_any(),
            }}
        </div>
    }
}

/// Before anything was typed.
#[component]
fn Beginning() -> impl IntoView {
    view! {
        <div class="empty search-start">
            <p>{t(Text::SearchStart)}</p>
            <dl class="keys">
                <div><dt><code>"from:@name"</code></dt><dd>{t(Text::SearchFrom)}</dd></div>
                <div><dt><code>"in:#room"</code></dt><dd>{t(Text::SearchIn)}</dd></div>
                <div><dt><code>"has:link"</code></dt><dd>{t(Text::SearchHas)}</dd></div>
                <div><dt><code>"after:2026-11-26"</code></dt><dd>{t(Text::SearchAfter)}</dd></div>
                <div><dt><code>"\"two words\""</code></dt><dd>{t(Text::SearchPhrase)}</dd></div>
                <div><dt><code>"-word"</code></dt><dd>{t(Text::SearchWithout)}</dd></div>
            </dl>
        </div>
    }
}

fn said(count: usize, more: bool) -> String {
    let text = if count == 1 && !more { Text::SearchCountOne } else { Text::SearchCount };
    let count = if more { format!("{count}+") } else { count.to_string() };
    fill(t(text), &[("count", &count)])
}

/// What can't be searched for is said; whatever else went wrong can be tried again.
fn complaint(seeking: Seeking, why: &Failure) -> AnyView {
    let unknown = why.fields().iter().any(|fault| fault.code == "unknown");
    let text = match why.code() {
        Some(ErrorCode::Invalid) if unknown => t(Text::SearchUnknown),
        Some(ErrorCode::Timeout) => t(Text::SearchTooMuch),
        _ => failure(why),
    };
    let again = why.code() != Some(ErrorCode::Invalid);
    view! {
        <div class="empty" role="alert" data-testid="search-failed">
            <p>{text}</p>
            {again.then(|| view! {
                <button type="button" class="quiet-button" on:click=move |_| seeking.again()>{t(Text::TryAgain)}</button>
            })}
        </div>
    }
    .into_any()
}

fn rows(seeking: Seeking, held: &Held) -> Vec<ListRow> {
    let row = |found: &Found| {
        let found = found.clone();
        let room = held.rooms.iter().find(|room| room.id == found.message.room_id).cloned();
        // The same message found by other words is another row.
        let words = held.query.bytes().fold(7_u128, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        let key = found.message.id.0.as_u128() ^ u128::from(found.message.rev.cast_unsigned()) ^ (words << 64);
        ListRow::new((0, key), move || view! { <Row seeking found room/> }.into_any())
    };
    held.items.iter().map(row).collect()
}

#[component]
fn Row(seeking: Seeking, found: Found, room: Option<Room>) -> impl IntoView {
    let state = seeking.state;
    let Found { message, root, excerpt } = found;
    let (author, created_at) = (state.people.person(message.author_id), message.created_at);
    let (private, direct) = (kind(room.as_ref(), RoomKind::Private), kind(room.as_ref(), RoomKind::Direct));
    let called = move || name(state, room.as_ref());
    let href = place(&message).path();
    let author_id = message.author_id;
    let go = move |click: ev::MouseEvent| {
        if !(click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key()) {
            click.prevent_default();
            go_to(seeking, &message);
        }
    };
    view! {
        <li class="found" data-testid="found">
            <a class="found-link" href=href on:click=go>
                <span class="found-head">
                    {(!direct).then(|| view! { <RoomGlyph private/> })}
                    <span class="found-room">{called}</span>
                    <time datetime=clock::iso(created_at) title=clock::full(created_at)>{clock::lately(created_at)}</time>
                </span>
                <span class="found-who"><Avatar user=author_id/><b>{move || author.name()}</b></span>
                <span class="found-text">{marked(&excerpt)}</span>
                {root.map(|root| view! {
                    <span class="found-thread">{fill(t(Text::SearchInThread), &[("text", &first_words(&root))])}</span>
                })}
            </a>
        </li>
    }
}

fn kind(room: Option<&Room>, kind: RoomKind) -> bool {
    room.is_some_and(|room| room.kind == kind)
}

/// What a room is called, tracked: as the list of my rooms calls it.
fn name(state: State, room: Option<&Room>) -> String {
    let Some(room) = room else { return String::new() };
    state.rooms.get(room.id).and_then(|item| item.room.name).or_else(|| room.name.clone()).unwrap_or_default()
}

/// Where a message stands: an answer that does not show in its room, in its thread.
fn place(message: &Message) -> Route {
    match message.thread_root_id.filter(|_| !message.in_room) {
        Some(root) => Route::Thread(message.room_id, root),
        None => Route::Message(message.room_id, message.id),
    }
}

fn go_to(seeking: Seeking, message: &Message) {
    let desk = seeking.desk;
    recent::remember(seeking.state, seeking.text.get_untracked().trim());
    match place(message) {
        Route::Thread(room, root) => {
            desk.open_panel(room, Panel::Thread(root));
            desk.light(message.id);
        }
        _ => {
            if !wide() {
                desk.panel.set(None);
            }
            desk.go_to(message.room_id, message.id);
        }
    }
}

/// The text with what was searched for marked in it.
fn marked(excerpt: &Excerpt) -> Vec<AnyView> {
    let chars: Vec<char> = excerpt.text.chars().collect();
    let part = |from: usize, to: usize| chars.get(from..to).unwrap_or_default().iter().collect::<String>();
    let (mut shown, mut at) = (Vec::new(), 0);
    for range in &excerpt.ranges {
        let (start, end) = (range.start as usize, range.end as usize);
        shown.push(part(at, start).into_any());
        shown.push(view! { <mark>{part(start, end)}</mark> }.into_any());
        at = end;
    }
    shown.push(part(at, chars.len()).into_any());
    shown
}

fn first_words(root: &Message) -> String {
    markup::plain(&markup::parse(&root.body), ROOT, Spoilers::Hidden).replace('\n', " ")
}

/// The arrows lead along what was found; above the first is the field.
fn walk(key: &ev::KeyboardEvent, seeking: Seeking) {
    let step = match key.key().as_str() {
        "ArrowDown" => 1,
        "ArrowUp" => -1,
        _ => return,
    };
    let here = document().active_element().and_then(|active| active.closest(".found").ok().flatten());
    let Some(here) = here else { return };
    let next = if step > 0 { here.next_element_sibling() } else { here.previous_element_sibling() };
    let link = next.and_then(|row| row.query_selector(".found-link").ok().flatten());
    key.prevent_default();
    match link.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok()) {
        Some(link) => _ = link.focus(),
        None if step < 0 => {
            if let Some(field) = seeking.field.get_untracked() {
                let _ = field.focus();
            }
        }
        None => {
            let more = document().query_selector(".found-more").ok().flatten();
            if let Some(more) = more.and_then(|more| more.dyn_into::<web_sys::HtmlElement>().ok()) {
                let _ = more.focus();
            }
        }
    }
}
