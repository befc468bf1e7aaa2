//! What floats beside something: menus and the emoji picker. On a phone it comes up from below.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

use super::composer::wide;
use crate::effect::effect;
use crate::pages::room::{Float, Floating, RoomDesk};
use crate::parts::{self, Part, Picker, use_rest};

/// Kept free around what floats, in pixels.
const GAP: f64 = 8.0;

/// What floats now: one thing at a time.
#[component]
pub fn Floats() -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let emoji = Part::<Picker>::not_asked();
    move || {
        let float = desk.float.get()?;
        Some(match float.what {
            Floating::Menu(_) | Floating::Room(_) | Floating::Part(_) | Floating::Moments(..) => {
                use_rest().show(|rest| (rest.menu)(float))
            }
            Floating::Picker(choose) => {
                emoji.fetch(parts::emoji());
                emoji.show(|picker| picker(float, choose))
            }
        })
    }
}

/// The place of a control that was clicked.
pub fn beside(click: &ev::MouseEvent) -> [f64; 4] {
    let control = click.current_target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    control.map_or_else(
        || beside_pointer(click),
        |control| {
            let place = control.get_bounding_client_rect();
            [place.left(), place.top(), place.right(), place.bottom()]
        },
    )
}

/// The place of the pointer.
pub fn beside_pointer(click: &ev::MouseEvent) -> [f64; 4] {
    let (left, top) = (f64::from(click.client_x()), f64::from(click.client_y()));
    [left, top, left, top]
}

/// The box that floats; a click outside or Esc closes it, and the focus goes back to where it was.
#[component]
pub fn FloatBox(
    /// Where.
    float: Float,
    /// Names it for tests and style.
    name: &'static str,
    /// What stands in it.
    children: Children,
) -> impl IntoView {
    let itself = NodeRef::<html::Div>::new();
    let before = StoredValue::new_local(document().active_element());
    effect(move || {
        if let Some(itself) = itself.get()
            && wide()
        {
            place(&itself, float.beside);
        }
    });
    on_cleanup(move || {
        let element = before.try_get_value().flatten().and_then(|element| element.dyn_into::<HtmlElement>().ok());
        // Whoever put the focus elsewhere meant it.
        let lost = document()
            .active_element()
            .is_none_or(|now| now.tag_name() == "BODY" || now.closest(".float").ok().flatten().is_some());
        if let Some(element) = element.filter(|_| lost) {
            let _ = element.focus();
        }
    });
    let close = move || float.desk.float.set(None);
    let on_key = move |key: ev::KeyboardEvent| {
        if key.key() == "Escape" || key.key() == "Tab" {
            key.prevent_default();
            key.stop_propagation();
            close();
        }
    };
    view! {
        <div class="float-veil" aria-hidden="true" on:pointerdown=move |_| close()
            on:contextmenu=move |click| click.prevent_default()></div>
        <div class=format!("float {name}") node_ref=itself data-testid=name on:keydown=on_key>
            {children()}
        </div>
    }
}

/// Below what it floats beside, above it where there is no room below, and always in the window.
fn place(itself: &HtmlElement, [left, top, right, bottom]: [f64; 4]) {
    let size =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64()).unwrap_or_default();
    let (across, down) = (size(window().inner_width()), size(window().inner_height()));
    let (width, height) = (f64::from(itself.offset_width()), f64::from(itself.offset_height()));
    let fits = left + width + GAP <= across;
    let left = if fits { left } else { right - width }.clamp(GAP, (across - width - GAP).max(GAP));
    let below = bottom + GAP / 2.0;
    let top = if below + height + GAP <= down { below } else { (top - GAP / 2.0 - height).max(GAP) };
    let style = web_sys::HtmlElement::style(itself);
    // The CSSOM takes these names and values.
    let _ = style.set_property("left", &format!("{}px", left as i32));
    let _ = style.set_property("top", &format!("{}px", top as i32));
}

/// The items of a menu.
pub(super) fn items(list: &web_sys::HtmlDivElement) -> Vec<HtmlElement> {
    let Ok(found) = list.query_selector_all("[role^=menuitem]") else { return Vec::new() };
    (0..found.length()).filter_map(|index| found.item(index)?.dyn_into().ok()).collect()
}

/// To the next item of a menu or the one before, going round at the ends.
pub(super) fn move_focus(list: &web_sys::HtmlDivElement, step: isize) {
    let items = items(list);
    let now = document().active_element();
    let at = items.iter().position(|item| now.as_ref() == Some(item.as_ref())).map_or(-1, |index| index as isize);
    let next = (at + step).rem_euclid((items.len() as isize).max(1));
    if let Some(item) = items.get(next as usize) {
        let _ = item.focus();
    }
}
