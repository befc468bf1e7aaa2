//! What is gathered over all rooms, each a screen of the middle column: threads, what is kept, what is sent later, and what
//! is new. They show what the server lists, and ask again when my stream says that it may be another.

pub mod catch_up;
pub mod draft_list;
pub mod gather;
pub mod group;
pub mod later;
pub mod post;
pub mod saved;
pub mod threads;

use leptos::prelude::*;
use types::{Message, MyRoom, RoomId, RoomKind};

use crate::components::ui::{Glyph, Icon, RoomGlyph};
use crate::i18n::{Key as Text, t};
use crate::route::{Route, View};
use crate::state::use_state;

/// The screen that is meant.
pub fn view_of(view: View) -> AnyView {
    match view {
        View::Threads => view! { <threads::Threads/> }.into_any(),
        View::Saved => view! { <saved::SavedMessages/> }.into_any(),
        View::Later => view! { <later::Later/> }.into_any(),
        View::CatchUp => view! { <catch_up::CatchUp/> }.into_any(),
    }
}

/// The head of a screen, with what it offers at the right.
#[component]
fn Head(
    /// Which.
    view: View,
    /// At the right.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="room-header view-header">
            <a class="icon-button only-phone" href="/" aria-label=t(Text::BackToRooms)><Icon glyph=Glyph::Back/></a>
            <h1 tabindex="-1">{t(Text::of_view(view))}</h1>
            <div class="tools">{children.map(|children| children())}</div>
        </header>
    }
}

/// A room's sign and name, which lead to it.
#[component]
fn RoomLink(
    /// The room.
    room: RoomId,
    /// Where it leads.
    to: Route,
    /// What else is said of the place.
    #[prop(optional)]
    note: Option<Text>,
) -> impl IntoView {
    let state = use_state();
    let item = Memo::new(move |_| state.rooms.get(room));
    let of = move |kind: RoomKind| item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == kind));
    let direct = Memo::new(move |_| of(RoomKind::Direct));
    view! {
        <a class="place" href=to.path()>
            {move || (!direct.get()).then(|| view! { <RoomGlyph private=Signal::derive(move || of(RoomKind::Private))/> })}
            <span class="place-name">{move || item.get().and_then(|item: MyRoom| item.room.name).unwrap_or_default()}</span>
            {note.map(|note| view! { <small>{t(note)}</small> })}
        </a>
    }
}

/// Where a message is read: in its thread, if it does not show in the room.
fn place_of(message: &Message) -> Route {
    match message.thread_root_id.filter(|_| !message.in_room) {
        Some(root) => Route::Thread(message.room_id, root),
        None => Route::Message(message.room_id, message.id),
    }
}

/// Nothing is here: a sign, what that means, and what may be done.
#[component]
fn Nothing(
    /// The sign.
    glyph: Glyph,
    /// In a few words.
    title: Text,
    /// In more.
    text: Text,
) -> impl IntoView {
    view! {
        <div class="nothing" data-testid="nothing">
            <span class="nothing-sign"><Icon glyph/></span>
            <h2>{t(title)}</h2>
            <p>{t(text)}</p>
        </div>
    }
}
