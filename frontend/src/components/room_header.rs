//! The head of a room: its name and topic, and the ways to its members, invites and settings.

use leptos::prelude::*;
use types::{MyRoom, RoomId, RoomKind};

use super::direct::{DirectFaces, DirectTools};
use super::reconnect::SyncMark;
use super::ui::{Glyph, Icon, RoomGlyph, When};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, t};
use crate::pages::room::{Panel, RoomDesk};
use crate::state::use_state;

/// The header of the room on screen.
#[component]
pub fn RoomHeader(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, desk, open) = (use_state(), expect_context::<RoomDesk>(), use_open());
    let item = Memo::new(move |_| state.rooms.get(room));
    let name = move || item.get().and_then(|item| item.room.name).unwrap_or_default();
    let topic = move || item.get().map(|item| item.room.topic).unwrap_or_default();
    let private = move || item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == RoomKind::Private));
    let direct = move || item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == RoomKind::Direct));
    let kept = move |read: fn(&MyRoom) -> bool| item.with(|item| item.as_ref().is_some_and(read));
    let shows = move |panel: Panel| (desk.panel.get() == Some(panel)).to_string();
    let invites = move || state.rooms.may_invite(room);
    view! {
        <header class="room-header">
            <a class="icon-button only-phone" href="/" aria-label=t(Text::BackToRooms)><Icon glyph=Glyph::Back/></a>
            <h1 tabindex="-1">
                <DirectFaces room/>
                <button type="button" class="room-title" data-testid="details" title=t(Text::Details) aria-controls="panel"
                    aria-expanded=move || shows(Panel::Details) on:click=move |_| desk.toggle(Panel::Details)>
                    <When so=move || !direct()><RoomGlyph private/></When>
                    <span class="room-title-name">{move || name()}</span>
                    <When so=move || kept(|item| item.muted)><Mark glyph=Glyph::BellOff text=Text::Muted/></When>
                    <When so=move || kept(|item| item.room.archived_at.is_some())><Mark glyph=Glyph::Archive text=Text::Archived/></When>
                </button>
            </h1>
            <span class="topic" title=topic>{topic}</span>
            <div class="tools">
                <SyncMark room/>
                <button type="button" class="icon-button" data-testid="search" title=t(Text::Search)
                    aria-label=t(Text::Search) aria-expanded=move || shows(Panel::Search) aria-controls="panel"
                    on:click=move |_| desk.toggle(Panel::Search)>
                    <Icon glyph=Glyph::Search/>
                </button>
                <button type="button" class="icon-button only-wide" data-testid="pins" title=t(Text::Pins)
                    aria-label=t(Text::Pins) aria-expanded=move || shows(Panel::Pins) aria-controls="panel"
                    on:click=move |_| desk.toggle(Panel::Pins)>
                    <Icon glyph=Glyph::Pin/>
                </button>
                <When so=move || invites()>
                    <button type="button" class="icon-button only-wide" data-testid="invite" title=t(Text::Invite)
                        aria-label=t(Text::Invite) on:click=move |_| open.show(Dialog::Invite(room))>
                        <Icon glyph=Glyph::Invite/>
                    </button>
                </When>
                <button type="button" class="icon-button" data-testid="members" title=t(Text::Members)
                    aria-label=t(Text::Members) aria-expanded=move || shows(Panel::Members) aria-controls="panel"
                    on:click=move |_| desk.toggle(Panel::Members)>
                    <Icon glyph=Glyph::People/>
                </button>
                <DirectTools room/>
                <When so=move || !direct()>
                    <button type="button" class="icon-button only-wide" data-testid="room-settings" title=t(Text::RoomSettings)
                        aria-label=t(Text::RoomSettings) on:click=move |_| open.show(Dialog::RoomSettings(room))>
                        <Icon glyph=Glyph::Settings/>
                    </button>
                </When>
            </div>
        </header>
    }
}

/// How the room is kept, where that is to be known.
#[component]
fn Mark(glyph: Glyph, text: Text) -> impl IntoView {
    view! { <span class="room-mark"><Icon glyph/><span class="sr-only">{t(text)}</span></span> }
}
