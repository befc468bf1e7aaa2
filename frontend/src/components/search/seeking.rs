//! What is being searched for, what is on offer meanwhile, and what was found.

use std::time::Duration;

use leptos::{ev, html, prelude::*, task::spawn_local};
use types::search::query::{self, Query, What};
use types::{Found, Room, SearchOrder, Suggestion, SuggestionKind, UpdateSavedSearch};
use wasm_bindgen::JsCast;

use super::recent;
use crate::api::{self, Failure};
use crate::pages::room::RoomDesk;
use crate::pause;
use crate::state::{State, use_state};

/// Whoever types on is not searched for meanwhile.
const PAUSE: Duration = Duration::from_millis(250);
/// The same while a name is being typed, which is none yet.
const LONG_PAUSE: Duration = Duration::from_millis(1_000);
/// The same of suggestions.
const OFFER_PAUSE: Duration = Duration::from_millis(120);

/// What was found for what was typed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    /// What it was found for.
    pub(super) query: String,
    /// The messages.
    pub(super) items: Vec<Found>,
    /// Their rooms.
    pub(super) rooms: Vec<Room>,
    /// Where the next page begins.
    pub(super) next: Option<String>,
}

/// A search in the making; what all parts of the panel share.
#[derive(Clone, Copy)]
pub struct Seeking {
    pub(super) state: State,
    pub(super) desk: RoomDesk,
    pub(super) text: RwSignal<String>,
    pub(super) order: RwSignal<SearchOrder>,
    pub(super) held: RwSignal<Option<Held>>,
    pub(super) busy: RwSignal<bool>,
    pub(super) failure: RwSignal<Option<Failure>>,
    pub(super) offers: RwSignal<Vec<Suggestion>>,
    pub(super) chosen: RwSignal<Option<usize>>,
    pub(super) field: NodeRef<html::Input>,
    /// Counts what was asked: an answer to what is no longer asked is dropped.
    asked: StoredValue<u32>,
    offered: StoredValue<u32>,
    /// Nobody is offered anything before they typed.
    open: RwSignal<bool>,
}

impl Seeking {
    pub(super) fn new(desk: RoomDesk) -> Self {
        Self {
            state: use_state(),
            desk,
            text: desk.sought,
            order: RwSignal::new(SearchOrder::Newest),
            held: RwSignal::new(None),
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            offers: RwSignal::new(Vec::new()),
            chosen: RwSignal::new(None),
            field: NodeRef::new(),
            asked: StoredValue::new(0),
            offered: StoredValue::new(0),
            open: RwSignal::new(false),
        }
    }

    /// What was typed, understood; tracked.
    pub(super) fn query(self) -> Query {
        self.text.with(|text| query::parse(text))
    }

    /// Whether suggestions are shown, tracked.
    pub(super) fn offering(self) -> bool {
        self.open.get() && self.offers.with(|offers| !offers.is_empty())
    }

    /// The id of the suggestion chosen, tracked.
    pub(super) fn chosen_id(self) -> Option<String> {
        self.chosen.get().filter(|_| self.offering()).map(option_id)
    }

    /// The text has changed: what it finds is asked for; tracked.
    pub(super) fn follow(self) {
        let text = self.text.get();
        let pause = if unfinished(&text) { LONG_PAUSE } else { PAUSE };
        untrack(|| self.seek(text, pause));
    }

    pub(super) fn typed(self, text: String) {
        self.text.set(text);
        self.open.set(true);
        self.offer();
    }

    pub(super) fn clear(self) {
        self.set_text(String::new());
    }

    /// Other text, and the cursor behind it.
    pub(super) fn set_text(self, text: String) {
        self.text.set(text);
        self.open.set(false);
        self.offers.set(Vec::new());
        self.chosen.set(None);
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    pub(super) fn put_in_order(self, order: SearchOrder) {
        if self.order.get_untracked() != order {
            self.order.set(order);
            self.again();
        }
    }

    /// Asks once more.
    pub(super) fn again(self) {
        self.seek(self.text.get_untracked(), Duration::ZERO);
    }

    /// Asks for what fits, after a pause.
    fn seek(self, text: String, pause: Duration) {
        let asked = self.asked.get_value().wrapping_add(1);
        self.asked.set_value(asked);
        let query = query::parse(&text);
        if query.terms.is_empty() || !query.faults.is_empty() {
            self.busy.set(false);
            if query.is_empty() {
                self.held.set(None);
                self.failure.set(None);
            }
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            pause::wait(pause).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            let Some(order) = self.order.try_get_untracked() else { return };
            let answer = api::search(text.trim(), order, None).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    self.state.people.add(&page.users);
                    self.failure.set(None);
                    let held =
                        Held { query: text.trim().into(), items: page.items, rooms: page.rooms, next: page.next };
                    self.seen(&held);
                    self.held.set(Some(held));
                }
                Err(failure) => {
                    self.held.set(None);
                    self.failure.set(Some(failure));
                }
            }
        });
    }

    /// The next page of what was found.
    pub(super) fn more(self) {
        let Some((query, next)) =
            self.held.with_untracked(|held| held.clone().and_then(|held| Some((held.query, held.next?))))
        else {
            return;
        };
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        let (asked, order) = (self.asked.get_value(), self.order.get_untracked());
        spawn_local(async move {
            let answer = api::search(&query, order, Some(next)).await;
            if self.asked.try_get_value() != Some(asked) {
                return;
            }
            self.busy.set(false);
            match answer {
                Ok(page) => {
                    self.state.people.add(&page.users);
                    self.held.update(|held| {
                        if let Some(held) = held {
                            held.items.extend(page.items);
                            held.rooms.extend(page.rooms);
                            held.next = page.next;
                        }
                    });
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }

    /// What a saved search finds is seen once it stands here.
    fn seen(self, held: &Held) {
        let Some(kept) = self.state.searches.of_query(&held.query) else { return };
        let newest = held.items.iter().map(|found| found.message.created_at).max();
        let Some(newest) = newest.filter(|newest| *newest > kept.search.seen_at) else { return };
        let id = kept.search.id;
        self.state.searches.seen(id);
        spawn_local(async move {
            let seen = UpdateSavedSearch { seen_at: Some(newest), ..UpdateSavedSearch::default() };
            // My stream tells what became of it; the mark of a lost request comes with the next look.
            let _ = api::update_search(id, &seen).await;
        });
    }

    /// A key in the field.
    pub(super) fn key(self, key: &ev::KeyboardEvent) {
        if key.is_composing() {
            return;
        }
        let (offering, count) = (untrack(|| self.offering()), self.offers.with_untracked(Vec::len));
        let chosen = self.chosen.get_untracked().filter(|_| offering);
        match key.key().as_str() {
            "ArrowDown" if offering && chosen.is_none_or(|at| at + 1 < count) => {
                self.chosen.set(Some(chosen.map_or(0, |at| at + 1)));
            }
            "ArrowUp" if chosen.is_some() => self.chosen.set(chosen.and_then(|at| at.checked_sub(1))),
            "ArrowDown" => {
                self.close_offers();
                focus_first();
            }
            "Enter" => match chosen {
                Some(at) => self.take(at),
                None => {
                    self.close_offers();
                    recent::remember(self.state, self.text.get_untracked().trim());
                    self.again();
                }
            },
            "Tab" if chosen.is_some() => chosen.into_iter().for_each(|at| self.take(at)),
            "Escape" if offering => self.close_offers(),
            _ => return,
        }
        key.prevent_default();
    }

    fn close_offers(self) {
        self.open.set(false);
        self.chosen.set(None);
    }

    /// The focus left the field and what is on offer below it.
    pub(super) fn left(self, event: &ev::FocusEvent) {
        let inside = event.current_target().zip(event.related_target()).is_some_and(|(here, there)| {
            let (here, there) = (here.dyn_into::<web_sys::Node>().ok(), there.dyn_into::<web_sys::Node>().ok());
            here.is_some_and(|here| here.contains(there.as_ref()))
        });
        if !inside {
            self.close_offers();
        }
    }

    /// An empty field offers what was searched for before.
    pub(super) fn offer_again(self) {
        if self.text.with_untracked(String::is_empty) {
            self.open.set(true);
            self.offer();
        }
    }

    /// Takes a suggestion in place of the word that is being typed.
    pub(super) fn take(self, at: usize) {
        let Some(offer) = self.offers.with_untracked(|offers| offers.get(at).cloned()) else { return };
        if offer.kind == SuggestionKind::Recent {
            return self.set_text(offer.text);
        }
        let text = self.text.get_untracked();
        let before = text.get(..query::last_word(&text)).unwrap_or_default();
        let goes_on = offer.text.ends_with(':');
        self.set_text(format!("{before}{}{}", offer.text, if goes_on { "" } else { " " }));
        if goes_on {
            self.open.set(true);
            self.offer();
        }
    }

    /// Asks what the word that is being typed may become.
    fn offer(self) {
        let offered = self.offered.get_value().wrapping_add(1);
        self.offered.set_value(offered);
        self.chosen.set(None);
        let text = self.text.get_untracked();
        if text.is_empty() {
            let recent = recent::all(self.state).into_iter().map(recent::suggestion);
            return self.offers.set(recent.collect());
        }
        let word = text.get(query::last_word(&text)..).unwrap_or_default().to_owned();
        if word.is_empty() {
            return self.offers.set(Vec::new());
        }
        spawn_local(async move {
            pause::wait(OFFER_PAUSE).await;
            if self.offered.try_get_value() != Some(offered) {
                return;
            }
            // Without an answer there is nothing on offer, and that is no matter.
            let Ok(told) = api::suggestions(&word).await else { return };
            if self.offered.try_get_value() != Some(offered) {
                return;
            }
            let users: Vec<_> = told.items.iter().filter_map(|item| item.user.clone()).collect();
            self.state.people.add(&users);
            let here = |item: &Suggestion| item.kind != SuggestionKind::Recent && item.text != word;
            let told = told.items.into_iter().filter(here);
            self.offers.set(told.collect());
        });
    }
}

/// Whether the text ends within a name.
fn unfinished(text: &str) -> bool {
    let last = query::parse(text).terms.pop();
    last.is_some_and(|term| {
        term.end == text.len() && matches!(term.what, What::From(_) | What::In(_) | What::Mentions(_))
    })
}

/// The id of a suggestion's row.
pub(super) fn option_id(at: usize) -> String {
    format!("search-offer-{at}")
}

/// To the first message that was found.
fn focus_first() {
    let first = document().query_selector(".found-link").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = first.focus();
    }
}
