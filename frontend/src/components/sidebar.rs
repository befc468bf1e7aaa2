//! The list of my rooms: what is new in each, the ways to more of them, and myself.

use leptos::prelude::*;
use types::{MyRoom, RoomId, RoomKind, Site};

use super::saved_searches::SavedSearches;
use super::ui::{Avatar, Glyph, Icon, List, ListRow, RoomGlyph, When};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, fill, t};
use crate::letters::upper;
use crate::route::use_navigator;
use crate::state::{for_me, use_state};

/// The first landmark: everything one can go to.
#[component]
pub fn Sidebar(
    /// The site, once it told.
    site: RwSignal<Option<Site>>,
) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let site_name = move || site.get().map(|site| site.name).unwrap_or_default();
    let initial = move || upper(&site_name().chars().take(1).collect::<String>());
    view! {
        <nav class="side" aria-label=t(Text::RoomsLandmark)>
            <div class="space">
                <span class="logo" aria-hidden="true">{move || initial()}</span>
                <b class="space-name">{move || site_name()}</b>
            </div>
            <button type="button" class="jump" data-testid="jump" on:click=move |_| open.show(Dialog::Switcher)>
                <Icon glyph=Glyph::Search/>
                <span>{t(Text::JumpTo)}</span>
                <kbd>{t(Text::KeyJump)}</kbd>
            </button>
            <div role="status">
                {move || state.lost_room.get().map(|room| view! {
                    <div class="lost-room" data-testid="lost-room">
                        <p>{fill(t(Text::LostRoom), &[("room", &room)])}</p>
                        <button type="button" class="quiet-button" on:click=move |_| state.lost_room.set(None)>{t(Text::Dismiss)}</button>
                    </div>
                })}
            </div>
            <div class="side-scroll">
                <div class="side-head">
                    <h2>{t(Text::Rooms)}</h2>
                    <span class="side-tools">
                        <button type="button" class="icon-button small" data-testid="directory" title=t(Text::BrowseRooms)
                            aria-label=t(Text::BrowseRooms) on:click=move |_| open.show(Dialog::Directory)>
                            <Icon glyph=Glyph::Compass/>
                        </button>
                        <button type="button" class="icon-button small" data-testid="new-direct" title=t(Text::NewMessage)
                            aria-label=t(Text::NewMessage) on:click=move |_| open.show(Dialog::Direct(None))>
                            <Icon glyph=Glyph::Pencil/>
                        </button>
                        <button type="button" class="icon-button small" data-testid="create-room" title=t(Text::NewRoom)
                            aria-label=t(Text::NewRoom) on:click=move |_| open.show(Dialog::CreateRoom)>
                            <Icon glyph=Glyph::Plus/>
                        </button>
                    </span>
                </div>
                <When so=move || !state.rooms.known()><div class="ghost-rooms" aria-hidden="true"></div></When>
                <ul class="room-list"><List rows=Box::new(move || state.rooms.sorted().iter().map(row).collect())/></ul>
                <When so=move || state.rooms.known() && state.rooms.is_empty()>
                    <p class="side-empty">{t(Text::NoRooms)}</p>
                </When>
                <SavedSearches/>
            </div>
            <Mine/>
        </nav>
    }
}

fn row(item: &MyRoom) -> ListRow {
    let room = item.room.id;
    ListRow::new((0, room.0.as_u128()), move || view! { <RoomRow room/> }.into_any())
}

#[component]
fn RoomRow(room: RoomId) -> impl IntoView {
    let (state, navigator) = (use_state(), use_navigator());
    let item = Memo::new(move |_| state.rooms.get(room));
    let with = move |read: fn(&MyRoom) -> bool| item.with(|item| item.as_ref().is_some_and(read));
    let here = move || navigator.room() == Some(room);
    let unread = move || with(|item| item.unread > 0);
    let name = move || item.get().and_then(|item| item.room.name).unwrap_or_default();
    let mentions = move || item.with(|item| item.as_ref().map_or(0, for_me));
    view! {
        <li>
            <a class="room-row" href=format!("/rooms/{room}") data-room-id=room.to_string()
                class:on=move || here() class:unread=move || unread() class:muted=move || with(|item| item.room.archived_at.is_some())
                aria-current=move || here().then_some("page") data-unread=move || unread().to_string()>
                <RoomGlyph private=move || with(|item| item.room.kind == RoomKind::Private)/>
                <span class="room-name">{move || name()}</span>
                <When so=move || state.drafts.begun(room) && !here()>
                    <span class="draft-mark"><Icon glyph=Glyph::Pencil/><span class="sr-only">{t(Text::DraftHere)}</span></span>
                </When>
                {move || match (mentions(), unread()) {
                    (0, false) => ().into_any(),
                    (0, true) => view! {
                        <span class="pip"><span class="sr-only">{t(Text::Unread)}</span></span>
                    }.into_any(),
                    (count, _) => view! {
                        <span class="badge" data-testid="badge">
                            {if count > 99 { "99+".to_owned() } else { count.to_string() }}<span class="sr-only">" "{t(Text::ForYou)}</span>
                        </span>
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
                    <Icon glyph=Glyph::Gear/>
                    <span class="sr-only">{t(Text::Settings)}</span>
                </button>
            }
        })}
    }
}
