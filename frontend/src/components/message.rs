//! One row of a timeline: a day, the "New" line, a system line, or a message in any of its states.

use leptos::{ev, prelude::*};
use sync::Key;
use types::{ErrorCode, Event, EventKind, MessageId, RoomId, Time};
use wasm_bindgen::JsCast;

use super::body::Body;
use super::float::{beside, beside_pointer};
use super::folded::Folded;
use super::quick::Quick;
use super::quote::{ForwardedCard, InThread, PinnedBy, Quoted};
use super::reactions::Reactions;
use super::timeline::row_id;
use super::ui::{Avatar, BotBadge, Glyph, Icon, When};
use crate::clock;
use crate::dialogs::{Dialog, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, fill, t};
use crate::live::use_live;
use crate::pages::room::{Float, Floating, Panel, Place, RoomDesk};
use crate::parts::{Rest, use_rest};
use crate::state::{About, Chip, Content, Refused, Replies, Row, Shown, Standing, use_state};

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
    let chips = row.chips.clone();
    let menu = move |click: ev::MouseEvent| {
        if let Some(id) = id.filter(|_| opens_menu(&click)) {
            click.prevent_default();
            desk.float.set(Some(Float { what: Floating::Menu(id), desk, beside: beside_pointer(&click) }));
        }
    };
    let near = move || {
        if id.is_some() && desk.hot.get_untracked() != id {
            desk.hot.set(id);
        }
    };
    let named = content.clone();
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
            data-named=move || named.with(names_me).then_some("")
            data-lit=move || (id.is_some() && desk.lit.get() == id).then_some("")
            on:click=move |click| tap(&click)
            on:contextmenu=menu
            on:pointerenter=move |_| near()
            on:focusin=move |_| near()
        >
            {move || match content.get() {
                Content::Day(at) => view! { <span>{clock::day(at)}</span> }.into_any(),
                Content::New => view! { <span>{t(Text::NewLine)}</span> }.into_any(),
                Content::Event(event) => view! { <EventText event/> }.into_any(),
                Content::Message(shown) => {
                    let chips = chips.clone();
                    view! { <Said room shown=*shown chips/> }.into_any()
                }
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

/// Whether a right click or long press is for the message: what is a link, a field or selected has a menu of its own.
fn opens_menu(click: &ev::MouseEvent) -> bool {
    let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let own = |element: web_sys::Element| element.closest("a, textarea, input").ok().flatten().is_some();
    let message = |element: &web_sys::Element| element.closest(".message:has(.actions)").ok().flatten().is_some();
    let selects = window().get_selection().ok().flatten().is_some_and(|selection| !selection.is_collapsed());
    !selects && !click.shift_key() && target.is_some_and(|element| message(&element) && !own(element))
}

fn names_me(content: &Content) -> bool {
    matches!(content, Content::Message(shown) if shown.about.names_me)
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
            <BotBadge user=author/>
            <time datetime=clock::iso(at) title=clock::full(at)>{clock::clock(at)}</time>
        </div>
    }
}

#[component]
fn Said(room: RoomId, shown: Shown, chips: ArcRwSignal<Vec<Chip>>) -> impl IntoView {
    let (desk, open) = (expect_context::<RoomDesk>(), use_open());
    let Shown { id, author, at, head, deleted, standing, .. } = shown;
    let edited = shown.edited_at.filter(|_| !deleted);
    let body = StoredValue::new(shown.body);
    let names = StoredValue::new(shown.names);
    let About { pinned_by, quoted, forwarded, poll, root, replies, .. } =
        if deleted { About { replies: shown.about.replies, ..About::default() } } else { shown.about };
    let (sent, fixed) = (standing == Standing::Sent, poll.is_some());
    let poll = StoredValue::new(poll);
    let in_room = desk.place == Place::Room;
    let (mine, shown_anyway) = (use_state().mine, RwSignal::new(false));
    let folded = move || mine.blocks(author) && !shown_anyway.get();
    view! {
        <Gutter author at head/>
        <div class="message-main" data-folded=move || folded().then_some("")>
            {head.then(|| view! { <Head author at/> })}
            {pinned_by.map(|by| view! { <PinnedBy by/> })}
            {root.filter(|_| in_room).map(|root| view! { <InThread room root/> })}
            {quoted.map(|id| view! { <Quoted room id/> })}
            {move || if desk.editing.get() == Some(id) && !deleted {
                let edit = move || use_rest().show(|rest| (rest.edit)(room, id, body.get_value()));
                edit.into_any()
            } else if folded() {
                view! { <Folded shown=shown_anyway/> }.into_any()
            } else if let (Some(poll), Some(rest)) = (poll.get_value(), use_rest_of(fixed)) {
                (rest.poll)(room, id, author, poll)
            } else if deleted {
                view! { <p class="deleted">{t(Text::MessageDeleted)}</p> }.into_any()
            } else {
                let said = body.with_value(|body| !body.is_empty())
                    .then(|| view! { <Body text=body.get_value() names=names.get_value() author/> });
                match edited {
                    None => said.into_any(),
                    Some(at) => view! {
                        <div class="said-edited">
                            {said}
                            <button type="button" class="edited" data-testid="edited" title=clock::full(at)
                                on:click=move |_| open.show(Dialog::Versions(id))>{t(Text::Edited)}</button>
                        </div>
                    }.into_any(),
                }
            }}
            {forwarded.map(|forwarded| view! { <ForwardedCard forwarded/> })}
            {(sent && !deleted).then(|| view! { <Reactions id chips/> })}
            {replies.filter(|_| in_room).map(|replies| view! { <ThreadLine room id replies/> })}
            <When so=move || desk.deleting.get() == Some(id) && !deleted>
                {move || use_rest().show(|rest| (rest.confirm_delete)(room, id))}
            </When>
            {match standing {
                Standing::Failed { code, refused } => Some(view! { <Failure id code refused/> }.into_any()),
                Standing::Pending => Some((move || use_rest().get().map(|rest| (rest.undo)(room, id))).into_any()),
                Standing::Sent => None,
            }}
        </div>
        {(!deleted && !matches!(standing, Standing::Failed { .. })).then(|| view! { <Actions room id author sent fixed/> })}
    }
}

/// The part that shows a poll, where there is one: it comes a moment after the room, and until then the body says the same.
fn use_rest_of(fixed: bool) -> Option<Rest> {
    if fixed { use_rest().get() } else { None }
}

/// The answers to a message: who, how many, and when the latest came.
#[component]
fn ThreadLine(room: RoomId, id: MessageId, replies: Replies) -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let Replies { count: number, last_at, people } = replies;
    view! {
        <button type="button" class="thread-line" data-testid="thread-line"
            on:click=move |_| desk.open_panel(room, Panel::Thread(id))>
            <span class="thread-people" aria-hidden="true">
                {people.into_iter().take(3).map(|user| view! { <Avatar user/> }).collect_view()}
            </span>
            <b>{count(Text::RepliesOne, Text::RepliesOther, number)}</b>
            {last_at.map(|at| view! {
                <span class="thread-last" title=clock::full(at)>
                    {fill(t(Text::LastReply), &[("at", &clock::lately(at))])}
                </span>
            })}
        </button>
    }
}

/// What may be done with a message, by those who may. Always there is only the way to all of it; what a pointer or a
/// finger wants at once comes when it is near.
#[component]
fn Actions(room: RoomId, id: MessageId, author: types::UserId, sent: bool, fixed: bool) -> impl IntoView {
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    let archived = move || state.rooms.get(room).is_some_and(|item| item.room.archived_at.is_some());
    let near = move || desk.hot.get() == Some(id) || desk.acting.get() == Some(id);
    let open = move |click: ev::MouseEvent| {
        desk.float.set(Some(Float { what: Floating::Menu(id), desk, beside: beside(&click) }));
    };
    view! {
        <When so=move || desk.editing.get() != Some(id)>
            <div class="actions" role="toolbar" aria-label=t(Text::MessageActions)>
                <When so=move || near() && !archived()>
                    {move || use_rest().get().map(|rest| (rest.quick)(Quick { room, id, author, sent, fixed }))}
                </When>
                <button type="button" class="icon-button" data-testid="more" title=t(Text::MoreActions)
                    aria-label=t(Text::MoreActions) aria-haspopup="menu" on:click=open>
                    <Icon glyph=Glyph::More/>
                </button>
            </div>
        </When>
    }
}

/// Asks before a message is deleted.
#[component]
pub fn ConfirmDelete(
    /// The room.
    room: RoomId,
    /// Which.
    id: MessageId,
) -> impl IntoView {
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
