//! The list of my rooms: what is new in each, the ways to more of them, and myself.

use leptos::prelude::*;
use types::{MyRoom, RoomId, Site};

use super::ui::{Avatar, Glyph, Icon, RoomGlyph};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, t};
use crate::route::use_navigator;
use crate::state::use_state;

/// The first landmark: everything one can go to.
#[component]
pub fn Sidebar(
    /// The site, once it told.
    site: Signal<Option<Site>>,
) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let site_name = move || site.get().map(|site| site.name).unwrap_or_default();
    let initial = move || site_name().chars().next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    view! {
        <nav class="side" aria-label=t(Text::RoomsLandmark)>
            <div class="space">
                <span class="logo" aria-hidden="true">{initial}</span>
                <b class="space-name">{site_name}</b>
            </div>
            <button type="button" class="jump" data-testid="jump" on:click=move |_| open.show(Dialog::Switcher)>
                <Icon glyph=Glyph::Search/>
                <span>{t(Text::JumpTo)}</span>
                <kbd>{t(Text::KeyJump)}</kbd>
            </button>
            <div class="side-scroll">
                <div class="side-head">
                    <h2>{t(Text::Rooms)}</h2>
                    <span class="side-tools">
                        <button type="button" class="icon-button small" data-testid="directory" title=t(Text::BrowseRooms)
                            aria-label=t(Text::BrowseRooms) on:click=move |_| open.show(Dialog::Directory)>
                            <Icon glyph=Glyph::Compass/>
                        </button>
                        <button type="button" class="icon-button small" data-testid="create-room" title=t(Text::NewRoom)
                            aria-label=t(Text::NewRoom) on:click=move |_| open.show(Dialog::CreateRoom)>
                            <Icon glyph=Glyph::Plus/>
                        </button>
                    </span>
                </div>
                <Show when=move || state.rooms.known() fallback=|| view! { <div class="ghost-rooms" aria-hidden="true"></div> }>
                    <ul class="room-list">
                        <For each=move || state.rooms.sorted() key=|item| item.room.id children=|item| {
                            view! { <RoomRow room=item.room.id/> }
                        }/>
                    </ul>
                    <Show when=move || state.rooms.sorted().is_empty()>
                        <p class="side-empty">{t(Text::NoRooms)}</p>
                    </Show>
                </Show>
            </div>
            <Mine/>
        </nav>
    }
}

#[component]
fn RoomRow(room: RoomId) -> impl IntoView {
    let (state, navigator) = (use_state(), use_navigator());
    let item = Memo::new(move |_| state.rooms.get(room));
    let with = move |read: fn(&MyRoom) -> bool| item.with(|item| item.as_ref().is_some_and(read));
    let here = move || navigator.room() == Some(room);
    let unread = move || with(|item| item.unread > 0);
    let kind = move || item.with(|item| item.as_ref().map(|item| item.room.kind));
    let name = move || item.get().and_then(|item| item.room.name).unwrap_or_default();
    let mentions = move || item.with(|item| item.as_ref().map_or(0, |item| item.mentions));
    view! {
        <li>
            <a class="room-row" href=format!("/rooms/{room}") data-room-id=room.to_string()
                class:on=here class:unread=unread class:muted=move || with(|item| item.room.archived_at.is_some())
                aria-current=move || here().then_some("page") data-unread=move || unread().to_string()>
                <RoomGlyph kind=Signal::derive(kind)/>
                <span class="room-name">{name}</span>
                {move || match (mentions(), unread()) {
                    (0, false) => ().into_any(),
                    (0, true) => view! {
                        <span class="pip"><span class="sr-only">{t(Text::Unread)}</span></span>
                    }.into_any(),
                    (count, _) => view! {
                        <span class="badge" >{count}<span class="sr-only">" "{t(Text::Unread)}</span></span>
                    }.into_any(),
                }}
            </a>
        </li>
    }
}

/// Oneself, at the foot.
#[component]
fn Mine() -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    view! {
        {move || state.me.get().map(|me| {
            let person = state.people.person(me);
            let status = person.clone();
            view! {
                <button type="button" class="mine" data-testid="settings" on:click=move |_| open.show(Dialog::Settings)>
                    <Avatar user=me presence=true/>
                    <span class="mine-text">
                        <b>{move || person.name()}</b>
                        <small>{move || status.user.with(|user| user.as_ref().map(|user| {
                            if user.status_text.is_empty() { format!("@{}", user.username) } else { user.status_text.clone() }
                        }))}</small>
                    </span>
                    <Icon glyph=Glyph::Settings/>
                    <span class="sr-only">{t(Text::Settings)}</span>
                </button>
            }
        })}
    }
}
