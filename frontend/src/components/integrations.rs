//! A room's webhooks: addresses that post to it, and addresses that are told what happens in it.

pub mod incoming;
pub mod outgoing;

use leptos::{prelude::*, task::spawn_local};
use types::RoomId;

use super::ui::{EmptyState, Failed, Modal, Skeleton};
use crate::api::{Answer, Failure};
use crate::i18n::{Key as Text, fill, t};
use crate::state::use_state;

/// A list on its way, and then there.
type Told<T> = RwSignal<Option<Result<Vec<T>, Failure>>>;

/// The dialog of a room's webhooks.
#[component]
pub fn Integrations(
    /// Whose.
    room: RoomId,
) -> impl IntoView {
    let name = use_state().rooms.get_now(room).and_then(|item| item.room.name).unwrap_or_default();
    view! {
        <Modal title=fill(t(Text::IntegrationsOf), &[("room", &name)]) name="integrations-dialog">
            <incoming::Incoming room/>
            <outgoing::Outgoing room/>
        </Modal>
    }
}

/// Asks for a list.
fn load<T: Send + Sync + 'static>(told: Told<T>, ask: impl Fn() -> Answer<types::Page<T>>) {
    let answer = ask();
    spawn_local(async move {
        let items = answer.await.map(|page| page.items);
        let _ = told.try_set(Some(items));
    });
}

/// The list, once it is there.
fn listed<T: Clone + Send + Sync + 'static>(
    told: Told<T>,
    none: Text,
    retry: impl Fn() + Copy + Send + 'static,
    row: impl Fn(T) -> AnyView + Copy + Send + 'static,
) -> AnyView {
    (move || match told.get() {
        None => view! { <Skeleton rows=2/> }.into_any(),
        Some(Err(_)) => view! { <Failed retry/> }.into_any(),
        Some(Ok(items)) if items.is_empty() => view! { <EmptyState text=none/> }.into_any(),
        Some(Ok(items)) => view! { <ul class="row-list">{items.into_iter().map(row).collect_view()}</ul> }.into_any(),
    })
    .into_any()
}
