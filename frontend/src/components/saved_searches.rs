//! The searches I keep, in the list at the left: a click searches, the number says what is new in it.

use std::time::Duration;

use js_sys::Date;
use leptos::{prelude::*, task::spawn_local};
use types::{CountedSearch, SearchId};

use super::ui::{Glyph, Icon, List, ListRow, When};
use crate::api;
use crate::effect::effect;
use crate::i18n::{Key as Text, count, failure, fill, t};
use crate::pages::room::{Panel, RoomDesk};
use crate::parts::use_rest;
use crate::state::{Connection, State, use_state};

/// A message is found so long after it came, in milliseconds.
const FOUND: f64 = 2_500.0;
/// Counted no more often than this, however much moves, in milliseconds.
const BETWEEN: f64 = 15_000.0;

/// The section, once the rest of the page is here: nobody waits for it.
#[component]
pub fn SavedSearches() -> impl IntoView {
    move || use_rest().get().map(|rest| (rest.searches)())
}

/// The section itself.
#[component]
pub fn SavedSearchList() -> impl IntoView {
    let state = use_state();
    keep_counted(state);
    let any = move || !state.searches.all().is_empty();
    let row = |item: CountedSearch| {
        let id = item.search.id;
        ListRow::new((0, id.0.as_u128()), move || view! { <Row id/> }.into_any())
    };
    view! {
        <When so=any>
            <div class="side-head"><h2>{t(Text::SearchesKept)}</h2></div>
            <ul class="room-list" aria-label=t(Text::SearchesKept) data-testid="saved-searches">
                <List rows=Box::new(move || state.searches.all().into_iter().map(row).collect())/>
            </ul>
        </When>
    }
}

#[component]
fn Row(id: SearchId) -> impl IntoView {
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    let item = Memo::new(move |_| state.searches.all().into_iter().find(|item| item.search.id == id));
    let name = move || item.get().map(|item| item.search.name).unwrap_or_default();
    let unread = move || item.get().map_or(0, |item| item.unread);
    let open = move |_| {
        if let Some(item) = item.get_untracked() {
            desk.search(Some(item.search.query));
        }
    };
    let on = move || {
        let open = desk.panel.get() == Some(Panel::Search);
        open && item.get().is_some_and(|item| desk.sought.with(|sought| sought.trim() == item.search.query))
    };
    let remove = move |_| {
        spawn_local(async move {
            match api::drop_search(id).await {
                Ok(()) => desk.tell(t(Text::SearchDropped)),
                Err(why) => desk.tell(failure(&why)),
            }
        });
    };
    view! {
        <li class="saved-search" data-testid="saved-search">
            <button type="button" class="room-row" class:unread=move || unread() != 0 class:on=on on:click=open>
                <span class="room-glyph" aria-hidden="true"><Icon glyph=Glyph::Search/></span>
                <span class="room-name">{name}</span>
                <When so=move || unread() != 0>
                    <span class="found-count" data-testid="search-unread">
                        <span aria-hidden="true">{move || if unread() > 99 { "99+".to_owned() } else { unread().to_string() }}</span>
                        <span class="sr-only">{move || count(Text::SearchNewOne, Text::SearchNewOther, unread())}</span>
                    </span>
                </When>
            </button>
            <button type="button" class="icon-button small" title=t(Text::SearchDrop) data-testid="drop-search"
                aria-label=move || fill(t(Text::SearchDropNamed), &[("name", &name())]) on:click=remove>
                <Icon glyph=Glyph::Close/>
            </button>
        </li>
    }
}

/// Asks for the searches as soon as there is a connection, and counts again when something was written.
fn keep_counted(state: State) {
    let due = StoredValue::new(false);
    let counted = StoredValue::new(0.0_f64);
    let ask = move || {
        let _ = due.try_set_value(false);
        let _ = counted.try_set_value(Date::now());
        spawn_local(async move {
            // Without an answer the numbers are a little old: the next message asks again.
            if let Ok(page) = api::searches().await {
                state.searches.counted(page.items);
            }
        });
    };
    effect(move || {
        if state.connection.get() != Connection::InSync {
            return;
        }
        state.rooms.moved();
        if due.get_value() {
            return;
        }
        let before = counted.get_value();
        if before == 0.0 {
            return ask();
        }
        if untrack(|| state.searches.all().is_empty()) {
            return;
        }
        due.set_value(true);
        let wait = (before + BETWEEN - Date::now()).max(FOUND);
        set_timeout(
            move || {
                if due.try_get_value() == Some(true) {
                    ask();
                }
            },
            Duration::from_millis(wait as u64),
        );
    });
}
