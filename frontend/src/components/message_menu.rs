//! Everything that may be done with a message: opened by its button, a right click or a long press.

use leptos::{ev, html, prelude::*, task::spawn_local};
use types::{Message, MessageId, RoomId, RoomKind, RoomRole};

use super::float::{FloatBox, items, move_focus};
use super::quick::thread_of;
use super::reactions::react;
use super::recent_emoji::recent;
use super::ui::{Glyph, Icon, copied};
use crate::api::Failure;
use crate::dialogs::{Dialog, Open, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, failure, fill, t};
use crate::live::{Live, use_live};
use crate::pages::room::{Float, Floating, Moments, Panel, Place, RoomDesk};
use crate::route::{Navigator, Route, use_navigator};
use crate::state::{State, use_state};

/// So many emoji are at hand.
const QUICK: usize = 6;

/// One thing that may be done.
struct Deed {
    glyph: Glyph,
    text: Text,
    test: &'static str,
    act: Box<dyn Fn() + Send>,
}

/// The menu of a message.
#[component]
pub fn MessageMenu(
    /// Where it floats.
    float: Float,
    /// Of which message.
    id: MessageId,
) -> impl IntoView {
    let navigator = use_navigator();
    let Some(room) = navigator.room_now() else { return ().into_any() };
    let about = Of { id, room, desk: float.desk, state: use_state(), live: use_live(), open: use_open(), navigator };
    let list = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(first) = list.get().and_then(|list| items(&list).into_iter().next()) {
            let _ = first.focus();
        }
    });
    let on_key = move |key: ev::KeyboardEvent| {
        let step = match key.key().as_str() {
            "ArrowDown" | "ArrowRight" => 1,
            "ArrowUp" | "ArrowLeft" => -1,
            _ => return,
        };
        key.prevent_default();
        if let Some(list) = list.get_untracked() {
            move_focus(&list, step);
        }
    };
    let reacts = about.reacts();
    let deeds = about.deeds();
    view! {
        <FloatBox float name="message-menu">
            <div role="menu" aria-label=t(Text::MessageActions) node_ref=list on:keydown=on_key>
                {reacts.then(|| view! { <Quick about/> })}
                {deeds.into_iter().map(|Deed { glyph, text, test, act }| view! {
                    <button type="button" class="menu-item" role="menuitem" tabindex="-1" data-testid=test
                        class:danger=test == "delete" on:click=move |_| { float.desk.float.set(None); act() }>
                        <Icon glyph/><span>{t(text)}</span>
                    </button>
                }).collect_view()}
            </div>
        </FloatBox>
    }
    .into_any()
}

/// The emoji used last.
#[component]
fn Quick(about: Of) -> impl IntoView {
    let Of { id, desk, live, .. } = about;
    let all = move |_| {
        let choose = desk.chosen(move |emoji: String| react(live, id, &emoji));
        let beside = desk.float.get_untracked().map(|float| float.beside).unwrap_or_default();
        desk.float.set(Some(Float { what: Floating::Picker(choose), desk, beside }));
    };
    view! {
        <div class="menu-emoji" role="group" aria-label=t(Text::AddReaction)>
            {recent(QUICK).into_iter().map(|emoji| {
                let label = fill(t(Text::ReactWith), &[("emoji", &emoji)]);
                let shown = emoji.clone();
                view! {
                    <button type="button" class="icon-button" role="menuitem" tabindex="-1" aria-label=label
                        on:click=move |_| { desk.float.set(None); react(live, id, &emoji) }>
                        <span aria-hidden="true">{shown}</span>
                    </button>
                }
            }).collect_view()}
            <button type="button" class="icon-button" role="menuitem" tabindex="-1" data-testid="menu-react"
                aria-label=t(Text::AddReaction) on:click=all><Icon glyph=Glyph::React/></button>
        </div>
    }
}

/// Adds a deed: whether it is to be had, how it looks, what it is called, and what it does.
type Add<'a> = dyn FnMut(bool, Glyph, Text, &'static str, Box<dyn Fn() + Send>) + 'a;

/// The message, and whatever its menu reaches.
#[derive(Clone, Copy)]
struct Of {
    id: MessageId,
    room: RoomId,
    desk: RoomDesk,
    state: State,
    live: Live,
    open: Open,
    navigator: Navigator,
}

impl Of {
    /// The message as it is stored; none while it is under way.
    fn message(self) -> Option<Message> {
        self.state.history.room(self.room).rows.with_untracked(|rows| rows.message(self.id).cloned())
    }

    fn writable(self) -> bool {
        self.state.rooms.get_now(self.room).is_some_and(|item| item.room.archived_at.is_none())
    }

    fn moderates(self) -> bool {
        self.state.rooms.get_now(self.room).is_some_and(|item| item.role >= RoomRole::Moderator)
    }

    fn reacts(self) -> bool {
        self.writable() && self.message().is_some()
    }

    fn deeds(self) -> Vec<Deed> {
        let message = self.message();
        let mine = message.as_ref().is_none_or(|message| Some(message.author_id) == self.state.me.get_untracked());
        let (writable, mut deeds) = (self.writable(), Vec::new());
        let mut add = |when: bool, glyph, text, test, act: Box<dyn Fn() + Send>| {
            if when {
                deeds.push(Deed { glyph, text, test, act });
            }
        };
        let Self { id, room, desk, open, state, .. } = self;
        if let Some(message) = message.clone() {
            let in_room = desk.place == Place::Room;
            let reply = move || desk.open_panel(room, Panel::Thread(thread_of(state, room, id)));
            add(writable && in_room, Glyph::Reply, Text::ReplyInThread, "menu-reply", Box::new(reply));
            let quote = move || {
                desk.quoting.set(Some(id));
                desk.focus_composer();
            };
            add(writable, Glyph::Quote, Text::Quote, "menu-quote", Box::new(quote));
            add(true, Glyph::Forward, Text::Forward, "menu-forward", Box::new(move || open.show(Dialog::Forward(id))));
            self.add_later(&message, &mut add);
            self.add_keeping(&message, &mut add);
        }
        let fixed = message.as_ref().is_some_and(|message| message.poll.is_some());
        add(
            mine && writable && !fixed,
            Glyph::Pencil,
            Text::Edit,
            "menu-edit",
            Box::new(move || desk.editing.set(Some(id))),
        );
        add(
            (mine || self.moderates()) && writable,
            Glyph::Trash,
            Text::Delete,
            "delete",
            Box::new(move || desk.deleting.set(Some(id))),
        );
        deeds
    }

    /// What keeps a message for later, and who has read it.
    fn add_later(self, message: &Message, add: &mut Add<'_>) {
        let Self { id, desk, live, open, .. } = self;
        let saved = untrack(|| self.state.mine.is_saved(id));
        let keep =
            move || self.attempt(async move { if saved { live.unsave(id).await } else { live.save(id, None).await } });
        let text = if saved { Text::SaveNot } else { Text::SaveForLater };
        add(message.deleted_at.is_none() || saved, Glyph::Bookmark, text, "menu-save", Box::new(keep));
        let beside = desk.float.get_untracked().map(|float| float.beside).unwrap_or_default();
        let remind = move || {
            let choose = desk.chosen(move |at| self.attempt(async move { live.save(id, Some(at)).await }));
            desk.float.set(Some(Float { what: Floating::Moments(Moments::Remind, choose), desk, beside }));
        };
        add(message.deleted_at.is_none(), Glyph::Clock, Text::RemindMe, "menu-remind", Box::new(remind));
        add(true, Glyph::Eye, Text::WhoHasRead, "menu-reads", Box::new(move || open.show(Dialog::Reads(id))));
    }

    /// Does something, and says if it could not be done.
    fn attempt(self, act: impl Future<Output = Result<(), Failure>> + 'static) {
        spawn_local(async move {
            if let Err(why) = act.await {
                self.desk.tell(failure(&why));
            }
        });
    }

    /// What keeps a message in view, or its text at hand.
    fn add_keeping(self, message: &Message, add: &mut Add<'_>) {
        let Self { id, room, live, .. } = self;
        let pinned = message.pinned_at.is_some();
        let direct = self.state.rooms.get_now(room).is_some_and(|item| item.room.kind == RoomKind::Direct);
        let pin = move || self.attempt(async move { live.pin(id, !pinned).await });
        let text = if pinned { Text::Unpin } else { Text::Pin };
        add(self.writable() && (direct || self.moderates()), Glyph::Pin, text, "menu-pin", Box::new(pin));
        let seq = message.seq;
        let unread = move || self.attempt(async move { live.mark_unread(room, seq).await });
        add(message.in_room, Glyph::Unread, Text::MarkUnread, "menu-unread", Box::new(unread));
        let body = message.body.clone();
        add(
            !body.is_empty(),
            Glyph::Copy,
            Text::CopyText,
            "menu-copy",
            Box::new(move || self.copy(body.clone(), None)),
        );
        let route = match message.thread_root_id.filter(|_| !message.in_room) {
            Some(root) => Route::Thread(room, root),
            None => Route::Message(room, id),
        };
        let link = move || {
            let origin = window().location().origin().unwrap_or_default();
            self.copy(format!("{origin}{}", route.path()), Some(route.clone()));
        };
        add(true, Glyph::Link, Text::CopyLink, "menu-link", Box::new(link));
    }

    /// Where the browser keeps the clipboard closed, a link is in the address bar instead.
    fn copy(self, text: String, route: Option<Route>) {
        spawn_local(async move {
            if copied(&text).await {
                self.desk.tell(t(Text::Copied));
            } else if let Some(route) = route {
                self.navigator.go(route);
                self.desk.tell(t(Text::LinkAbove));
            } else {
                self.desk.tell(t(Text::CannotCopy));
            }
        });
    }
}
