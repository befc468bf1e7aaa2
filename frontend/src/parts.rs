//! The parts of the page that are files of their own: the doors, the dialogs, what stays on the device and the languages
//! besides English are fetched when they are first needed, so that what everyone waits for stays small.
//!
//! Each function marked here is where the linker's output is cut; it gives another function, which is called at once
//! ever after. Outside a browser nothing is cut.

mod style;

use leptos::wasm_split::{SplitLoaderError, wasm_split};
use leptos::{prelude::*, task::spawn_local};
use types::{MessageId, Poll, RoomId, Site, Time, UserId};

use self::style::styled;
use crate::components::body::code::Paint;
use crate::components::dialog_of;
use crate::components::direct::BlockedNote;
use crate::components::edit::Edit;
use crate::components::emoji_picker::EmojiPicker;
use crate::components::menu_of;
use crate::components::message::ConfirmDelete;
use crate::components::notes::notes_of;
use crate::components::panel_of;
use crate::components::poll::PollCard;
use crate::components::quick::{Quick, quick};
use crate::components::reminders::Reminders;
use crate::components::saved_searches::SavedSearchList;
use crate::components::sidebar::drag::Dragging;
use crate::components::ui::Failed;
use crate::components::undo::Undo;
use crate::components::unsent::Unsent;
use crate::components::writing::Writing;
use crate::components::writing::errand::{self, Done, Errand};
use crate::components::writing::offers::Offers;
use crate::dialogs::Dialog;
use crate::i18n::Catalogue;
use crate::kept::Kept;
use crate::live::{Lists, Live, lists};
use crate::pages::entrance::entrance;
use crate::pages::invited::Invited;
use crate::pages::room::{Float, Panel, RoomPage};
use crate::pages::views::view_of;
use crate::route::View;
use crate::state::Writable;

/// The file did not come: the network is away, or the server has another version of the page by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfetched;

impl From<SplitLoaderError> for Unfetched {
    fn from(_: SplitLoaderError) -> Self {
        Self
    }
}

/// A screen, of a site once it told of itself.
pub type Screen = fn(RwSignal<Option<Site>>) -> AnyView;

/// What is not on screen when a room opens.
#[derive(Clone, Copy)]
pub struct Rest {
    /// The dialogs.
    pub dialog: fn(Dialog) -> AnyView,
    /// What stands at the right of a room.
    pub panel: fn(RoomId, Panel) -> AnyView,
    /// What may be done with a message, and the moments to choose from.
    pub menu: fn(Float) -> AnyView,
    /// What is wanted at once beside a message.
    pub quick: fn(Quick) -> AnyView,
    /// Takes back what waits to be sent.
    pub undo: fn(RoomId, MessageId) -> AnyView,
    /// What bots told me alone.
    pub notes: fn(RoomId) -> AnyView,
    /// That I have blocked whom I would write to.
    pub blocked: fn(UserId) -> AnyView,
    /// Changing a message where it stands: which, and what it says.
    pub edit: fn(RoomId, MessageId, String) -> AnyView,
    /// Asks before a message is deleted.
    pub confirm_delete: fn(RoomId, MessageId) -> AnyView,
    /// An invite link followed, by its code.
    pub invited: fn(String) -> AnyView,
    /// What was written in rooms that are mine no more.
    pub unsent: fn() -> AnyView,
    /// Reminders that came.
    pub reminders: fn() -> AnyView,
    /// What is on offer for what is being written.
    pub offers: fn(Writing) -> AnyView,
    /// A poll: the room, the message, who asked, and what.
    pub poll: fn(RoomId, MessageId, UserId, Poll) -> AnyView,
    /// Does a command.
    pub errand: fn(Errand) -> Done,
    /// The searches that are kept, in the list at the left, and what arranges its rooms by the pointer.
    pub searches: fn() -> AnyView,
    /// Takes a message to be sent later.
    pub schedule: fn(Live, Writable, String, Time) -> Done,
    /// Asks for what is mine alone.
    pub lists: Lists,
}

/// What is not on screen when a room opens.
pub async fn rest() -> Result<Rest, Unfetched> {
    styled(rest_part()).await
}

#[wasm_split(rest, wasm_split_path = leptos::wasm_split, fallible)]
fn rest_part() -> Result<Rest, Unfetched> {
    Ok(Rest {
        dialog: dialog_of,
        panel: panel_of,
        menu: menu_of,
        quick,
        undo: |room, id| view! { <Undo room id/> }.into_any(),
        notes: notes_of,
        blocked: |user| view! { <BlockedNote user/> }.into_any(),
        edit: |room, id, body| view! { <Edit room id body/> }.into_any(),
        confirm_delete: |room, id| view! { <ConfirmDelete room id/> }.into_any(),
        invited: |code| view! { <Invited code/> }.into_any(),
        unsent: || view! { <Unsent/> }.into_any(),
        reminders: || view! { <Reminders/> }.into_any(),
        offers: |writing| view! { <Offers writing/> }.into_any(),
        poll: |room, id, author, poll| view! { <PollCard room id author poll/> }.into_any(),
        errand: errand::run,
        searches: || view! { <SavedSearchList/><Dragging/> }.into_any(),
        schedule: errand::schedule,
        lists: lists(),
    })
}

/// The screens for someone who is not signed in.
#[wasm_split(door, wasm_split_path = leptos::wasm_split, fallible)]
pub fn door() -> Result<Screen, Unfetched> {
    Ok(entrance)
}

/// The main screen.
#[wasm_split(rooms, wasm_split_path = leptos::wasm_split, fallible)]
pub fn rooms() -> Result<Screen, Unfetched> {
    Ok(|site| view! { <RoomPage site/> }.into_any())
}

/// A screen of what is gathered over all rooms.
pub type Gathered = fn(View) -> AnyView;

/// What is gathered over all rooms: threads, what is kept, what is sent later, what is new.
pub async fn views() -> Result<Gathered, Unfetched> {
    styled(views_part()).await
}

#[wasm_split(views, wasm_split_path = leptos::wasm_split, fallible)]
fn views_part() -> Result<Gathered, Unfetched> {
    Ok(view_of)
}

/// Choosing among all emoji: what floats there, and what is done with the one chosen.
pub type Picker = fn(Float, Callback<String>) -> AnyView;

/// All emoji and their names.
pub async fn emoji() -> Result<Picker, Unfetched> {
    styled(emoji_part()).await
}

#[wasm_split(emoji, wasm_split_path = leptos::wasm_split, fallible)]
fn emoji_part() -> Result<Picker, Unfetched> {
    Ok(|float, choose| view! { <EmojiPicker float choose/> }.into_any())
}

/// What colours code.
#[wasm_split(code, wasm_split_path = leptos::wasm_split, fallible)]
pub fn code() -> Result<Paint, Unfetched> {
    Ok(crate::components::body::paint::paint)
}

/// What stays on the device, and what sends it.
#[wasm_split(kept, wasm_split_path = leptos::wasm_split, fallible)]
pub fn kept() -> Result<Kept, Unfetched> {
    Ok(crate::kept::kept())
}

/// The texts in German.
#[wasm_split(german, wasm_split_path = leptos::wasm_split, fallible)]
pub fn german() -> Result<Catalogue, Unfetched> {
    Ok(crate::i18n::german)
}

/// A part on its way, and then for good.
#[derive(Debug)]
pub struct Part<T: 'static>(RwSignal<Option<Result<T, Unfetched>>>);

impl<T> Clone for Part<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Part<T> {}

impl<T: Copy + Send + Sync + 'static> Part<T> {
    /// A part that nobody has asked for.
    pub fn not_asked() -> Self {
        Self(RwSignal::new(None))
    }

    /// Fetches it, unless it is there or whoever wanted it is gone from the page.
    pub fn fetch(self, ask: impl Future<Output = Result<T, Unfetched>> + 'static) {
        if matches!(self.0.try_get_untracked(), None | Some(Some(Ok(_)))) {
            return;
        }
        spawn_local(async move {
            let answer = ask.await;
            // Whoever asked may be gone from the page.
            let _ = self.0.try_set(Some(answer));
        });
    }

    /// The part, if it is there; tracked.
    pub fn get(self) -> Option<T> {
        self.0.get().and_then(Result::ok)
    }

    /// What is made of the part, once it is there; before, nothing; after a failure, the offer to load the page anew,
    /// which also brings the version the server has.
    pub fn show(self, make: impl FnOnce(T) -> AnyView) -> AnyView {
        match self.0.get() {
            Some(Ok(part)) => make(part),
            Some(Err(Unfetched)) => {
                let retry = move || {
                    let _ = window().location().reload();
                };
                view! { <Failed retry/> }.into_any()
            }
            None => ().into_any(),
        }
    }
}

/// The rest, which the page of someone signed in provides; asked for here if it was not before.
pub fn use_rest() -> Part<Rest> {
    let part = use_context::<Part<Rest>>().unwrap_or_else(Part::not_asked);
    part.fetch(rest());
    part
}
