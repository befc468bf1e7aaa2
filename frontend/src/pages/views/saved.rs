//! What I keep for later: what is due first, then the latest; each leads to its place.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{Message, MessageId, Saved, SavedMessage};

use super::post::Post;
use super::{Head, Nothing, RoomLink, place_of};
use crate::api;
use crate::clock;
use crate::components::float::beside;
use crate::components::ui::{Attempt, Complaint, Failed, Glyph, Icon, List, ListRow, Skeleton, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::{Float, Floating, Moments, RoomDesk};
use crate::route::{Route, View};
use crate::state::{State, is_due, use_state};

/// The messages of what is kept; those that I may not read any more are known to be gone.
#[derive(Clone, Copy)]
struct Kept {
    state: State,
    messages: RwSignal<Vec<(MessageId, Option<Message>)>>,
    next: RwSignal<Option<String>>,
    /// None until it was told; then whether that failed.
    failed: RwSignal<Option<bool>>,
    asked: StoredValue<bool>,
}

impl Kept {
    fn ask(self, more: bool) {
        if self.asked.try_update_value(|asked| std::mem::replace(asked, true)) != Some(false) {
            return;
        }
        let cursor = self.next.get_untracked().filter(|_| more);
        spawn_local(async move {
            let answer = api::list_saved(cursor).await;
            if self.asked.try_update_value(|asked| *asked = false).is_none() {
                return;
            }
            self.failed.set(Some(answer.is_err()));
            let Ok(page) = answer else { return };
            self.state.people.add(&page.users);
            self.next.set(page.next);
            let rows: Vec<Saved> = page.items.iter().map(|item| item.saved.clone()).collect();
            self.messages.update(|messages| {
                messages.retain(|(id, _)| !rows.iter().any(|row| row.message_id == *id));
                let told = page.items.into_iter();
                messages.extend(told.map(|SavedMessage { saved, message }| (saved.message_id, message)));
            });
            self.state.mine.keep(&rows);
        });
    }

    /// What is kept and told of, what is due first; tracked.
    fn rows(self) -> Vec<(Saved, Option<Message>)> {
        let saved = self.state.mine.saved();
        let mut rows: Vec<(Saved, Option<Message>)> = self.messages.with(|messages| {
            let found = |row: Saved| {
                let message = messages.iter().find(|(id, _)| *id == row.message_id)?.1.clone();
                Some((row, message))
            };
            saved.into_iter().filter_map(found).collect()
        });
        rows.sort_by_key(|(row, _)| std::cmp::Reverse((is_due(row), row.saved_at, row.message_id)));
        rows
    }
}

/// The screen.
#[component]
pub fn SavedMessages() -> impl IntoView {
    let state = use_state();
    let kept = Kept {
        state,
        messages: RwSignal::new(Vec::new()),
        next: RwSignal::new(None),
        failed: RwSignal::new(None),
        asked: StoredValue::new(false),
    };
    kept.ask(false);
    // What was kept meanwhile, here or on another device.
    effect(move || {
        let saved = state.mine.saved();
        // Untracked: an answer must not be asked for by itself.
        let told = kept.failed.get_untracked() == Some(false) && kept.next.with_untracked(Option::is_none);
        let known =
            |id: MessageId| kept.messages.with_untracked(|messages| messages.iter().any(|(other, _)| *other == id));
        if told && !saved.iter().all(|row| known(row.message_id)) {
            kept.ask(false);
        }
    });
    let rows = Memo::new(move |_| kept.rows());
    let row = |(saved, message): &(Saved, Option<Message>)| {
        let (saved, message) = (saved.clone(), message.clone());
        let rev = saved.rev ^ (message.as_ref().map_or(0, |message| message.rev) << 24);
        let key = saved.message_id.0.as_u128() ^ u128::from(rev.cast_unsigned());
        ListRow::new((0, key), move || view! { <Card saved message/> }.into_any())
    };
    view! {
        <Head view=View::Saved/>
        <div class="gathered" tabindex="0" role="region" aria-label=t(Text::SavedView)>
            <ul class="cards" data-testid="saved">
                <List rows=Box::new(move || rows.with(|rows| rows.iter().map(row).collect()))/>
            </ul>
            {move || match (kept.failed.get(), rows.with(Vec::is_empty)) {
                (None, true) => view! { <Skeleton rows=4/> }.into_any(),
                (Some(true), true) => view! { <Failed retry=move || kept.ask(false)/> }.into_any(),
                (Some(false), true) => {
                    view! { <Nothing glyph=Glyph::Bookmark title=Text::NothingSaved text=Text::NothingSavedText/> }.into_any()
                }
                (_, false) => ().into_any(),
            }}
            <When so=move || kept.next.with(Option::is_some)>
                <button type="button" class="quiet-button more" on:click=move |_| kept.ask(true)>{t(Text::MoreRows)}</button>
            </When>
        </div>
    }
}

#[component]
fn Card(saved: Saved, message: Option<Message>) -> impl IntoView {
    let (live, desk) = (use_live(), expect_context::<RoomDesk>());
    let attempt = Attempt::new();
    let (room, id, due) = (saved.room_id, saved.message_id, is_due(&saved));
    let remind = move |click: ev::MouseEvent| {
        let choose = Callback::new(move |at| attempt.run(async move { live.save(id, Some(at)).await }));
        let what = Floating::Moments(Moments::Remind, choose);
        desk.float.set(Some(Float { what, desk, beside: beside(&click) }));
    };
    let when = match (saved.reminded_at, saved.remind_at) {
        (Some(at), _) => Some(fill(t(Text::DueSince), &[("when", &clock::lately(at))])),
        (None, Some(at)) => Some(fill(t(Text::RemindsAt), &[("when", &clock::soon(at))])),
        (None, None) => None,
    };
    let route = message.as_ref().map_or(Route::Room(room), place_of);
    let to = route.path();
    let readable = message.is_some();
    view! {
        <li class="card" class:due=due data-testid="saved-card" data-due=due.to_string()>
            <div class="card-head">
                {readable.then(|| view! { <RoomLink room to=route/> })}
                {when.map(|when| view! { <span class="card-when"><Icon glyph=Glyph::Clock/>{when}</span> })}
            </div>
            {match message {
                Some(message) => view! { <Post message/> }.into_any(),
                None => view! { <p class="help">{t(Text::SavedGone)}</p> }.into_any(),
            }}
            <div class="card-foot">
                <Complaint attempt/>
                <span class="card-deeds">
                    {readable.then(|| view! {
                        <button type="button" class="quiet-button" aria-haspopup="menu" data-testid="remind"
                            disabled=move || attempt.busy() on:click=remind>
                            {t(if due { Text::RemindAgain } else { Text::RemindMe })}
                        </button>
                    })}
                    <button type="button" class="quiet-button" data-testid="unsave" disabled=move || attempt.busy()
                        on:click=move |_| attempt.run(async move { live.unsave(id).await })>
                        <Icon glyph=Glyph::Check/>{t(Text::Done)}
                    </button>
                    {readable.then(|| view! { <a class="quiet-button" data-testid="show" href=to>{t(Text::ShowInRoom)}</a> })}
                </span>
            </div>
        </li>
    }
}
