//! The messages of a room: keyed rows around what is in view, the place held, pages both ways, a way to the newest.

mod pill;
mod rows;
mod scroll;

use leptos::prelude::*;
use sync::Key;
use types::{RoomId, RoomKind};

use self::rows::Rows;
use self::scroll::Scroll;
use super::jump;
use super::message::MessageRow;
use super::ui::{Failed, List, ListRow, Skeleton, When};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, fill, t};
use crate::pages::room::RoomDesk;
use crate::state::{Row, use_state};

/// The timeline of one room; made anew for another room.
#[component]
pub fn Timeline(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let desk = expect_context::<RoomDesk>();
    let opened = state.history.room(room);
    let rows = Rows::of(&opened);
    let view = Scroll::new(room, rows);
    let held = opened.rows.clone();
    // Whether it is loaded at all, from the room's beginning, to its end.
    let reach = Memo::new(move |_| {
        held.with(|rows| rows.window().map(|window| (window.previous().is_none(), window.at_end())))
    });
    let empty = move || reach.get().is_none();
    let waits = opened.waits.clone();
    jump::follow(room, move |id| view.show(id));
    view.follow(desk, &opened);
    let label = move || {
        let name = state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
        fill(t(Text::MessagesIn), &[("room", &name)])
    };
    // Pages of history that come in below are no news to be read aloud.
    let live = move || if reach.get().is_none_or(|(_, end)| end) { "polite" } else { "off" };
    view! {
        <div class="timeline" class:waits=move || waits.get()>
            <div class="log" role="log" aria-live=live aria-label=label tabindex="0" data-testid="timeline"
                node_ref=view.scroller on:scroll=move |_| view.scrolled() on:keydown=move |key| view.roving.pressed(&key)
                on:focusin=move |event| view.roving.came(&event) on:focusout=move |event| view.roving.went(&event)>
                <When so=empty>
                    {
                        let failed = opened.failed.clone();
                        move || if failed.get() {
                            view! { <Failed retry=move || view.newest()/> }.into_any()
                        } else {
                            view! { <Skeleton rows=6/> }.into_any()
                        }
                    }
                </When>
                <When so=move || !empty()>
                    <div class="log-start">
                        <When so=move || reach.get().is_some_and(|(beginning, _)| beginning)><Welcome room/></When>
                    </div>
                </When>
                <div class="lines" node_ref=view.content>
                    <List rows=Box::new(move || rows.list.with(|rows| rows.iter().map(|row| row_of(room, row)).collect()))/>
                </div>
                <span tabindex="-1" node_ref=view.roving.end></span>
            </div>
            <JumpPill room view/>
        </div>
    }
}

/// The way to the newest message.
#[component]
fn JumpPill(room: RoomId, view: Scroll) -> impl IntoView {
    let state = use_state();
    let opened = StoredValue::new(state.history.room(room));
    let text = move || {
        let item = state.rooms.get(room);
        opened.with_value(|opened| pill::text(opened, item.as_ref(), view.lowest.get(), state))
    };
    view! {
        <When so=move || view.far.get()>
            <button type="button" class="jump-pill" data-testid="jump-pill" on:click=move |_| {
                // The button goes with the click.
                view.roving.go_to_list();
                view.go_to_end();
            }>{move || text()}</button>
        </When>
    }
}

/// The beginning of a room: what it is and what to do first.
#[component]
fn Welcome(room: RoomId) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    let direct = move || state.rooms.get(room).is_some_and(|item| item.room.kind == RoomKind::Direct);
    let text = move || match (direct(), state.rooms.may_invite(room)) {
        (true, _) => Text::WelcomeDirect,
        (false, true) => Text::WelcomeText,
        (false, false) => Text::WelcomeTextMember,
    };
    view! {
        <div class="welcome">
            <h2>{move || if direct() { name() } else { fill(t(Text::WelcomeTo), &[("room", &name())]) }}</h2>
            <p>{move || t(text())}</p>
            <When so=move || state.rooms.may_invite(room)>
                <button type="button" class="main-button" data-testid="welcome-invite"
                    on:click=move |_| open.show(Dialog::Invite(room))>{t(Text::Invite)}</button>
            </When>
        </div>
    }
}

/// The row of a line, here and in a thread.
pub(super) fn row_of(room: RoomId, row: &Row) -> ListRow {
    let key = match row.key {
        Key::Day(day) => (0, u128::from(day.cast_unsigned())),
        Key::New => (1, 0),
        Key::Message(id) => (2, id.0.as_u128()),
        Key::Event(seq) => (3, u128::from(seq.cast_unsigned())),
    };
    let row = row.clone();
    ListRow::new(key, move || view! { <MessageRow room row/> }.into_any())
}

/// The attributes of a row that say which it is.
pub(super) fn row_id(key: Key) -> Option<String> {
    if let Key::Message(id) = key { Some(id.to_string()) } else { None }
}
