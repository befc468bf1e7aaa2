//! Adding someone to a room who is already on the site.

use leptos::{prelude::*, task::spawn_local};
use types::{RoomId, User};

use super::ui::{Attempt, Avatar, Complaint, List, ListRow};
use crate::api;
use crate::i18n::{Key as Text, t};
use crate::state::use_state;

/// A field that finds people, and a button beside each.
#[component]
pub fn AddPeople(
    /// To which room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let (text, found) = (RwSignal::new(String::new()), RwSignal::new(Vec::<User>::new()));
    let nobody = RwSignal::new(false);
    let search = move |typed: String| {
        text.set(typed.clone());
        let wanted = typed.trim().trim_start_matches('@').to_owned();
        if wanted.is_empty() {
            nobody.set(false);
            found.set(Vec::new());
            return;
        }
        spawn_local(async move {
            let Ok(page) = api::find_users(&wanted).await else { return };
            // An answer to what is no longer asked is dropped.
            if text.try_get_untracked().is_some_and(|now| now == typed) {
                state.people.add(&page.items);
                let me = state.me.get_untracked();
                let others: Vec<User> = page.items.into_iter().filter(|user| Some(user.id) != me).take(8).collect();
                nobody.set(others.is_empty());
                found.set(others);
            }
        });
    };
    let row = move |user: User| ListRow::new((0, user.id.0.as_u128()), move || view! { <Row room user/> }.into_any());
    view! {
        <div class="field">
            <label for="add-people">{t(Text::AddPeople)}</label>
            <input class="input" id="add-people" type="search" autocomplete="off" placeholder=t(Text::AddPeopleHint)
                on:input=move |input| search(event_target_value(&input))/>
            <ul class="row-list" aria-live="polite">
                <List rows=Box::new(move || found.with(|found| found.iter().cloned().map(row).collect()))/>
            </ul>
            <p class="help" role="status">{move || nobody.get().then(|| t(Text::NothingFound))}</p>
        </div>
    }
}

#[component]
fn Row(room: RoomId, user: User) -> impl IntoView {
    let attempt = Attempt::new();
    let added = RwSignal::new(false);
    let id = user.id;
    let label = format!("{} {}", t(Text::Add), user.display_name);
    let add = move |_| {
        attempt.run(async move {
            api::add_members(room, vec![id]).await?;
            let _ = added.try_set(true);
            Ok(())
        });
    };
    view! {
        <li class="row-item">
            <Avatar user=id/>
            <span class="row-text"><b>{user.display_name}</b><small>"@"{user.username}</small><Complaint attempt/></span>
            {move || if added.get() {
                view! { <span class="help" role="status">{t(Text::Added)}</span> }.into_any()
            } else {
                view! {
                    <button type="button" class="edge-button" aria-label=label.clone() disabled=move || attempt.busy() on:click=add>
                        {t(Text::Add)}
                    </button>
                }.into_any()
            }}
        </li>
    }
}
