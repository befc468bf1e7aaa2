//! What I wrote in a room I was taken out of: it can't be sent there any more, so it is kept here to be copied.

use leptos::{html, prelude::*, task::spawn_local};
use sync::{Pending, PendingState};
use types::RoomId;

use super::ui::copied;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::state::{State, use_state};

/// A notice for each room that is no longer mine and has something of mine unsent.
#[component]
pub fn Unsent() -> impl IntoView {
    let state = use_state();
    let kept = Memo::new(move |_| kept(state));
    move || kept.get().into_iter().map(|(room, text)| view! { <Notice room text/> }).collect_view()
}

/// The notice for one room.
#[component]
fn Notice(
    /// The room that is mine no more.
    room: RoomId,
    /// What was not sent.
    text: String,
) -> impl IntoView {
    let live = use_live();
    let field = NodeRef::<html::Textarea>::new();
    let said = RwSignal::new(Text::Copy);
    let value = text.clone();
    let copy = move |_| {
        if let Some(field) = field.get_untracked() {
            field.select();
        }
        let text = text.clone();
        spawn_local(async move {
            let _ = said.try_set(if copied(&text).await { Text::Copied } else { Text::CopyFailed });
        });
    };
    let dismiss = move |_| live.dismiss(room);
    view! {
        <section class="unsent" data-testid="unsent">
            <p>{t(Text::Unsent)}</p>
            <textarea class="input" rows="2" readonly=true aria-label=t(Text::Unsent) prop:value=value node_ref=field></textarea>
            <span class="unsent-buttons">
                <button type="button" class="quiet-button" data-testid="copy-unsent" on:click=copy>{move || t(said.get())}</button>
                <button type="button" class="quiet-button" data-testid="dismiss-unsent" on:click=dismiss>{t(Text::Dismiss)}</button>
            </span>
        </section>
    }
}

/// Whether there is any, tracked.
pub fn any_kept(state: State) -> bool {
    state.rooms.told()
        && state.outgoing.with(|outbox| {
            let mut elsewhere = outbox.rooms().filter(|room| state.rooms.get(*room).is_none());
            elsewhere.any(|room| outbox.of(room).iter().any(refused))
        })
}

fn refused(pending: &Pending) -> bool {
    matches!(pending.state, PendingState::Failed(_)) && pending.body().is_some()
}

/// The refused texts of rooms that are not mine, tracked.
fn kept(state: State) -> Vec<(RoomId, String)> {
    if !state.rooms.told() {
        return Vec::new();
    }
    state.outgoing.with(|outbox| {
        let elsewhere = outbox.rooms().filter(|room| state.rooms.get(*room).is_none());
        let texts = elsewhere.map(|room| {
            let bodies: Vec<&str> =
                outbox.of(room).iter().filter(|pending| refused(pending)).filter_map(Pending::body).collect();
            (room, bodies.join("\n\n"))
        });
        texts.filter(|(_, text)| !text.is_empty()).collect()
    })
}
