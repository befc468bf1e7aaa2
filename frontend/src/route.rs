//! Where the reader is: the address bar as a signal, over the History API.
//!
//! Plain links work: one listener on the document turns clicks on same-origin links into navigation without a reload.

use leptos::{ev, prelude::*};
use types::{MessageId, RoomId};
use wasm_bindgen::{JsCast, JsValue};

/// What is gathered over all rooms: each fills the middle column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// The threads that I follow.
    Threads,
    /// What I keep for later, and reminders.
    Saved,
    /// What is to be sent later, and drafts.
    Later,
    /// Everything since I left.
    CatchUp,
}

impl View {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CatchUp, Self::Threads, Self::Saved, Self::Later];

    /// The first and only part of its address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Threads => "threads",
            Self::Saved => "saved",
            Self::Later => "scheduled",
            Self::CatchUp => "catch-up",
        }
    }
}

/// The places of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// The list of rooms; on a wide screen the last room beside it.
    Home,
    /// A room.
    Room(RoomId),
    /// A thread of a room, by its first message: beside the room, on a phone in its place.
    Thread(RoomId, MessageId),
    /// A message of a room, which opens there.
    Message(RoomId, MessageId),
    /// Something gathered over all rooms.
    View(View),
    /// An invite link, followed before or after signing in.
    Invite(String),
    /// Making an account without an invite.
    Register,
    /// Signing in.
    SignIn,
    /// An address that names nothing.
    Unknown,
}

impl Route {
    /// Reads an address's path.
    pub fn parse(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        let (first, second, third, fourth) = (parts.next(), parts.next(), parts.next(), parts.next());
        match (first, second, third) {
            (None, ..) => Self::Home,
            (Some("rooms"), Some(room), Some(kind)) => {
                let Some((room, id)) = room.parse().ok().zip(fourth.and_then(|id| id.parse().ok())) else {
                    return Self::Unknown;
                };
                match kind {
                    "threads" => Self::Thread(room, id),
                    "messages" => Self::Message(room, id),
                    _ => Self::Unknown,
                }
            }
            (Some("rooms"), Some(id), None) => id.parse().map_or(Self::Unknown, Self::Room),
            (Some("invite"), Some(code), None) => Self::Invite(code.to_owned()),
            (Some("register"), None, _) => Self::Register,
            (Some("sign-in"), None, _) => Self::SignIn,
            (Some(name), None, _) => {
                View::ALL.into_iter().find(|view| view.name() == name).map_or(Self::Unknown, Self::View)
            }
            _ => Self::Unknown,
        }
    }

    /// The path that leads here.
    pub fn path(&self) -> String {
        match self {
            Self::Home | Self::Unknown => "/".into(),
            Self::Room(id) => format!("/rooms/{id}"),
            Self::Thread(room, root) => format!("/rooms/{room}/threads/{root}"),
            Self::Message(room, id) => format!("/rooms/{room}/messages/{id}"),
            Self::View(view) => format!("/{}", view.name()),
            Self::Invite(code) => format!("/invite/{code}"),
            Self::Register => "/register".into(),
            Self::SignIn => "/sign-in".into(),
        }
    }

    /// The room that is on screen here.
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Self::Room(room) | Self::Thread(room, _) | Self::Message(room, _) => Some(*room),
            _ => None,
        }
    }
}

/// The current place and the ways to another.
#[derive(Debug, Clone, Copy)]
pub struct Navigator(RwSignal<Route>);

impl Navigator {
    /// Reads the address and follows it from now on.
    pub fn start() -> Self {
        let route = RwSignal::new(Route::parse(&path()));
        let follow = move || {
            let next = Route::parse(&path());
            if route.with_untracked(|now| *now != next) {
                route.set(next);
            }
        };
        // The listeners live as long as the page: dropping a handle does not remove its listener.
        drop(window_event_listener(ev::popstate, move |_| follow()));
        let navigator = Self(route);
        drop(window_event_listener(ev::click, move |click| navigator.intercept(&click)));
        navigator
    }

    /// The current place, tracked.
    pub fn route(self) -> Route {
        self.0.get()
    }

    /// The room one is in, tracked.
    pub fn room(self) -> Option<RoomId> {
        self.0.with(Route::room)
    }

    /// The room one is in, untracked.
    pub fn room_now(self) -> Option<RoomId> {
        self.0.with_untracked(Route::room)
    }

    /// What is gathered on screen, tracked.
    pub fn view(self) -> Option<View> {
        self.0.with(|route| if let Route::View(view) = route { Some(*view) } else { None })
    }

    /// Goes somewhere; Back leads here again.
    pub fn go(self, route: Route) {
        if self.0.with_untracked(|now| *now != route) {
            if let Ok(history) = window().history() {
                let _ = history.push_state_with_url(&JsValue::NULL, "", Some(&route.path()));
            }
            self.0.set(route);
        }
    }

    /// Goes somewhere in place of where one is.
    pub fn replace(self, route: Route) {
        if let Ok(history) = window().history() {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&route.path()));
        }
        if self.0.with_untracked(|now| *now != route) {
            self.0.set(route);
        }
    }

    fn intercept(self, click: &ev::MouseEvent) {
        let modified = click.ctrl_key() || click.meta_key() || click.shift_key() || click.alt_key();
        if click.default_prevented() || click.button() != 0 || modified {
            return;
        }
        let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let Some(link) = target.and_then(|element| element.closest("a[href]").ok().flatten()) else { return };
        let Ok(link) = link.dyn_into::<web_sys::HtmlAnchorElement>() else { return };
        let elsewhere = link.has_attribute("download") || !matches!(link.target().as_str(), "" | "_self");
        let route = Route::parse(&link.pathname());
        if elsewhere || window().location().origin().ok() != Some(link.origin()) || route == Route::Unknown {
            return;
        }
        click.prevent_default();
        self.go(route);
    }
}

/// The navigator of the page.
pub fn use_navigator() -> Navigator {
    use_context().unwrap_or_else(Navigator::start)
}

fn path() -> String {
    window().location().pathname().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_has_one_address() {
        let (id, message) =
            ("01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap(), MessageId(uuid::Uuid::from_u128(7)));
        let (room, thread) = (Route::Room(id), Route::Thread(id, message));
        for route in [
            Route::Home,
            room,
            thread,
            Route::Message(id, message),
            Route::Invite("c0de".into()),
            Route::Register,
            Route::SignIn,
            Route::View(View::Threads),
            Route::View(View::CatchUp),
        ] {
            assert_eq!(Route::parse(&route.path()), route);
        }
        assert_eq!(Route::parse("/rooms/nonsense"), Route::Unknown);
        assert_eq!(Route::parse("/threads/nonsense"), Route::Unknown);
        assert_eq!(Route::parse(&format!("/rooms/{id}/threads")), Route::Unknown);
    }
}
