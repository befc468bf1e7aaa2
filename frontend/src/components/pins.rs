//! The panel of a room's pinned messages: the latest pin first, each with the way to its place.

use leptos::{prelude::*, task::spawn_local};
use types::{Message, MessageId, RoomId, RoomKind, RoomRole, Time};

use super::body::Body;
use super::jump;
use super::ui::{Attempt, Avatar, Complaint, EmptyState, Failed, Glyph, Icon, List, ListRow, Skeleton, When};
use crate::clock;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::use_state;

/// The panel at the side, or over the room on a phone.
#[component]
pub fn PinsPanel(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, desk, live) = (use_state(), expect_context::<RoomDesk>(), use_live());
    let fetched: RwSignal<Option<Result<Vec<MessageId>, ()>>> = RwSignal::new(None);
    let fetch = move || {
        spawn_local(async move {
            let answer = live.pins(room).await;
            let ids = |page: types::MessagePage| page.items.iter().map(|message| message.id).collect();
            let _ = fetched.try_set(Some(answer.map(ids).map_err(drop)));
        });
    };
    fetch();
    let rows = state.history.room(room).rows;
    let pinned = Memo::new(move |_| {
        let told = fetched.with(|fetched| fetched.clone().and_then(Result::ok).unwrap_or_default());
        rows.with(|rows| {
            let held = told.iter().filter_map(|id| rows.message(*id));
            let fresh = rows.messages().filter(|message| !told.contains(&message.id));
            let mut pins: Vec<(Time, Message)> =
                held.chain(fresh).filter_map(|message| Some((message.pinned_at?, message.clone()))).collect();
            pins.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
            pins
        })
    });
    let row = move |(_, message): &(Time, Message)| {
        let message = message.clone();
        // What it says may change: then it is another row.
        let key = message.id.0.as_u128() ^ u128::from(message.rev.cast_unsigned());
        ListRow::new((0, key), move || view! { <Pinned room message/> }.into_any())
    };
    view! {
        <aside class="panel" id="panel" aria-label=t(Text::Pins) data-testid="pins-panel">
            <header class="panel-header">
                <h2>{t(Text::Pins)}</h2>
                <span class="count">{move || pinned.with(|pins| (!pins.is_empty()).then_some(pins.len()))}</span>
                <button type="button" class="icon-button close" aria-label=t(Text::Close)
                    on:click=move |_| desk.close_panel()><Icon glyph=Glyph::Close/></button>
            </header>
            <ul class="pin-list">
                <List rows=Box::new(move || pinned.with(|pins| pins.iter().map(row).collect()))/>
            </ul>
            {move || match (fetched.get(), pinned.with(Vec::is_empty)) {
                (None, true) => view! { <Skeleton rows=3/> }.into_any(),
                (Some(Err(())), true) => view! { <Failed retry=fetch/> }.into_any(),
                (Some(Ok(_)), true) => view! { <EmptyState text=Text::NoPins/> }.into_any(),
                (_, false) => ().into_any(),
            }}
        </aside>
    }
}

#[component]
fn Pinned(room: RoomId, message: Message) -> impl IntoView {
    let (state, desk, live) = (use_state(), expect_context::<RoomDesk>(), use_live());
    let attempt = Attempt::new();
    let Message { id, author_id, created_at, body, forwarded, .. } = message;
    let (author, by) = (state.people.person(author_id), message.pinned_by.map(|by| state.people.person(by)));
    let may = move || {
        state.rooms.get(room).is_some_and(|item| item.room.kind == RoomKind::Direct || item.role >= RoomRole::Moderator)
    };
    let text = if body.is_empty() { forwarded.map(|forwarded| forwarded.body).unwrap_or_default() } else { body };
    view! {
        <li class="pin" data-testid="pin">
            <div class="pin-head">
                <Avatar user=author_id/>
                <b class="author">{move || author.name()}</b>
                <time datetime=clock::iso(created_at) title=clock::full(created_at)>{clock::lately(created_at)}</time>
            </div>
            <Body text/>
            <div class="pin-foot">
                <small>{move || by.as_ref().map(|by| fill(t(Text::PinnedBy), &[("name", &by.name())]))}</small>
                <When so=may>
                    <button type="button" class="quiet-button" disabled=move || attempt.busy()
                        on:click=move |_| attempt.run(async move { live.pin(id, false).await })>{t(Text::Unpin)}</button>
                </When>
                <button type="button" class="quiet-button" data-testid="pin-jump"
                    on:click=move |_| jump::go_to(desk, state, room, id)>{t(Text::ShowInRoom)}</button>
            </div>
            <Complaint attempt/>
        </li>
    }
}
