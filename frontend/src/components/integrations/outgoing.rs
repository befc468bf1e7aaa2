//! Addresses that are told what happens in the room, and what became of the last events.

use leptos::{ev, prelude::*};
use types::{Delivery, HookEvent, NewOutgoingHook, OutgoingHook, RoomId, limits};

use super::{Told, listed, load};
use crate::api;
use crate::clock;
use crate::components::ui::{Ask, Attempt, Complaint, Field, Once, When};
use crate::i18n::{Key as Text, count, fill, t};

const EVENTS: [(HookEvent, Text); 3] = [
    (HookEvent::MessageCreated, Text::HookCreated),
    (HookEvent::MessageEdited, Text::HookEdited),
    (HookEvent::MessageDeleted, Text::HookDeleted),
];

/// The room's outgoing webhooks, and a way to one more.
#[component]
pub fn Outgoing(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let told: Told<OutgoingHook> = RwSignal::new(None);
    let again = move || load(told, || api::outgoing_hooks(room));
    again();
    let attempt = Attempt::new();
    let (url, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let events = RwSignal::new(vec![HookEvent::MessageCreated]);
    let made = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let trigger_words = words.with_untracked(|words| words.split_whitespace().map(str::to_owned).collect());
        let new = NewOutgoingHook { url: url.get_untracked(), events: events.get_untracked(), trigger_words };
        attempt.run(async move {
            let hook = api::create_outgoing_hook(room, &new).await?;
            let _ = made.try_set(Some(hook.key));
            let _ = url.try_set(String::new());
            again();
            Ok(())
        });
    };
    view! {
        <section class="hooks" data-testid="outgoing-hooks">
            <h3>{t(Text::HooksOut)}</h3>
            <p class="help">{t(Text::HooksOutHint)}</p>
            {listed(told, Text::HooksNone, again, move |hook| view! { <Row room hook told/> }.into_any())}
            {move || made.get().map(|text| view! { <Once label=Text::HookKey text hint=Text::HookKeyOnce test="hook-key"/> })}
            <form class="form" novalidate on:submit=submit>
                <Field name="url" label=Text::HookUrl value=url attempt max=limits::HOOK_URL_MAX/>
                <fieldset class="checks">
                    <legend>{t(Text::HookEvents)}</legend>
                    {EVENTS.map(|(event, text)| check(events, event, text)).collect_view()}
                    <p class="fault" role="alert">{move || attempt.field("events")}</p>
                </fieldset>
                <Field name="trigger_words" label=Text::HookWords hint=Text::HookWordsHint value=words attempt optional=true/>
                <Complaint attempt/>
                <button type="submit" class="edge-button" data-testid="make-outgoing" disabled=move || attempt.busy()>
                    {t(Text::HookMake)}
                </button>
            </form>
        </section>
    }
}

fn check(events: RwSignal<Vec<HookEvent>>, event: HookEvent, text: Text) -> impl IntoView {
    let set = move |change: ev::Event| {
        let on = event_target_checked(&change);
        events.update(|events| {
            events.retain(|held| *held != event);
            events.extend(on.then_some(event));
        });
    };
    view! {
        <label class="poll-check">
            <input type="checkbox" prop:checked=move || events.with(|events| events.contains(&event)) on:change=set/>
            <span>{t(text)}</span>
        </label>
    }
}

#[component]
fn Row(room: RoomId, hook: OutgoingHook, told: Told<OutgoingHook>) -> impl IntoView {
    let (attempt, asked, open, id) = (Attempt::new(), RwSignal::new(false), RwSignal::new(false), hook.id);
    let again = move || load(told, || api::outgoing_hooks(room));
    let remove = move || {
        attempt.run(async move {
            api::remove_hook(room, "outgoing", id).await?;
            again();
            Ok(())
        });
    };
    let enable = move |_| {
        attempt.run(async move {
            api::enable_hook(room, id).await?;
            again();
            Ok(())
        });
    };
    let state = match (&hook.disabled_at, hook.failures) {
        (Some(_), _) => fill(t(Text::HookOff), &[("reason", hook.disabled_reason.as_deref().unwrap_or_default())]),
        (None, 0) => t(Text::HookWell).to_owned(),
        (None, failures) => count(Text::HookFailedOne, Text::HookFailedOther, failures),
    };
    let off = hook.disabled_at.is_some();
    view! {
        <li class="row-item hook" data-testid="outgoing-hook">
            <span class="row-text"><b class="hook-url">{hook.url}</b><small class:off=off>{state}</small><Complaint attempt/></span>
            {off.then(|| view! {
                <button type="button" class="edge-button" data-testid="enable-hook" on:click=enable>{t(Text::HookEnable)}</button>
            })}
            <button type="button" class="quiet-button" data-testid="hook-log" aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|open| *open = !*open)>{t(Text::HookLog)}</button>
            <button type="button" class="quiet-button" data-testid="remove-hook" disabled=move || attempt.busy()
                on:click=move |_| asked.set(true)>{t(Text::Delete)}</button>
            <When so=asked><Ask question=t(Text::HookRemove).to_owned() yes=Text::Delete asked act=Box::new(remove)/></When>
            <When so=open><Log room id/></When>
        </li>
    }
}

/// The last events.
#[component]
fn Log(room: RoomId, id: types::HookId) -> impl IntoView {
    let told: Told<Delivery> = RwSignal::new(None);
    let again = move || load(told, || api::deliveries(room, id));
    again();
    view! {
        <div class="hook-log">{listed(told, Text::HookLogNone, again, |delivery| view! { <Entry delivery/> }.into_any())}</div>
    }
}

#[component]
fn Entry(delivery: Delivery) -> impl IntoView {
    let Delivery { event, created_at, attempts, status, failure, delivered_at, next_at, .. } = delivery;
    let what = EVENTS.into_iter().find(|(known, _)| *known == event).map_or("", |(_, text)| t(text));
    let became = match (delivered_at, next_at, failure) {
        (Some(_), ..) => fill(t(Text::HookTaken), &[("status", &status.unwrap_or_default().to_string())]),
        (None, Some(at), Some(why)) => fill(t(Text::HookRetry), &[("why", &why), ("at", &clock::lately(at))]),
        (None, Some(_), None) => t(Text::HookWaits).to_owned(),
        (None, None, why) => fill(t(Text::HookGivenUp), &[("why", &why.unwrap_or_default())]),
    };
    let tries = count(Text::HookTriesOne, Text::HookTriesOther, attempts);
    view! {
        <li class="hook-entry" data-testid="delivery">
            <time datetime=clock::iso(created_at) title=clock::full(created_at)>{clock::lately(created_at)}</time>
            <span>{what}</span>
            <small class:off=delivered_at.is_none()>{became}" · "{tries}</small>
        </li>
    }
}
