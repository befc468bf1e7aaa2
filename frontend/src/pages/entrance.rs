//! What someone sees who is not signed in: the first account, an invite, an account of one's own, or the way in.

use leptos::{prelude::*, task::spawn_local};
use types::{Registration, Site};

use super::first_run::FirstRun;
use super::register::Register;
use super::sign_in::SignIn;
use crate::api;
use crate::i18n::{Key as Text, t};
use crate::route::{Route, use_navigator};

/// The screen at the door, of a site once it told of itself.
pub fn entrance(site: RwSignal<Option<Site>>) -> AnyView {
    let navigator = use_navigator();
    if site.with_untracked(Option::is_some) {
        // Someone has signed out: the site may have its owner since it was asked.
        spawn_local(async move {
            // The same again must not draw the form anew under someone who types.
            if let Ok(told) = api::site().await
                && site.with_untracked(|known| known.as_ref() != Some(&told))
            {
                site.set(Some(told));
            }
        });
    }
    // Who follows an invite may have an account: the way in leads on to the invite, whose address stays.
    let known = RwSignal::new(false);
    let screen = move || {
        let site = site.get()?;
        let screen = match navigator.route() {
            _ if site.needs_owner => view! { <FirstRun needs_code=site.needs_setup_code/> }.into_any(),
            Route::Invite(code) if !known.get() => view! { <Register site invite=code known=Some(known)/> }.into_any(),
            Route::Invite(_) => view! { <SignIn site invited=Some(known)/> }.into_any(),
            Route::Register => view! { <Register site/> }.into_any(),
            _ => view! { <SignIn site/> }.into_any(),
        };
        Some(screen)
    };
    view! { <div class="entrance"><main class="door">{screen}</main></div> }.into_any()
}

/// The head of a card at the door.
#[component]
pub(super) fn DoorHead(#[prop(into)] title: Signal<String>, #[prop(into)] text: Signal<String>) -> impl IntoView {
    view! {
        <header class="door-head">
            <span class="door-mark" aria-hidden="true"></span>
            <h1>{title}</h1>
            <p>{text}</p>
        </header>
    }
}

/// The way from an account that exists or does not yet; `known` at an invite.
#[component]
pub(super) fn OtherDoor(
    site: Site,
    here: Route,
    #[prop(optional_no_strip)] known: Option<RwSignal<bool>>,
) -> impl IntoView {
    let open = site.registration == Registration::Open;
    let (ask, there, way) = match here {
        Route::SignIn => (Text::NoAccount, "/register", Text::RegisterTitle),
        _ => (Text::HaveAccount, "/sign-in", Text::SignInTitle),
    };
    let way = match (known, here) {
        (Some(known), _) => view! {
            <button type="button" class="link-button" on:click=move |_| known.update(|known| *known = !*known)>{t(way)}</button>
        }
        .into_any(),
        (None, Route::SignIn) if !open => {
            return view! { <p class="other-door">{t(Text::AskForInvite)}</p> }.into_any();
        }
        (None, _) => view! { <a href=there>{t(way)}</a> }.into_any(),
    };
    view! { <p class="other-door">{t(ask)}" "{way}</p> }.into_any()
}
