//! What is to be sent later, the next first, and what I have begun to write anywhere.

use leptos::{ev, html, prelude::*};
use types::{ErrorCode, Scheduled, ScheduledState, Time, UpdateScheduled};

use super::draft_list::DraftList;
use super::{Head, Nothing, RoomLink};
use crate::clock;
use crate::components::body::Body;
use crate::components::composer::{fits, grow};
use crate::components::float::beside;
use crate::components::ui::{Ask, Attempt, Complaint, Glyph, Icon, List, ListRow, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::{Float, Floating, Moments, RoomDesk};
use crate::route::{Route, View};
use crate::state::use_state;

/// The screen.
#[component]
pub fn Later() -> impl IntoView {
    let state = use_state();
    let row = |row: &Scheduled| {
        let row = row.clone();
        let key = row.id.0.as_u128() ^ u128::from(row.rev.cast_unsigned());
        ListRow::new((0, key), move || view! { <Card row/> }.into_any())
    };
    let waits = Memo::new(move |_| state.mine.scheduled());
    let nothing = move || waits.with(Vec::is_empty) && state.drafts.all().is_empty();
    view! {
        <Head view=View::Later/>
        <div class="gathered" tabindex="0" role="region" aria-label=t(Text::LaterView)>
            <When so=move || !waits.with(Vec::is_empty)><h2 class="part-title">{t(Text::ScheduledPart)}</h2></When>
            <ul class="cards" data-testid="scheduled">
                <List rows=Box::new(move || waits.with(|rows| rows.iter().map(row).collect()))/>
            </ul>
            <DraftList/>
            <When so=nothing>
                <Nothing glyph=Glyph::Clock title=Text::NothingLater text=Text::NothingLaterText/>
            </When>
        </div>
    }
}

#[component]
fn Card(row: Scheduled) -> impl IntoView {
    let (state, live, desk) = (use_state(), use_live(), expect_context::<RoomDesk>());
    let attempt = Attempt::new();
    let (edits, cancels) = (RwSignal::new(false), RwSignal::new(false));
    let (id, room, failed) = (row.id, row.room_id, row.state == ScheduledState::Failed);
    let route = row.parent_id.map_or(Route::Room(room), |root| Route::Thread(room, root));
    let note = row.parent_id.map(|_| Text::InAThread);
    let when = fill(t(if failed { Text::WasToBeSent } else { Text::SendsAt }), &[("when", &clock::soon(row.send_at))]);
    let failure = row.failure;
    let why = move || {
        failed.then(|| match (failure, state.rooms.get(room)) {
            (None | Some(ErrorCode::NotFound), None) => Text::FailNotAMember,
            (None, Some(_)) => Text::FailScheduled,
            (Some(code), _) => Text::of(code),
        })
    };
    let change = move |change: UpdateScheduled| attempt.run(async move { live.reschedule(id, change).await });
    let put_off = move |click: ev::MouseEvent| {
        let choose = move |at: Time| change(UpdateScheduled { send_at: Some(at), body: None });
        let what = Floating::Moments(Moments::Send, Callback::new(choose));
        desk.float.set(Some(Float { what, desk, beside: beside(&click) }));
    };
    let (text, sends, ends) = (StoredValue::new(row.body.clone()), row.clone(), row);
    let send_now = move |_| {
        let row = sends.clone();
        attempt.run(async move { live.send_scheduled(row).await });
    };
    let ends = StoredValue::new(ends);
    let cancel = move || {
        let row = ends.get_value();
        attempt.run(async move { live.cancel_scheduled(row).await });
    };
    view! {
        <li class="card" class:failed=failed data-testid="scheduled-card">
            <div class="card-head">
                {match note {
                    Some(note) => view! { <RoomLink room to=route note/> }.into_any(),
                    None => view! { <RoomLink room to=route/> }.into_any(),
                }}
                <span class="card-when"><Icon glyph=Glyph::Clock/>{when}</span>
            </div>
            {move || if edits.get() {
                let save = Callback::new(move |body: String| {
                    edits.set(false);
                    change(UpdateScheduled { body: Some(body), send_at: None });
                });
                view! { <EditBody text=text.get_value() edits save/> }.into_any()
            } else {
                view! { <Body text=text.get_value()/> }.into_any()
            }}
            <p class="fault">{move || why().map(t)}</p>
            <div class="card-foot">
                <Complaint attempt/>
                <When so=move || cancels.get()>
                    <Ask question=t(Text::CancelQuestion).to_owned() yes=Text::CancelSending asked=cancels act=Box::new(cancel)/>
                </When>
                <span class="card-deeds">
                    <button type="button" class="quiet-button" data-testid="edit-scheduled" on:click=move |_| edits.set(true)>
                        {t(Text::Edit)}
                    </button>
                    <button type="button" class="quiet-button" data-testid="reschedule" aria-haspopup="menu"
                        disabled=move || attempt.busy() on:click=put_off>{t(Text::Reschedule)}</button>
                    <button type="button" class="quiet-button" data-testid="send-now" disabled=move || attempt.busy()
                        on:click=send_now>{t(Text::SendNow)}</button>
                    <button type="button" class="quiet-button" data-testid="cancel-scheduled" disabled=move || attempt.busy()
                        on:click=move |_| cancels.set(true)>{t(Text::CancelSending)}</button>
                </span>
            </div>
        </li>
    }
}

/// The text of what waits, being changed.
#[component]
fn EditBody(text: String, edits: RwSignal<bool>, save: Callback<String>) -> impl IntoView {
    let field = NodeRef::<html::Textarea>::new();
    let unfit = RwSignal::new(false);
    let first = text;
    effect(move || {
        if let Some(field) = field.get() {
            field.set_value(&first);
            grow(&field);
            let _ = field.focus();
        }
    });
    let done = move || {
        let Some(text) = field.get_untracked().map(|field| field.value()) else { return };
        if fits(&text) { save.run(text) } else { unfit.set(true) }
    };
    let on_key = move |key: ev::KeyboardEvent| {
        match key.key().as_str() {
            _ if key.is_composing() => return,
            "Enter" if !key.shift_key() => done(),
            "Escape" => edits.set(false),
            _ => return,
        }
        key.prevent_default();
        key.stop_propagation();
    };
    let typed = move |_| {
        if let Some(field) = field.get_untracked() {
            grow(&field);
        }
    };
    view! {
        <div class="edit">
            <textarea class="edit-field" rows="1" data-testid="scheduled-field" aria-label=t(Text::EditMessage) node_ref=field
                on:keydown=on_key on:input=typed></textarea>
            <div class="edit-bar">
                <span class="hint">{move || if unfit.get() { t(Text::EditUnfit) } else { t(Text::EditHint) }}</span>
                <button type="button" class="quiet-button" on:click=move |_| edits.set(false)>{t(Text::Cancel)}</button>
                <button type="button" class="main-button" on:click=move |_| done()>{t(Text::Save)}</button>
            </div>
        </div>
    }
}
