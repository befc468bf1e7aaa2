//! Rooms dragged to another place of my list: among my favourites, into a part of my own, before or behind another room, or
//! out of all. The menu of a room does the same by keys.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{RoomId, RoomOrder, UpdateMark};
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Element};

use crate::i18n::failure;
use crate::live::{Live, use_live};
use crate::pages::room::RoomDesk;
use crate::state::{PartOf, State, sidebar, use_state};

/// Listens for rows that are dragged, as long as the list is there.
#[component]
pub fn Dragging() -> impl IntoView {
    let drag = Drag {
        state: use_state(),
        live: use_live(),
        desk: expect_context(),
        dragged: StoredValue::new(None),
        marked: StoredValue::new_local(None),
    };
    let begins = window_event_listener(ev::dragstart, move |event| drag.begin(&event));
    let over = window_event_listener(ev::dragover, move |event| drag.over(&event));
    let dropped = window_event_listener(ev::drop, move |event| drag.drop(&event));
    let ends = window_event_listener(ev::dragend, move |_| drag.end());
    on_cleanup(move || [begins, over, dropped, ends].into_iter().for_each(|listener| listener.remove()));
}

/// What is being dragged, and where it would be put.
#[derive(Clone, Copy)]
struct Drag {
    state: State,
    live: Live,
    desk: RoomDesk,
    dragged: StoredValue<Option<RoomId>>,
    /// The element that shows where, and how.
    marked: StoredValue<Option<(Element, &'static str)>, LocalStorage>,
}

/// Where a room would be put.
struct Place {
    part: PartOf,
    /// Beside which row, and whether behind it.
    beside: Option<(RoomId, bool)>,
    shown_at: Element,
    shown_as: &'static str,
}

impl Drag {
    fn begin(self, event: &DragEvent) {
        let row = element(event).and_then(|element| element.closest(".room-item").ok().flatten());
        self.dragged.set_value(row.as_ref().and_then(room_of));
    }

    fn over(self, event: &DragEvent) {
        let place = self.dragged.get_value().and_then(|_| self.place(event));
        self.mark(place.as_ref().map(|place| (place.shown_at.clone(), place.shown_as)));
        if place.is_some() {
            // Whoever does not say so takes nothing.
            event.prevent_default();
        }
    }

    fn drop(self, event: &DragEvent) {
        let (Some(room), Some(place)) = (self.dragged.get_value(), self.place(event)) else { return };
        event.prevent_default();
        self.end();
        let favourite = place.part == PartOf::Favourites;
        if self.state.rooms.get_now(room).is_some_and(|item| item.favourite != favourite) {
            let update = UpdateMark { favourite: Some(favourite), ..UpdateMark::default() };
            spawn_local(async move {
                if let Err(why) = self.live.keep(room, update).await {
                    self.desk.tell(failure(&why));
                }
            });
        }
        if favourite {
            return;
        }
        let section = match place.part {
            PartOf::Section(index) => Some(index),
            _ => None,
        };
        self.live.like(self.desk.notice, |wanted| sidebar::place(wanted, room, section, place.beside));
    }

    fn end(self) {
        self.dragged.set_value(None);
        self.mark(None);
    }

    /// Where the pointer is.
    fn place(self, event: &DragEvent) -> Option<Place> {
        let under = element(event)?;
        let whole = under.closest(".side-part").ok()??;
        let part = part_of(&whole)?;
        let row = under.closest(".room-item").ok().flatten();
        // Only there the order is mine, and shown as it is kept.
        let likes = self.state.likes_now();
        let mine = matches!(part, PartOf::Section(_)) && likes.order != RoomOrder::Newest && !likes.unread_first;
        Some(match row.filter(|_| mine).and_then(|row| Some((room_of(&row)?, row))) {
            Some((room, row)) => {
                let bounds = row.get_bounding_client_rect();
                let behind = f64::from(event.client_y()) > bounds.top() + bounds.height() / 2.0;
                let shown_as = if behind { "drop-behind" } else { "drop-before" };
                Place { part, beside: Some((room, behind)), shown_at: row, shown_as }
            }
            None => Place { part, beside: None, shown_at: whole, shown_as: "drop-into" },
        })
    }

    fn mark(self, now: Option<(Element, &'static str)>) {
        self.marked.update_value(|marked| {
            if *marked == now {
                return;
            }
            if let Some((element, class)) = marked.take() {
                let _ = element.class_list().remove_1(class);
            }
            if let Some((element, class)) = &now {
                let _ = element.class_list().add_1(class);
            }
            *marked = now;
        });
    }
}

fn element(event: &DragEvent) -> Option<Element> {
    // Some browsers tell the text.
    let node: web_sys::Node = event.target()?.dyn_into().ok()?;
    node.dyn_ref::<Element>().cloned().or_else(|| node.parent_element())
}

fn room_of(row: &Element) -> Option<RoomId> {
    row.query_selector("[data-room-id]").ok()??.get_attribute("data-room-id")?.parse().ok()
}

/// What part of the list an element is. Into a part of everyone's nobody drags: that would be for all.
fn part_of(whole: &Element) -> Option<PartOf> {
    match whole.get_attribute("data-part")?.as_str() {
        "favourites" => Some(PartOf::Favourites),
        "rooms" => Some(PartOf::Rooms),
        "direct" => Some(PartOf::Direct),
        "section" => {
            let list = whole.query_selector(".room-list").ok()??;
            list.id().rsplit('-').next()?.parse().ok().map(PartOf::Section)
        }
        _ => None,
    }
}
