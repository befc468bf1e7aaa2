//! What a message has to do with others: the one it quotes, the one it passes on, the thread it answers in.

use leptos::prelude::*;
use types::{Forwarded, Message, MessageId, RoomId, UserId};

use super::jump;
use super::ui::{Glyph, Icon, When};
use crate::clock;
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::{Panel, Place, RoomDesk};
use crate::state::use_state;

/// So much of a quoted text is shown.
const SHOWN_CHARS: usize = 160;

/// Who wrote a message and how it begins; none until it is known.
type Short = Option<(UserId, String)>;

fn short(message: &Message) -> (UserId, String) {
    let gone = message.deleted_at.is_some();
    let body = match &message.forwarded {
        Some(forwarded) if message.body.is_empty() => &forwarded.body,
        _ => &message.body,
    };
    (message.author_id, if gone { t(Text::MessageDeleted).to_owned() } else { begin(body) })
}

/// The first line of a text, and no more than fits.
fn begin(text: &str) -> String {
    let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    line.chars().take(SHOWN_CHARS).collect()
}

/// A message of the room in short, asked for if it is not held.
fn short_of(room: RoomId, id: MessageId) -> Memo<Short> {
    let (rows, live) = (use_state().history.room(room).rows, use_live());
    let held = Memo::new(move |_| rows.with(|rows| rows.message(id).map(short)));
    effect(move || {
        if held.with(Option::is_none) {
            live.want_message(room, id);
        }
    });
    held
}

/// A message of the room in short, as one line.
#[component]
pub fn Excerpt(
    /// The room.
    room: RoomId,
    /// The message.
    id: MessageId,
) -> impl IntoView {
    let held = short_of(room, id);
    view! { <span class="quote"><span class="sr-only">{t(Text::Quotes)}" "</span><InShort held/></span> }
}

#[component]
fn InShort(held: Memo<Short>) -> impl IntoView {
    let people = use_state().people;
    let author = move || held.with(|held| held.as_ref().map(|(author, _)| people.person(*author).name()));
    view! {
        <b class="quote-author">{move || author()}</b>
        <span class="quote-text" dir="auto">{move || held.with(|held| held.as_ref().map(|(_, text)| text.clone()))}</span>
    }
}

/// The message that another quotes: a click goes there.
#[component]
pub fn Quoted(
    /// The room.
    room: RoomId,
    /// The quoted message.
    id: MessageId,
) -> impl IntoView {
    let (desk, state) = (expect_context::<RoomDesk>(), use_state());
    let held = short_of(room, id);
    view! {
        <button type="button" class="quote" data-testid="quote" on:click=move |_| jump::go_to(desk, state, room, id)>
            <span class="sr-only">{t(Text::Quotes)}" "</span>
            <InShort held/>
        </button>
    }
}

/// An answer in a thread that shows in the room as well: where it belongs.
#[component]
pub fn InThread(
    /// The room.
    room: RoomId,
    /// The thread's first message.
    root: MessageId,
) -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    let held = short_of(room, root);
    view! {
        <button type="button" class="quote in-thread" data-testid="in-thread"
            on:click=move |_| desk.open_panel(room, Panel::Thread(root))>
            <Icon glyph=Glyph::Reply/><span class="sr-only">{t(Text::RepliesTo)}" "</span>
            <InShort held/>
        </button>
    }
}

/// That a message is pinned, and who pinned it.
#[component]
pub fn PinnedBy(
    /// Who.
    by: UserId,
) -> impl IntoView {
    let person = use_state().people.person(by);
    view! {
        <p class="pinned" data-testid="pinned"><Icon glyph=Glyph::Pin/>
            {move || fill(t(Text::PinnedBy), &[("name", &person.name())])}
        </p>
    }
}

/// A message passed on from elsewhere, as it was then; a link to it, if its room is mine.
#[component]
pub fn ForwardedCard(
    /// What is passed on.
    forwarded: Forwarded,
) -> impl IntoView {
    let state = use_state();
    let Forwarded { message_id, room_id, author_id, created_at, body } = forwarded;
    let person = state.people.person(author_id);
    let room = move || state.rooms.get(room_id).map(|item| item.room.name.unwrap_or_default());
    view! {
        <figure class="forwarded" data-testid="forwarded">
            <figcaption>
                <Icon glyph=Glyph::Forward/>
                <b>{move || person.name()}</b>
                <time datetime=clock::iso(created_at) title=clock::full(created_at)>{clock::lately(created_at)}</time>
                {move || room().map(|name| view! {
                    <a href=format!("/rooms/{room_id}/messages/{message_id}")>{fill(t(Text::InRoom), &[("room", &name)])}</a>
                })}
            </figcaption>
            <super::body::Body text=body/>
        </figure>
    }
}

/// Above the field one writes in: what the next message quotes.
#[component]
pub fn QuoteBar(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let desk = expect_context::<RoomDesk>();
    view! {
        <When so=move || desk.quoting.get().is_some()>
            {move || desk.quoting.get().map(|id| view! {
                <div class="quote-bar" data-testid="quote-bar">
                    <Excerpt room id/>
                    <button type="button" class="icon-button small" aria-label=t(Text::QuoteNot)
                        on:click=move |_| { desk.quoting.set(None); desk.focus_composer() }>
                        <Icon glyph=Glyph::Close/>
                    </button>
                </div>
            })}
        </When>
    }
}

/// Below the field of a thread: whether the answer is shown in the room as well.
#[component]
pub fn InRoomToo(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    (desk.place != Place::Room).then(|| {
        let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
        view! {
            <label class="in-room-too">
                <input type="checkbox" data-testid="in-room-too" prop:checked=move || desk.in_room_too.get()
                    on:change=move |change| desk.in_room_too.set(event_target_checked(&change))/>
                <span>{move || fill(t(Text::InRoomToo), &[("room", &name())])}</span>
            </label>
        }
    })
}

#[cfg(test)]
mod tests {
    use super::begin;

    #[test]
    fn a_quote_shows_the_first_line_that_says_something() {
        assert_eq!(begin("\n  \nsecond\nthird"), "second");
        assert_eq!(begin(""), "");
        assert_eq!(begin(&"ä".repeat(500)).chars().count(), 160);
    }
}
