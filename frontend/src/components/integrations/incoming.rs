//! Addresses that post to the room.

use leptos::{ev, prelude::*};
use types::{IncomingHook, RoomId, limits};

use super::{Told, listed, load};
use crate::api;
use crate::clock;
use crate::components::ui::{Ask, Attempt, Avatar, Complaint, Field, Once, When};
use crate::i18n::{Key as Text, fill, t};

/// The room's incoming webhooks, and a way to one more.
#[component]
pub fn Incoming(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let told: Told<IncomingHook> = RwSignal::new(None);
    let again = move || load(told, || api::incoming_hooks(room));
    again();
    let (attempt, name) = (Attempt::new(), RwSignal::new(String::new()));
    let made = RwSignal::new(None::<String>);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        attempt.run(async move {
            let hook = api::create_incoming_hook(room, name.get_untracked()).await?;
            let _ = made.try_set(Some(absolute(&hook.url)));
            let _ = name.try_set(String::new());
            again();
            Ok(())
        });
    };
    view! {
        <section class="hooks" data-testid="incoming-hooks">
            <h3>{t(Text::HooksIn)}</h3>
            <p class="help">{t(Text::HooksInHint)}</p>
            {listed(told, Text::HooksNone, again, move |hook| view! { <Row room hook told/> }.into_any())}
            {move || made.get().map(|text| view! { <Once label=Text::HookAddress text hint=Text::HookAddressOnce test="hook-url"/> })}
            <form class="form hook-form" novalidate on:submit=submit>
                <Field name="name" label=Text::HookName value=name attempt max=limits::HOOK_NAME_MAX/>
                <button type="submit" class="edge-button" data-testid="make-incoming" disabled=move || attempt.busy()>
                    {t(Text::HookMake)}
                </button>
            </form>
            <Complaint attempt/>
        </section>
    }
}

/// The server tells the path alone where its operator did not say how it is reached.
fn absolute(url: &str) -> String {
    match url.starts_with('/') {
        true => [window().location().origin().unwrap_or_default().as_str(), url].concat(),
        false => url.to_owned(),
    }
}

#[component]
fn Row(room: RoomId, hook: IncomingHook, told: Told<IncomingHook>) -> impl IntoView {
    let (attempt, asked, id) = (Attempt::new(), RwSignal::new(false), hook.id);
    let used = match hook.last_used_at {
        Some(at) => fill(t(Text::LastUsed), &[("at", &clock::lately(at))]),
        None => t(Text::NeverUsed).to_owned(),
    };
    let remove = move || {
        attempt.run(async move {
            api::remove_hook(room, "incoming", id).await?;
            super::load(told, || api::incoming_hooks(room));
            Ok(())
        });
    };
    view! {
        <li class="row-item" data-testid="incoming-hook">
            <Avatar user=hook.user_id/>
            <span class="row-text"><b>{hook.name}</b><small>{used}</small><Complaint attempt/></span>
            <button type="button" class="quiet-button" data-testid="remove-hook" disabled=move || attempt.busy()
                on:click=move |_| asked.set(true)>{t(Text::Delete)}</button>
            <When so=asked><Ask question=t(Text::HookRemove).to_owned() yes=Text::Delete asked act=Box::new(remove)/></When>
        </li>
    }
}
