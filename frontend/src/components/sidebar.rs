//! The list of everything one can go to: what is gathered over all rooms, my rooms in their parts, and myself.

pub mod drag;
pub mod links;
pub mod menu;
pub mod naming;
pub mod part;
pub mod row;

use leptos::{ev, prelude::*};
use types::Site;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use self::links::Links;
use self::part::Parts;
use super::saved_searches::SavedSearches;
use super::ui::{Avatar, Glyph, Icon, When};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, fill, t};
use crate::letters::upper;
use crate::state::{State, use_state};

/// What the arrows lead through.
const STOPS: &str = ".side-link, .room-row, .part-toggle";

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
                {move || lost(state).map(|text| view! {
                    <div class="lost-room" data-testid="lost-room">
                        <p>{text}</p>
                        <button type="button" class="quiet-button" on:click=move |_| state.lost_room.set(None)>{t(Text::Dismiss)}</button>
                    </div>
                })}
            </div>
            <div class="side-scroll" on:keydown=step>
                <Links/>
                <When so=move || !state.rooms.known()><div class="ghost-rooms" aria-hidden="true"></div></When>
                <Parts/>
                <SavedSearches/>
            </div>
            <Mine/>
        </nav>
    }
}

/// What became of a room that is mine no more.
fn lost(state: State) -> Option<String> {
    let lost = state.lost_room.get()?;
    let name = lost.by.map(|by| state.people.person(by).name()).filter(|name| !name.is_empty());
    Some(match name {
        Some(name) => fill(t(Text::RemovedBy), &[("name", &name), ("room", &lost.name)]),
        None => fill(t(Text::LostRoom), &[("room", &lost.name)]),
    })
}

/// The arrows lead from row to row, Home and End to the first and the last.
fn step(key: ev::KeyboardEvent) {
    if key.ctrl_key() || key.alt_key() || key.meta_key() || key.default_prevented() {
        return;
    }
    let Ok(found) = document().query_selector_all(STOPS) else { return };
    let stops: Vec<HtmlElement> = (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok()).collect();
    let now = document().active_element();
    let Some(at) = stops.iter().position(|stop| now.as_ref() == Some(stop.as_ref())) else { return };
    let next = match key.key().as_str() {
        "ArrowDown" => at + 1,
        "ArrowUp" if at > 0 => at - 1,
        "Home" => 0,
        "End" => stops.len() - 1,
        _ => return,
    };
    if let Some(stop) = stops.get(next) {
        key.prevent_default();
        let _ = stop.focus();
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
