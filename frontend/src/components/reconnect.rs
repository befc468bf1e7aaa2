//! Whether the page is in sync: a mark in the header, and a bar once being away has lasted.

use std::time::Duration;

use leptos::prelude::*;
use sync::RoomState;
use types::RoomId;

use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::state::{Connection, use_state};

use super::ui::When;

/// A shorter absence heals before anyone needs to know, in seconds.
const PATIENCE: u64 = 5;

/// The bar at the top of a room.
#[component]
pub fn ReconnectBar() -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let shown = RwSignal::new(false);
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let refused = Memo::new(move |_| state.connection.get() == Connection::Refused);
    let away = Memo::new(move |_| !matches!(state.connection.get(), Connection::InSync));
    effect(move || {
        if let Some(timer) = waiting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
        if !away.get() {
            return shown.set(false);
        }
        refused.track();
        // A late heartbeat has been silence for long enough already, and what was refused does not heal by itself.
        if matches!(state.connection.get_untracked(), Connection::Late | Connection::Refused) {
            return shown.set(true);
        }
        let timer = set_timeout_with_handle(move || shown.set(true), Duration::from_secs(PATIENCE));
        waiting.set_value(timer.ok());
    });
    on_cleanup(move || {
        if let Some(timer) = waiting.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    });
    view! {
        <div role="status">
            <When so=move || shown.get()>
                <div class="reconnect" data-testid="reconnecting">
                    <span>{move || t(if refused.get() { Text::ConnectionRefused } else { Text::Reconnecting })}</span>
                    <button type="button" on:click=move |_| live.hurry()>{t(Text::TryNow)}</button>
                    <When so=move || refused.get()>
                        <button type="button" on:click=move |_| reload()>{t(Text::Reload)}</button>
                    </When>
                </div>
            </When>
        </div>
    }
}

/// Another version of the page may be understood.
fn reload() {
    // A browser that refuses leaves the page as it is.
    let _ = window().location().reload();
}

/// The mark in the header: whether all that happened in the room is here, and up to which of its revisions.
#[component]
pub fn SyncMark(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let in_sync = move || state.connection.get() == Connection::InSync;
    let rows = state.history.room(room).rows;
    let rev = Memo::new(move |_| rows.with(RoomState::rev).to_string());
    let says = move || match state.connection.get() {
        Connection::InSync => Text::InSync,
        Connection::Away | Connection::Refused => Text::NotConnected,
        Connection::CatchingUp | Connection::Late => Text::CatchingUp,
    };
    let up_to = move || fill(t(Text::UpTo), &[("rev", &rev.get())]);
    view! {
        <span class="sync" class:away=move || !in_sync() data-testid="sync" title=up_to
            data-state=move || if in_sync() { "in-sync" } else { "away" } data-rev=move || rev.get()>
            {move || t(says())}
            <span class="sr-only">{move || up_to()}</span>
        </span>
    }
}
