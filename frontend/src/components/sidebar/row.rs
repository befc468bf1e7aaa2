//! One room in the list: weight says that something is new, a number that it is for me.

use leptos::{ev, html, prelude::*};
use types::{MyRoom, RoomId, RoomKind};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use crate::components::float::{beside, beside_pointer};
use crate::components::ui::{Avatar, Glyph, Icon, RoomGlyph, When};
use crate::i18n::{Key as Text, fill, t};
use crate::pages::room::{Float, Floating, RoomDesk};
use crate::route::use_navigator;
use crate::state::{for_me, is_news, use_state};

/// A room with its menu.
#[component]
pub fn RoomRow(
    /// Which.
    room: RoomId,
) -> impl IntoView {
    let (state, navigator, desk) = (use_state(), use_navigator(), expect_context::<RoomDesk>());
    let item = Memo::new(move |_| state.rooms.get(room));
    let with = move |read: fn(&MyRoom) -> bool| item.with(|item| item.as_ref().is_some_and(read));
    let here = move || navigator.room() == Some(room);
    let news = move || with(is_news);
    let faded = move || with(|item| item.muted || item.room.archived_at.is_some());
    let name = move || item.with(|item| item.as_ref().and_then(|item| item.room.name.clone()).unwrap_or_default());
    let link = NodeRef::<html::A>::new();
    let menu = opens_menu(desk, link, Floating::Room(room));
    // Only the row one is at has a button of its own: a hundred rows would be a hundred stops more.
    let near = RwSignal::new(false);
    let is_open = move || {
        desk.float.with(|float| matches!(float.map(|float| float.what), Some(Floating::Room(of)) if of == room))
    };
    view! {
        <li class="room-item" on:contextmenu=menu on:pointerenter=move |_| near.set(true) on:pointerleave=move |_| near.set(false)
            on:focusin=move |_| near.set(true) on:focusout=move |_| near.set(false)>
            <a class="room-row" href=format!("/rooms/{room}") data-room-id=room.to_string() node_ref=link
                class:on=here class:unread=news class:muted=faded title=name
                aria-current=move || here().then_some("page") data-unread=move || news().to_string()>
                <RoomSign room item/>
                <span class="room-name">{name}</span>
                <When so=move || with(|item| item.muted)>
                    <span class="draft-mark"><Icon glyph=Glyph::BellOff/><span class="sr-only">{t(Text::Muted)}</span></span>
                </When>
                <When so=move || state.drafts.begun(room) && !here()>
                    <span class="draft-mark"><Icon glyph=Glyph::Pencil/><span class="sr-only">{t(Text::DraftHere)}</span></span>
                </When>
                {move || match (item.with(|item| item.as_ref().map_or(0, for_me)), news()) {
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
            <When so=move || near.get() || is_open()>
                <button type="button" class="icon-button small room-more" data-testid="room-menu" aria-haspopup="menu"
                    title=t(Text::MoreActions) aria-label=move || fill(t(Text::ActionsFor), &[("name", &name())]) on:click=menu>
                    <Icon glyph=Glyph::More/>
                </button>
            </When>
        </li>
    }
}

/// What stands before the name: a hash or a lock, the person one talks with, or how many they are.
#[component]
pub fn RoomSign(
    /// The room.
    room: RoomId,
    /// What is known of it.
    item: Memo<Option<MyRoom>>,
) -> impl IntoView {
    let state = use_state();
    let private = move || item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == RoomKind::Private));
    let others = Memo::new(move |_| {
        let item = state.rooms.get(room).filter(|item| item.room.kind == RoomKind::Direct)?;
        Some(state.rooms.others(&item.room).collect::<Vec<_>>())
    });
    move || match others.get().as_deref() {
        None => view! { <RoomGlyph private/> }.into_any(),
        Some([user]) => view! { <Avatar user=*user presence=true/> }.into_any(),
        Some([]) => view! { <span class="room-glyph"><Icon glyph=Glyph::Pencil/></span> }.into_any(),
        Some(group) => view! { <span class="group-glyph" aria-hidden="true">{group.len()}</span> }.into_any(),
    }
}

/// Opens a menu at the pointer or beside the button; the focus is what it comes back to.
pub(super) fn opens_menu<E>(
    desk: RoomDesk,
    home: NodeRef<E>,
    what: Floating,
) -> impl Fn(ev::MouseEvent) + Copy + 'static
where
    E: html::ElementType,
    E::Output: JsCast + Clone + 'static,
{
    move |click: ev::MouseEvent| {
        click.prevent_default();
        click.stop_propagation();
        let home = home.get_untracked().and_then(|home| home.dyn_into::<HtmlElement>().ok());
        let by_key = click.client_x() == 0 && click.client_y() == 0;
        let beside = match &home {
            Some(home) if click.type_() == "contextmenu" && by_key => place_of(home),
            _ if click.type_() == "contextmenu" => beside_pointer(&click),
            _ => beside(&click),
        };
        if let Some(home) = home {
            let _ = home.focus();
        }
        desk.float.set(Some(Float { what, desk, beside }));
    }
}

fn place_of(element: &HtmlElement) -> [f64; 4] {
    let place = element.get_bounding_client_rect();
    [place.left(), place.top(), place.right(), place.bottom()]
}
