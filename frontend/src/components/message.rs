//! One row of a timeline: a day, the "New" line, a system line, or a message in any of its states.

use leptos::{ev, prelude::*};
use sync::Key;
use types::{ErrorCode, Event, EventKind, MessageId, RoomId, RoomRole, Time};
use wasm_bindgen::JsCast;

use super::body::Body;
use super::edit::Edit;
use super::timeline::row_id;
use super::ui::{Avatar, Glyph, Icon, When};
use crate::clock;
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::{Content, Refused, Row, Shown, Standing, use_state};

/// A row; its element stays the same from pending to confirmed.
#[component]
pub fn MessageRow(
    /// The room.
    room: RoomId,
    /// The row.
    row: Row,
) -> impl IntoView {
    let content = row.content.clone();
    let of = |content: &Content| match content {
        Content::Day(_) => ("day", None, None),
        Content::New => ("day new", None, None),
        Content::Event(event) => ("event", Some(event.seq), None),
        Content::Message(shown) => {
            let state = match shown.standing {
                Standing::Sent => "sent",
                Standing::Pending => "pending",
                Standing::Failed { .. } => "failed",
            };
            (if shown.head { "message head" } else { "message" }, shown.seq, Some(state))
        }
    };
    let (class, seq, state) = (content.clone(), content.clone(), content.clone());
    let role = match content.get_untracked() {
        Content::Day(_) | Content::New => Some("separator"),
        _ => None,
    };
    let desk = expect_context::<RoomDesk>();
    let id = if let Key::Message(id) = row.key { Some(id) } else { None };
    let acting = move || id.is_some() && desk.acting.get() == id;
    let tap = move |click: &ev::MouseEvent| {
        if tapped(click) {
            desk.acting.update(|acting| *acting = id.filter(|id| *acting != Some(*id)));
        }
    };
    let test = matches!(content.get_untracked(), Content::New).then_some("new-line");
    view! {
        <div
            class=move || class.with(|content| of(content).0)
            role=role
            data-testid=test
            data-message-id=row_id(row.key)
            data-seq=move || seq.with(|content| of(content).1.map(|seq| seq.to_string()))
            data-state=move || state.with(|content| of(content).2)
            data-acting=move || acting().then_some("")
            on:click=move |click| tap(&click)
        >
            {move || match content.get() {
                Content::Day(at) => view! { <span>{clock::day(at)}</span> }.into_any(),
                Content::New => view! { <span>{t(Text::NewLine)}</span> }.into_any(),
                Content::Event(event) => view! { <EventText event/> }.into_any(),
                Content::Message(shown) => view! { <Said room shown/> }.into_any(),
            }}
        </div>
    }
}

/// Whether a click was on the row itself: not on a link or control in it, nor the end of selecting text.
fn tapped(click: &ev::MouseEvent) -> bool {
    let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let control = |element: web_sys::Element| element.closest("a, button, textarea").ok().flatten().is_some();
    let selects = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !selects && !target.is_some_and(control)
}

/// The picture of a group's first row; the time of the others.
#[component]
fn Gutter(author: types::UserId, at: Time, head: bool) -> impl IntoView {
    if head {
        view! { <Avatar user=author/> }.into_any()
    } else {
        view! { <time class="line-time" datetime=clock::iso(at) title=clock::full(at)>{clock::clock(at)}</time> }
            .into_any()
    }
}

#[component]
fn Head(author: types::UserId, at: Time) -> impl IntoView {
    let person = use_state().people.person(author);
    view! {
        <div class="message-head">
            <span class="author">{move || person.name()}</span>
            <time datetime=clock::iso(at) title=clock::full(at)>{clock::clock(at)}</time>
        </div>
    }
}

#[component]
fn Said(room: RoomId, shown: Shown) -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let Shown { id, author, at, head, deleted, standing, .. } = shown;
    let edited = shown.edited_at.filter(|_| !deleted);
    let body = StoredValue::new(shown.body);
    view! {
        <Gutter author at head/>
        <div class="message-main">
            {head.then(|| view! { <Head author at/> })}
            {move || if desk.editing.get() == Some(id) && !deleted {
                view! { <Edit room id body=body.get_value()/> }.into_any()
            } else if deleted {
                view! { <p class="deleted">{t(Text::MessageDeleted)}</p> }.into_any()
            } else {
                view! {
                    <Body text=body.get_value()/>
                    {edited.map(|at| view! { <span class="edited" title=clock::full(at)>{t(Text::Edited)}</span> })}
                }.into_any()
            }}
            <When so=move || desk.deleting.get() == Some(id) && !deleted><ConfirmDelete room id/></When>
            {match standing {
                Standing::Failed { code, refused } => Some(view! { <Failure id code refused/> }),
                Standing::Sent | Standing::Pending => None,
            }}
        </div>
        {(!deleted && !matches!(standing, Standing::Failed { .. })).then(|| view! { <Actions room id author/> })}
    }
}

/// What may be done with a message, by those who may.
#[component]
fn Actions(room: RoomId, id: MessageId, author: types::UserId) -> impl IntoView {
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    let mine = move || state.is_me(author);
    let may_delete = move || mine() || state.rooms.role(room).is_some_and(|role| role >= RoomRole::Moderator);
    view! {
        <When so=move || may_delete() && desk.editing.get() != Some(id)>
            <div class="actions" role="toolbar" aria-label=t(Text::MessageActions)>
                <When so=move || mine()>
                    <button type="button" class="icon-button" data-testid="edit" title=t(Text::Edit)
                        aria-label=t(Text::Edit) on:click=move |_| desk.editing.set(Some(id))>
                        <Icon glyph=Glyph::Pencil/>
                    </button>
                </When>
                <button type="button" class="icon-button" data-testid="delete" title=t(Text::Delete)
                    aria-label=t(Text::Delete) on:click=move |_| desk.deleting.set(Some(id))>
                    <Icon glyph=Glyph::Trash/>
                </button>
            </div>
        </When>
    }
}

#[component]
fn ConfirmDelete(room: RoomId, id: MessageId) -> impl IntoView {
    let (desk, live) = (expect_context::<RoomDesk>(), use_live());
    let delete = move |_| {
        desk.deleting.set(None);
        live.delete(room, id);
    };
    let yes = NodeRef::<leptos::html::Button>::new();
    effect(move || {
        if let Some(button) = yes.get() {
            let _ = button.focus();
        }
    });
    view! {
        <div class="confirm" role="alertdialog" aria-label=t(Text::DeleteQuestion)
            on:keydown=move |key| if key.key() == "Escape" { key.stop_propagation(); desk.deleting.set(None) }>
            <span>{t(Text::DeleteQuestion)}</span>
            <button type="button" class="danger-button" data-testid="confirm-delete" node_ref=yes on:click=delete>
                {t(Text::Delete)}
            </button>
            <button type="button" class="quiet-button" on:click=move |_| desk.deleting.set(None)>{t(Text::Keep)}</button>
        </div>
    }
}

/// What of mine was refused for good, and what can be done about it.
#[component]
fn Failure(id: MessageId, code: ErrorCode, refused: Refused) -> impl IntoView {
    let live = use_live();
    let (what, discard) = match refused {
        Refused::Post => (Text::NotSent, Text::Delete),
        Refused::Edit => (Text::NotChanged, Text::Dismiss),
        Refused::Deletion => (Text::NotDeleted, Text::Dismiss),
    };
    view! {
        <div class="failure" role="alert">
            <span>{fill(t(what), &[("reason", t(Text::of(code)))])}</span>
            <button type="button" data-testid="retry" on:click=move |_| live.retry(id)>{t(Text::TryAgain)}</button>
            <button type="button" data-testid="discard" on:click=move |_| live.discard(id)>{t(discard)}</button>
        </div>
    }
}

/// A system line: what happened to the room, by whom.
#[component]
fn EventText(event: Event) -> impl IntoView {
    let people = use_state().people;
    let actor = people.person(event.actor_id);
    let other = event.user_id.is_some_and(|user| user != event.actor_id);
    let subject = people.person(event.user_id.unwrap_or(event.actor_id));
    let text = move || {
        let actor = actor.name();
        let user = subject.name();
        let key = match (event.kind, other) {
            (EventKind::Created, _) => Text::EventCreated,
            (EventKind::Joined, false) => Text::EventJoined,
            (EventKind::Joined, true) => Text::EventAdded,
            (EventKind::Left, false) => Text::EventLeft,
            (EventKind::Left, true) => Text::EventRemoved,
            (EventKind::Renamed, _) => Text::EventRenamed,
            (EventKind::Topic, _) if event.text.as_deref().unwrap_or_default().is_empty() => Text::EventTopicCleared,
            (EventKind::Topic, _) => Text::EventTopic,
            (EventKind::Archived, _) => Text::EventArchived,
            (EventKind::Unarchived, _) => Text::EventUnarchived,
            (EventKind::Kind, _) if event.text.as_deref() == Some("public") => Text::EventPublic,
            (EventKind::Kind, _) => Text::EventPrivate,
            (EventKind::Unknown, _) => Text::EventUnknown,
        };
        fill(t(key), &[("actor", &actor), ("user", &user), ("text", event.text.as_deref().unwrap_or_default())])
    };
    let at = event.created_at;
    view! {
        <span class="event-text">{move || text()}</span>
        <time datetime=clock::iso(at) title=clock::full(at)>{clock::clock(at)}</time>
    }
}
