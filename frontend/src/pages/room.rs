//! The main screen: rooms at one side, the room one is in, its people at the other.

use leptos::prelude::*;
use sync::Sorted;
use types::{RoomId, Site, UserId};

use crate::components::composer::Composer;
use crate::components::composer::wide;
use crate::components::float::Floats;
use crate::components::keys;
use crate::components::long_press;
use crate::components::reconnect::ReconnectBar;
use crate::components::room_header::RoomHeader;
use crate::components::sidebar::Sidebar;
use crate::components::timeline::Timeline;
use crate::components::typing_line::TypingLine;
use crate::components::ui::When;
use crate::components::unsent::any_kept;
use crate::dialogs::use_open;
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::parts::{self, Gathered, Part, use_rest};
use crate::route::{Route, use_navigator};
use crate::state::{State, use_state};

mod desk;

pub use desk::{Float, Floating, Moments, Panel, Place, RoomDesk};

/// Under this name the browser keeps the room one was last in.
const LAST_ROOM: &str = "confab.last-room";

/// The main screen of the person signed in.
#[component]
pub fn RoomPage(
    /// The site, once it told.
    site: RwSignal<Option<Site>>,
) -> impl IntoView {
    let (state, open, navigator) = (use_state(), use_open(), use_navigator());
    let desk = RoomDesk::new(navigator);
    provide_context(desk);
    keys::listen(state, desk, open, navigator);
    long_press::listen();
    let room = Memo::new(move |_| navigator.room());
    follow_room(state, desk, room);
    desk::follow_route(desk, navigator);
    observe_people(state, desk, room);
    title(state, site, room);
    let known = Memo::new(move |_| {
        let room = room.get()?;
        (!state.rooms.told() || state.rooms.get(room).is_some()).then_some(room)
    });
    let shown = Memo::new(move |_| match desk.panel.get() {
        // Of no room: it stays as one goes from room to room.
        Some(Panel::Search) => Some((RoomId(uuid::Uuid::nil()), Panel::Search)),
        panel => known.get().zip(panel),
    });
    let gathered = Memo::new(move |_| navigator.view());
    let views = Part::<Gathered>::not_asked();
    let in_room = move || room.get().is_some() || gathered.get().is_some();
    view! {
        <div class="app" class:in-room=in_room class:with-panel=move || shown.get().is_some()>
            <Sidebar site/>
            <main class="room" aria-label=move || t(gathered.get().map_or(Text::RoomLandmark, Text::of_view))>
                <ReconnectBar/>
                <div role="status">
                    <When so=move || !state.mine.reminders().is_empty()>
                        {move || use_rest().show(|rest| (rest.reminders)())}
                    </When>
                </div>
                <div role="status">
                    <When so=move || any_kept(state)>{move || use_rest().show(|rest| (rest.unsent)())}</When>
                </div>
                {move || match (gathered.get(), known.get(), room.get()) {
                    (Some(view), ..) => {
                        views.fetch(parts::views());
                        (move || views.show(|show| show(view))).into_any()
                    }
                    (None, Some(room), _) => view! { <Room room/> }.into_any(),
                    (None, None, Some(room)) => view! { <NotMine room/> }.into_any(),
                    (None, None, None) => view! { <p class="no-room">{t(Text::ChooseRoom)}</p> }.into_any(),
                }}
            </main>
            {move || shown.get().map(|(room, panel)| use_rest().show(|rest| (rest.panel)(room, panel)))}
            <Floats/>
            <div class="notice" role="status" data-testid="notice">{move || desk.notice.0.get().map(|text| view! { <p>{text}</p> })}</div>
        </div>
    }
}

#[component]
fn Room(room: RoomId) -> impl IntoView {
    view! {
        <RoomHeader room/>
        <Timeline room/>
        <TypingLine room/>
        <Composer room/>
    }
}

/// A room I am not in: the way in, where there is one.
#[component]
fn NotMine(room: RoomId) -> impl IntoView {
    let live = use_live();
    let failed = RwSignal::new(false);
    let join = move |_| {
        leptos::task::spawn_local(async move { failed.set(live.join(room).await.is_err()) });
    };
    view! {
        <div class="no-room">
            <p>{move || t(if failed.get() { Text::CannotJoin } else { Text::NotInRoom })}</p>
            <When so=move || !failed.get()>
                <button type="button" class="main-button" on:click=join>{t(Text::JoinRoom)}</button>
            </When>
            <a href="/">{t(Text::BackToRooms)}</a>
        </div>
    }
}

/// The room on screen is watched; at the first place of all, on a wide screen, the last room is opened.
fn follow_room(state: State, desk: RoomDesk, room: Memo<Option<RoomId>>) {
    let (live, navigator) = (use_live(), use_navigator());
    effect(move || {
        if !state.rooms.known() {
            return;
        }
        let here = room.get();
        desk.leave();
        live.open(here);
        match here {
            Some(room) => keep_last_room(room),
            None if wide() && navigator.view().is_none() => {
                let rooms = untrack(|| state.rooms.sorted());
                let last = last_room().filter(|last| rooms.iter().any(|item| item.room.id == *last));
                if let Some(room) = last.or_else(|| rooms.first().map(|item| item.room.id)) {
                    navigator.replace(Route::Room(room));
                }
            }
            None => {}
        }
    });
}

/// Presence is asked for of those who are on screen: whom I talk with directly, the newest authors, and the members while their panel is open.
fn observe_people(state: State, desk: RoomDesk, room: Memo<Option<RoomId>>) {
    let live = use_live();
    effect(move || {
        let mut people: Sorted<UserId, ()> = state.me.get().into_iter().map(|me| (me, ())).collect();
        let mut add = |person: UserId| _ = people.insert(person, ());
        state.rooms.partners().into_iter().for_each(&mut add);
        if let Some(room) = room.get() {
            state.history.room(room).rows.with(|rows| {
                rows.messages().rev().take(200).for_each(|message| add(message.author_id));
                if matches!(desk.panel.get(), Some(Panel::Members | Panel::Details)) {
                    let here = rows.members().values().filter(|member| member.left_at.is_none());
                    here.for_each(|member| add(member.user_id));
                }
            });
        }
        live.observe(people.keys().copied().collect());
    });
}

/// The tab says how much is there for me and where one is.
fn title(state: State, site: RwSignal<Option<Site>>, room: Memo<Option<RoomId>>) {
    let navigator = use_navigator();
    effect(move || {
        let name = room.get().and_then(|room| state.rooms.get(room)).and_then(|item| item.room.name);
        let name = name.or_else(|| navigator.view().map(|view| t(Text::of_view(view)).to_owned()));
        let site = site.get().map(|site| site.name).unwrap_or_else(|| "Confab".into());
        let place = name.map_or(site.clone(), |name| format!("{name} · {site}"));
        let title = match state.rooms.for_me() {
            0 => place,
            count => format!("({count}) {place}"),
        };
        document().set_title(&title);
    });
}

fn keep_last_room(room: RoomId) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Forgetting it costs one click at the next start.
        let _ = storage.set_item(LAST_ROOM, &room.to_string());
    }
}

fn last_room() -> Option<RoomId> {
    window().local_storage().ok().flatten()?.get_item(LAST_ROOM).ok().flatten()?.parse().ok()
}
