//! What the parts of the main screen share: what is under way in the room and in the thread beside it.

use std::time::Duration;

use leptos::{html, prelude::*};
use types::{MessageId, NewMessage, RoomId, Time};
use wasm_bindgen::JsCast;

use crate::dialogs::{Notice, use_notice};
use crate::effect::effect;
use crate::live::Live;
use crate::route::{Navigator, Route};
use crate::state::PartOf;

/// A message that was jumped to is lit this long.
const LIT: Duration = Duration::from_secs(3);

/// What stands at the right of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// What it is about, and the ways to all that belongs to it.
    Details,
    /// Its people.
    Members,
    /// The thread of a message.
    Thread(MessageId),
    /// The pinned messages.
    Pins,
    /// Searching, in all rooms.
    Search,
}

/// Where one writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the room.
    Room,
    /// In the thread of this message.
    Thread(MessageId),
}

impl Place {
    /// The thread's first message.
    pub fn root(self) -> Option<MessageId> {
        if let Self::Thread(root) = self { Some(root) } else { None }
    }
}

/// What floats over the page.
#[derive(Clone, Copy)]
pub enum Floating {
    /// What may be done with a message.
    Menu(MessageId),
    /// What may be done with a room of the list.
    Room(RoomId),
    /// What may be done with a part of the list.
    Part(PartOf),
    /// All emoji; the one chosen goes there.
    Picker(Callback<String>),
    /// Moments to come; the one chosen goes there.
    Moments(Moments, Callback<Time>),
}

/// What a moment is chosen for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moments {
    /// To be reminded then.
    Remind,
    /// To send something then.
    Send,
}

/// Something that floats, and what it belongs to.
#[derive(Clone, Copy)]
pub struct Float {
    /// What.
    pub what: Floating,
    /// The room or thread it was opened in.
    pub desk: RoomDesk,
    /// Beside what it floats, in pixels of the window: left, top, right, bottom.
    pub beside: [f64; 4],
}

/// What the parts of the main screen share. The thread beside a room has a desk of its own, which shares with the
/// room's what there is one of.
#[derive(Clone, Copy)]
pub struct RoomDesk {
    /// Where what is written here goes.
    pub place: Place,
    /// The message being changed.
    pub editing: RwSignal<Option<MessageId>>,
    /// The message whose deletion waits for a yes.
    pub deleting: RwSignal<Option<MessageId>>,
    /// The message tapped on a touch screen: it shows what may be done with it.
    pub acting: RwSignal<Option<MessageId>>,
    /// The message under the pointer or with the focus in it.
    pub hot: RwSignal<Option<MessageId>>,
    /// The message that the next one quotes.
    pub quoting: RwSignal<Option<MessageId>>,
    /// Whether an answer in the thread is shown in the room as well.
    pub in_room_too: RwSignal<bool>,
    /// What stands at the right.
    pub panel: RwSignal<Option<Panel>>,
    /// What is searched for.
    pub sought: RwSignal<String>,
    /// What floats.
    pub float: RwSignal<Option<Float>>,
    /// What was just done and can't be seen otherwise.
    pub notice: Notice,
    /// The message to go to.
    pub target: RwSignal<Option<MessageId>>,
    /// The message gone to a moment ago.
    pub lit: RwSignal<Option<MessageId>>,
    /// Counts the wishes to go to the end.
    pub to_end: RwSignal<u32>,
    /// The field one writes in.
    pub composer: NodeRef<html::Textarea>,
    navigator: Navigator,
    /// Who keeps what outlives the part of the page it was made in.
    owner: StoredValue<Option<Owner>>,
}

impl RoomDesk {
    /// The desk of the room on screen.
    pub(super) fn new(navigator: Navigator) -> Self {
        Self {
            place: Place::Room,
            editing: RwSignal::new(None),
            deleting: RwSignal::new(None),
            acting: RwSignal::new(None),
            hot: RwSignal::new(None),
            quoting: RwSignal::new(None),
            in_room_too: RwSignal::new(false),
            panel: RwSignal::new(None),
            sought: RwSignal::new(String::new()),
            float: RwSignal::new(None),
            notice: use_notice(),
            target: RwSignal::new(None),
            lit: RwSignal::new(None),
            to_end: RwSignal::new(0),
            composer: NodeRef::new(),
            navigator,
            owner: StoredValue::new(Owner::current()),
        }
    }

    /// What is done with a choice among what floats: it outlives the menu that asks, which goes when the choice floats in
    /// its place.
    pub fn chosen<T: 'static>(self, act: impl Fn(T) + Send + Sync + 'static) -> Callback<T> {
        match self.owner.get_value() {
            Some(owner) => owner.with(|| Callback::new(act)),
            None => Callback::new(act),
        }
    }

    /// The desk of a thread beside the room.
    pub fn of_thread(self, root: MessageId) -> Self {
        Self {
            place: Place::Thread(root),
            editing: RwSignal::new(None),
            deleting: RwSignal::new(None),
            acting: RwSignal::new(None),
            hot: RwSignal::new(None),
            quoting: RwSignal::new(None),
            in_room_too: RwSignal::new(false),
            to_end: RwSignal::new(0),
            composer: NodeRef::new(),
            ..self
        }
    }

    /// Posts what was written here: to the room or the thread, with what it quotes.
    pub fn post(self, live: Live, room: RoomId, body: String) {
        let parent_id = self.place.root();
        let message = NewMessage {
            body,
            parent_id,
            in_room: parent_id.is_some() && self.in_room_too.get_untracked(),
            quoted_id: self.quoting.get_untracked(),
            ..NewMessage::default()
        };
        self.quoting.set(None);
        self.in_room_too.set(false);
        live.post(room, message);
    }

    /// Wishes to see the end of the room.
    pub fn go_to_end(self) {
        self.to_end.update(|count| *count = count.wrapping_add(1));
    }

    /// Goes to a message of the room; Back leads here again.
    pub fn go_to(self, room: RoomId, id: MessageId) {
        if let (Some(Panel::Thread(_)), false) = (self.panel.get_untracked(), crate::components::composer::wide()) {
            self.panel.set(None);
        }
        self.navigator.go(Route::Message(room, id));
        self.target.set(Some(id));
    }

    /// Lights a message up for a moment.
    pub fn light(self, id: MessageId) {
        self.target.set(None);
        self.lit.set(Some(id));
        let end = move || {
            if self.lit.try_get_untracked().flatten() == Some(id) {
                self.lit.set(None);
            }
        };
        set_timeout(end, LIT);
    }

    /// Says for a moment what was done.
    pub fn tell(self, text: &'static str) {
        self.notice.tell(text);
    }

    /// Puts the cursor where one writes.
    pub fn focus_composer(self) {
        if let Some(field) = self.composer.get_untracked() {
            let _ = field.focus();
        }
    }

    /// Shows a panel in place of the one that is there. A thread has an address, so that Back closes it.
    pub fn open_panel(self, room: RoomId, panel: Panel) {
        match panel {
            Panel::Thread(root) => self.navigator.go(Route::Thread(room, root)),
            Panel::Details | Panel::Members | Panel::Pins | Panel::Search => self.leave_thread(),
        }
        self.panel.set(Some(panel));
    }

    /// Shows a panel, or closes it.
    pub fn toggle(self, panel: Panel) {
        match (self.panel.get_untracked(), self.navigator.room_now()) {
            (Some(shown), _) if shown == panel => self.close_panel(),
            (_, Some(room)) => self.open_panel(room, panel),
            (_, None) => {}
        }
    }

    /// Opens the search, wherever one is, with what is to be searched for or with what was before; once more, it puts the
    /// cursor there.
    pub fn search(self, query: Option<String>) {
        if let Some(query) = query {
            self.sought.set(query);
        }
        if self.panel.get_untracked() != Some(Panel::Search) {
            self.leave_thread();
            self.panel.set(Some(Panel::Search));
        } else if let Ok(Some(field)) = document().query_selector(".search-field")
            && let Ok(field) = field.dyn_into::<web_sys::HtmlInputElement>()
        {
            let _ = field.focus();
            field.select();
        }
    }

    /// Closes the panel.
    pub fn close_panel(self) {
        self.leave_thread();
        self.panel.set(None);
        if crate::components::composer::wide() {
            self.focus_composer();
        }
    }

    fn leave_thread(self) {
        if let Route::Thread(room, _) = untrack(|| self.navigator.route()) {
            self.navigator.go(Route::Room(room));
        }
    }

    /// Esc: leaves what is under way, closes the panel, or goes to the end, which reads the room.
    pub fn escape(self) {
        if self.editing.get_untracked().is_some() {
            self.editing.set(None);
            self.focus_composer();
        } else if self.deleting.get_untracked().is_some() {
            self.deleting.set(None);
            self.focus_composer();
        } else if self.quoting.get_untracked().is_some() {
            self.quoting.set(None);
        } else if self.panel.get_untracked().is_some() {
            self.close_panel();
        } else {
            self.go_to_end();
        }
    }

    /// Another room comes on screen.
    pub(super) fn leave(self) {
        for held in [self.editing, self.deleting, self.acting, self.hot, self.quoting] {
            held.set(None);
        }
        self.float.set(None);
    }
}

/// The address opens a thread or leads to a message.
pub(super) fn follow_route(desk: RoomDesk, navigator: Navigator) {
    effect(move || match navigator.route() {
        Route::Thread(_, root) => desk.panel.set(Some(Panel::Thread(root))),
        route => {
            if let Some(Panel::Thread(_)) = desk.panel.get_untracked() {
                desk.panel.set(None);
            }
            if let Route::Message(_, id) = route {
                desk.target.set(Some(id));
            }
        }
    });
}
