//! What I have begun to write anywhere: the way there, and letting it go.

use leptos::prelude::*;

use super::RoomLink;
use crate::components::ui::{Glyph, Icon, List, ListRow, When};
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::route::Route;
use crate::state::{Writable, use_state};

/// So much of each is shown.
const SHOWN_CHARS: usize = 400;

/// The drafts of rooms that are mine.
#[component]
pub fn DraftList() -> impl IntoView {
    let state = use_state();
    let drafts = Memo::new(move |_| {
        let mut drafts = state.drafts.all();
        drafts.retain(|((room, _), _)| state.rooms.get(*room).is_some());
        drafts
    });
    let row = |(place, body): &(Writable, String)| {
        let ((room, root), text) = (*place, body.chars().take(SHOWN_CHARS).collect::<String>());
        let key = room.0.as_u128() ^ root.map_or(0, |root| root.0.as_u128().rotate_left(64)) ^ (text.len() as u128);
        ListRow::new((0, key), move || view! { <Draft place=(room, root) text/> }.into_any())
    };
    view! {
        <When so=move || !drafts.with(Vec::is_empty)><h2 class="part-title">{t(Text::DraftsPart)}</h2></When>
        <ul class="cards" data-testid="drafts">
            <List rows=Box::new(move || drafts.with(|drafts| drafts.iter().map(row).collect()))/>
        </ul>
    }
}

#[component]
fn Draft(place: Writable, text: String) -> impl IntoView {
    let live = use_live();
    let (room, root) = place;
    let route = root.map_or(Route::Room(room), |root| Route::Thread(room, root));
    let to = route.path();
    view! {
        <li class="card" data-testid="draft-card">
            <div class="card-head">
                {match root {
                    Some(_) => view! { <RoomLink room to=route note=Text::InAThread/> }.into_any(),
                    None => view! { <RoomLink room to=route/> }.into_any(),
                }}
            </div>
            <p class="draft-text" dir="auto">{text}</p>
            <div class="card-foot">
                <span class="card-deeds">
                    <button type="button" class="quiet-button" data-testid="delete-draft" on:click=move |_| live.drafted(place)>
                        <Icon glyph=Glyph::Trash/>{t(Text::Delete)}
                    </button>
                    <a class="quiet-button" data-testid="continue-draft" href=to><Icon glyph=Glyph::Pencil/>{t(Text::ContinueDraft)}</a>
                </span>
            </div>
        </li>
    }
}
