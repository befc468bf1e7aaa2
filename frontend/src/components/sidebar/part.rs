//! The parts of my list of rooms: each with a head that folds it, tools and a menu, and its rooms.

use leptos::prelude::*;
use types::RoomId;

use super::row::{RoomRow, opens_menu};
use crate::components::ui::{Glyph, Icon, List, ListRow, When};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::{Floating, RoomDesk};
use crate::route::use_navigator;
use crate::state::{ListPart, PartOf, is_news, use_state};

/// All parts, in order.
#[component]
pub fn Parts() -> impl IntoView {
    let (state, navigator) = (use_state(), use_navigator());
    let parts = Memo::new(move |_| state.parts(navigator.room()));
    let row = move |part: &ListPart| {
        let of = part.of;
        ListRow::new(key(of), move || view! { <Part of parts/> }.into_any())
    };
    view! { <List rows=Box::new(move || parts.with(|parts| parts.iter().map(row).collect()))/> }
}

fn key(of: PartOf) -> (u8, u128) {
    match of {
        PartOf::Favourites => (0, 0),
        PartOf::Section(index) => (1, index as u128),
        PartOf::Category(id) => (2, id.0.as_u128()),
        PartOf::Rooms => (3, 0),
        PartOf::Direct => (4, 0),
    }
}

#[component]
fn Part(of: PartOf, parts: Memo<Vec<ListPart>>) -> impl IntoView {
    let (state, live, desk, navigator) = (use_state(), use_live(), expect_context::<RoomDesk>(), use_navigator());
    let this = Memo::new(move |_| parts.with(|parts| parts.iter().find(|part| part.of == of).cloned()));
    let folded = Memo::new(move |_| this.with(|part| part.as_ref().is_some_and(|part| part.folded)));
    let name = move || this.with(|part| part.as_ref().map(name_of).unwrap_or_default());
    // What is new stays in sight, and so does the room one is in.
    let shown = Memo::new(move |_| {
        let mut rooms = this.with(|part| part.as_ref().map(|part| part.rooms.clone()).unwrap_or_default());
        if folded.get() {
            let here = navigator.room();
            rooms.retain(|room| Some(*room) == here || state.rooms.get(*room).is_some_and(|item| is_news(&item)));
        }
        rooms
    });
    let row = |room: &RoomId| {
        let room = *room;
        ListRow::new((0, room.0.as_u128()), move || view! { <RoomRow room/> }.into_any())
    };
    let toggle = move |_| live.fold(desk.notice, of, !folded.get_untracked());
    let (id, head) = (format!("part-{}-{}", key(of).0, key(of).1), NodeRef::new());
    let menu = opens_menu(desk, head, Floating::Part(of));
    view! {
        <section class="side-part" data-testid="part" data-part=part_name(of)>
            <div class="side-head" on:contextmenu=menu>
                <h2>
                    <button type="button" class="part-toggle" aria-expanded=move || (!folded.get()).to_string()
                        aria-controls=id.clone() node_ref=head on:click=toggle>
                        <Icon glyph=Glyph::Chevron/><span>{name}</span>
                    </button>
                </h2>
                <span class="side-tools">
                    <Tools of/>
                    <button type="button" class="icon-button small" data-testid="part-menu" aria-haspopup="menu"
                        aria-label=move || fill(t(Text::ActionsFor), &[("name", &name())]) title=t(Text::MoreActions)
                        on:click=menu><Icon glyph=Glyph::More/></button>
                </span>
            </div>
            <ul class="room-list" id=id>
                <List rows=Box::new(move || shown.with(|rooms| rooms.iter().map(row).collect()))/>
            </ul>
            <Empty of shown folded/>
        </section>
    }
}

/// What a part says that holds nothing.
#[component]
fn Empty(of: PartOf, shown: Memo<Vec<RoomId>>, folded: Memo<bool>) -> impl IntoView {
    let state = use_state();
    let text = match of {
        PartOf::Rooms => Text::NoRooms,
        PartOf::Section(_) => Text::SectionEmpty,
        PartOf::Direct => Text::NoDirect,
        PartOf::Favourites | PartOf::Category(_) => return ().into_any(),
    };
    let nothing = move || {
        let elsewhere = of == PartOf::Rooms && !state.rooms.is_empty();
        state.rooms.known() && shown.with(Vec::is_empty) && !elsewhere && !folded.get()
    };
    view! { <When so=nothing><p class="side-empty">{t(text)}</p></When> }.into_any()
}

/// The ways to more of what a part holds.
#[component]
fn Tools(of: PartOf) -> impl IntoView {
    let open = use_open();
    let tool = move |test: &'static str, text: Text, glyph: Glyph, dialog: Dialog| {
        view! {
            <button type="button" class="icon-button small" data-testid=test title=t(text) aria-label=t(text)
                on:click=move |_| open.show(dialog)><Icon glyph/></button>
        }
    };
    match of {
        PartOf::Rooms => view! {
            {tool("directory", Text::BrowseRooms, Glyph::Compass, Dialog::Directory)}
            {tool("create-room", Text::NewRoom, Glyph::Plus, Dialog::CreateRoom)}
        }
        .into_any(),
        PartOf::Direct => tool("new-direct", Text::NewMessage, Glyph::Plus, Dialog::Direct(None)).into_any(),
        PartOf::Favourites | PartOf::Section(_) | PartOf::Category(_) => ().into_any(),
    }
}

/// What a part is called.
pub(super) fn name_of(part: &ListPart) -> String {
    let own = part.name.clone();
    own.unwrap_or_else(|| {
        t(match part.of {
            PartOf::Favourites => Text::Favourites,
            PartOf::Direct => Text::DirectMessages,
            PartOf::Section(_) | PartOf::Category(_) | PartOf::Rooms => Text::Rooms,
        })
        .to_owned()
    })
}

const fn part_name(of: PartOf) -> &'static str {
    match of {
        PartOf::Favourites => "favourites",
        PartOf::Section(_) => "section",
        PartOf::Category(_) => "category",
        PartOf::Rooms => "rooms",
        PartOf::Direct => "direct",
    }
}
