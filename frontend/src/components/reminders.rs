//! Reminders that came: each with what it is of, and what can be done with it.

use leptos::prelude::*;
use types::{MessageId, RoomId, Saved};

use super::float::beside;
use super::quote::Excerpt;
use super::ui::{Attempt, Complaint, Glyph, Icon, List, ListRow};
use crate::i18n::{Key as Text, count, fill, t};
use crate::live::use_live;
use crate::pages::room::{Float, Floating, Moments, RoomDesk};
use crate::state::use_state;

/// More than these are found in the view of what is kept.
const SHOWN: usize = 3;

/// The reminders that were not answered yet, the latest first.
#[component]
pub fn Reminders() -> impl IntoView {
    let state = use_state();
    let row = |saved: &Saved| {
        let (room, id) = (saved.room_id, saved.message_id);
        ListRow::new((0, id.0.as_u128()), move || view! { <Reminder room id/> }.into_any())
    };
    let rows = move || -> Vec<ListRow> { state.mine.reminders().iter().rev().take(SHOWN).map(row).collect() };
    let more = move || state.mine.reminders().len().saturating_sub(SHOWN) as i64;
    view! {
        <div class="reminders" data-testid="reminders">
            <List rows=Box::new(rows)/>
            {move || (more() > 0).then(|| view! {
                <p class="reminders-more"><a href="/saved">{count(Text::RemindersMoreOne, Text::RemindersMoreOther, more())}</a></p>
            })}
        </div>
    }
}

#[component]
fn Reminder(room: RoomId, id: MessageId) -> impl IntoView {
    let (state, live, desk) = (use_state(), use_live(), expect_context::<RoomDesk>());
    let attempt = Attempt::new();
    let name = move || state.rooms.get(room).and_then(|item| item.room.name).unwrap_or_default();
    let later = move |click: leptos::ev::MouseEvent| {
        let choose = Callback::new(move |at| attempt.run(async move { live.save(id, Some(at)).await }));
        let what = Floating::Moments(Moments::Remind, choose);
        desk.float.set(Some(Float { what, desk, beside: beside(&click) }));
    };
    view! {
        <section class="reminder" data-testid="reminder" aria-label=t(Text::Reminder)>
            <Icon glyph=Glyph::Clock/>
            <div class="reminder-text">
                <b>{move || fill(t(Text::ReminderIn), &[("room", &name())])}</b>
                <Excerpt room id/>
                <Complaint attempt/>
            </div>
            <span class="reminder-deeds">
                <a class="quiet-button" href=format!("/rooms/{room}/messages/{id}") data-testid="reminder-show"
                    on:click=move |_| state.mine.reminded(id)>{t(Text::ShowInRoom)}</a>
                <button type="button" class="quiet-button" aria-haspopup="menu" disabled=move || attempt.busy()
                    on:click=later>{t(Text::RemindAgain)}</button>
                <button type="button" class="quiet-button" data-testid="reminder-done" disabled=move || attempt.busy()
                    on:click=move |_| attempt.run(async move { live.unsave(id).await })>{t(Text::Done)}</button>
                <button type="button" class="icon-button small" aria-label=t(Text::Close) title=t(Text::Close)
                    on:click=move |_| state.mine.reminded(id)><Icon glyph=Glyph::Close/></button>
            </span>
        </section>
    }
}
