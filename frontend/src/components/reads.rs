//! Who has read a message.

use leptos::{prelude::*, task::spawn_local};
use types::{ErrorCode, MessageId, User};

use super::ui::{Avatar, EmptyState, Failed, Modal, Skeleton};
use crate::api::{self, Failure};
use crate::dialogs::{Dialog, use_open};
use crate::i18n::{Key as Text, count, t};
use crate::state::use_state;

/// Those told, how many they are in all, and where more begin.
type Told = (Vec<User>, i64, Option<String>);

/// The dialog of those who have read a message.
#[component]
pub fn Reads(
    /// The message.
    id: MessageId,
) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let told: RwSignal<Option<Result<Told, Failure>>> = RwSignal::new(None);
    let fetch = move |cursor: Option<String>| {
        spawn_local(async move {
            let answer = api::reads(id, cursor).await;
            if let Ok(page) = &answer {
                state.people.add(&page.users);
            }
            let _ = told.try_update(|told| {
                let before = told.take().and_then(Result::ok).map(|(users, ..)| users).unwrap_or_default();
                *told =
                    Some(answer.map(|page| (before.into_iter().chain(page.users).collect(), page.count, page.next)));
            });
        });
    };
    fetch(None);
    view! {
        <Modal title=t(Text::WhoHasRead) name="reads-dialog">
            {move || match told.get() {
                None => view! { <Skeleton rows=3/> }.into_any(),
                Some(Err(why)) if why.code() == Some(ErrorCode::NotAllowed) => view! {
                    <p>{t(Text::ReadsHidden)}</p>
                    <button type="button" class="edge-button" on:click=move |_| open.show(Dialog::Settings)>{t(Text::Settings)}</button>
                }.into_any(),
                Some(Err(_)) => view! { <Failed retry=move || { told.set(None); fetch(None) }/> }.into_any(),
                Some(Ok((_, 0, _))) => view! { <EmptyState text=Text::ReadByNobody/> }.into_any(),
                Some(Ok((users, number, next))) => view! {
                    <p class="help">{count(Text::ReadByOne, Text::ReadByOther, number)}</p>
                    <ul class="row-list">{users.into_iter().map(|user| view! {
                        <li class="row-item" data-testid="reader">
                            <Avatar user=user.id/>
                            <span class="row-text"><b>{user.display_name}</b><small>"@"{user.username}</small></span>
                        </li>
                    }).collect_view()}</ul>
                    {next.map(|next| view! {
                        <button type="button" class="edge-button" on:click=move |_| fetch(Some(next.clone()))>{t(Text::MoreRows)}</button>
                    })}
                }.into_any(),
            }}
        </Modal>
    }
}
