//! What others may know of me, what can be taken back, and whom I have blocked.

use leptos::{ev, prelude::*};
use types::UserId;

use crate::components::ui::{Attempt, Avatar, Complaint, EmptyState, List, ListRow, When};
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::state::use_state;

/// So long a message can be taken back, in seconds.
const UNDO: u8 = 5;

/// The choices that go with me to all my devices; each takes hold at once.
#[component]
pub fn Privacy() -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let attempt = Attempt::new();
    let hide = move |event: ev::Event| {
        let shown = event_target_checked(&event);
        attempt.run(async move { live.prefer(|wanted| wanted.hide_reads = !shown).await });
    };
    let undo = move |event: ev::Event| {
        let seconds = if event_target_checked(&event) { UNDO } else { 0 };
        attempt.run(async move { live.prefer(|wanted| wanted.undo_seconds = seconds).await });
    };
    let row = |user: &UserId| {
        let user = *user;
        ListRow::new((0, user.0.as_u128()), move || view! { <Blocked user/> }.into_any())
    };
    view! {
        <div class="form">
            <label class="choice">
                <input type="checkbox" data-testid="show-reads" prop:checked=move || !state.mine.preferences().hide_reads
                    on:change=hide/>
                <span><span class="choice-name">{t(Text::ShowReads)}</span><small>{t(Text::ShowReadsHint)}</small></span>
            </label>
            <label class="choice">
                <input type="checkbox" data-testid="undo-send" prop:checked=move || state.mine.undo_seconds() != 0
                    on:change=undo/>
                <span><span class="choice-name">{t(Text::UndoSetting)}</span><small>{t(Text::UndoSettingHint)}</small></span>
            </label>
            <Complaint attempt/>
            <h3>{t(Text::BlockedPeople)}</h3>
            <ul class="row-list">
                <List rows=Box::new(move || state.mine.blocked().iter().map(row).collect())/>
            </ul>
            <When so=move || state.mine.blocked().is_empty()><EmptyState text=Text::NobodyBlocked/></When>
        </div>
    }
}

#[component]
fn Blocked(user: UserId) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let attempt = Attempt::new();
    let person = state.people.person(user);
    view! {
        <li class="row-item" data-testid="blocked-person">
            <Avatar user/>
            <span class="row-text"><b>{move || person.name()}</b><Complaint attempt/></span>
            <button type="button" class="edge-button" disabled=move || attempt.busy()
                on:click=move |_| attempt.run(async move { live.block(user, false).await })>{t(Text::Unblock)}</button>
        </li>
    }
}
