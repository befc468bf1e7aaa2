//! What a message said before it was changed, the latest text first.

use leptos::{prelude::*, task::spawn_local};
use types::{MessageId, MessageVersion};

use super::body::Body;
use super::ui::{Failed, Modal, Skeleton};
use crate::api::{self, Failure};
use crate::clock;
use crate::i18n::{Key as Text, t};

/// The dialog with all versions.
#[component]
pub fn Versions(
    /// The message.
    id: MessageId,
) -> impl IntoView {
    let told: RwSignal<Option<Result<Vec<MessageVersion>, Failure>>> = RwSignal::new(None);
    let fetch = move || {
        spawn_local(async move {
            let answer = api::versions(id).await.map(|page| page.items);
            let _ = told.try_set(Some(answer));
        });
    };
    fetch();
    view! {
        <Modal title=t(Text::EditHistory) name="versions-dialog">
            {move || match told.get() {
                None => view! { <Skeleton rows=2/> }.into_any(),
                Some(Err(_)) => view! { <Failed retry=fetch/> }.into_any(),
                Some(Ok(versions)) => view! {
                    <ol class="versions">{versions.into_iter().rev().map(|version| view! { <Version version/> }).collect_view()}</ol>
                }.into_any(),
            }}
        </Modal>
    }
}

#[component]
fn Version(version: MessageVersion) -> impl IntoView {
    let at = version.written_at;
    view! {
        <li class="version" data-testid="version">
            <time datetime=clock::iso(at) title=clock::full(at)>{clock::short(at)}</time>
            <Body text=version.body/>
        </li>
    }
}
