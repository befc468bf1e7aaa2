//! Signing in, by username or e-mail address.

use leptos::{ev, prelude::*};
use types::{Site, limits};

use super::entrance::{DoorHead, OtherDoor};
use crate::components::ui::{Attempt, Complaint, Field};
use crate::i18n::{Key as Text, fill, t};
use crate::route::Route;
use crate::session;

/// The screen of signing in; whatever address was asked for opens after it.
#[component]
pub fn SignIn(
    /// The site, once it told.
    site: Site,
    /// The way back to the invite that was followed.
    #[prop(optional_no_strip)]
    invited: Option<RwSignal<bool>>,
) -> impl IntoView {
    let attempt = Attempt::new();
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let credentials =
            types::SignIn { login: login.get_untracked(), password: password.get_untracked(), totp: None };
        attempt.run(async move { session::sign_in(&credentials).await });
    };
    let text = fill(t(Text::SignInText), &[("site", &site.name)]);
    view! {
        <DoorHead title=t(Text::SignInTitle) text/>
        <form class="form" novalidate on:submit=submit data-testid="sign-in-form">
            <Field name="login" label=Text::Login value=login attempt autocomplete="username" max=limits::EMAIL_MAX first=true/>
            <Field name="password" label=Text::Password value=password attempt kind="password"
                autocomplete="current-password" max=limits::PASSWORD_MAX/>
            <Complaint attempt/>
            <button type="submit" class="main-button wide" disabled=move || attempt.busy() data-testid="submit">
                {t(Text::SignInButton)}
            </button>
        </form>
        <OtherDoor site here=Route::SignIn known=invited/>
    }
}
