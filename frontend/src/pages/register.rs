//! Making an account: by an invite, or freely where the site is open.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{InvitePreview, Registration, Site, limits};

use super::entrance::{DoorHead, OtherDoor};
use crate::api;
use crate::components::ui::{Attempt, Complaint, Field, Skeleton};
use crate::i18n::{self, Key as Text, fill, t};
use crate::route::{Route, use_navigator};
use crate::session;

/// The screen of a new account.
#[component]
pub fn Register(
    /// The site, once it told.
    site: Site,
    /// The code of an invite.
    #[prop(optional, into)]
    invite: Option<String>,
    /// Whether whoever follows the invite has an account.
    #[prop(optional_no_strip)]
    known: Option<RwSignal<bool>>,
) -> impl IntoView {
    let other = view! { <OtherDoor site=site.clone() here=Route::Register known/> };
    let form = match (invite, site.registration) {
        (Some(code), Registration::Open | Registration::Invite) => view! { <Invited code/> }.into_any(),
        (None, Registration::Open) => view! {
            <DoorHead title=t(Text::RegisterTitle) text=t(Text::RegisterText)/>
            <Account button=Text::RegisterButton/>
        }
        .into_any(),
        (_, registration) => {
            let text = if registration == Registration::Closed { Text::RegistrationClosed } else { Text::InviteNeeded };
            view! { <DoorHead title=t(Text::RegisterTitle) text=t(text)/> }.into_any()
        }
    };
    view! { {form}{other} }
}

/// What the invite leads to, and the account that goes there.
#[component]
fn Invited(code: String) -> impl IntoView {
    let preview: RwSignal<Option<Result<InvitePreview, api::Failure>>> = RwSignal::new(None);
    let asked = code.clone();
    spawn_local(async move {
        let answer = api::invite_preview(&asked).await;
        let _ = preview.try_set(Some(answer));
    });
    move || match preview.get() {
        None => view! { <Skeleton rows=4/> }.into_any(),
        Some(Ok(preview)) => {
            let people = i18n::count(Text::MembersOne, Text::MembersOther, preview.member_count);
            let text = format!("{} {people}.", fill(t(Text::InvitedBy), &[("name", &preview.invited_by)]));
            view! {
                <DoorHead title=fill(t(Text::InviteTitle), &[("room", &preview.room_name)]) text/>
                <Account button=Text::RegisterButton invite=code.clone()/>
            }
            .into_any()
        }
        Some(Err(failure)) => {
            let ended = failure.code() == Some(types::ErrorCode::InviteInvalid);
            let title = t(if ended { Text::InviteEndedTitle } else { Text::RegisterTitle });
            view! { <DoorHead title text=i18n::failure(&failure)/> }.into_any()
        }
    }
}

/// The form of an account.
#[component]
pub(super) fn Account(
    button: Text,
    #[prop(optional)] needs_code: bool,
    #[prop(optional, into)] invite: Option<String>,
) -> impl IntoView {
    let navigator = use_navigator();
    let attempt = Attempt::new();
    let field = || RwSignal::new(String::new());
    let (name, username, email, password, code) = (field(), field(), field(), field(), field());
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let account = types::Register {
            username: username.get_untracked(),
            email: email.get_untracked(),
            password: password.get_untracked(),
            display_name: Some(name.get_untracked().trim().to_owned()).filter(|name| !name.is_empty()),
            invite: invite.clone(),
            setup_code: Some(code.get_untracked().trim().to_owned()).filter(|code| !code.is_empty()),
        };
        // The page inside takes over as soon as the session stands: it begins at home, not at the invite.
        attempt.run(async move { session::register(&account, move || navigator.replace(Route::Home)).await });
    };
    view! {
        <form class="form" novalidate on:submit=submit data-testid="account-form">
            {needs_code.then(|| view! {
                <Field name="setup_code" label=Text::SetupCode hint=Text::SetupCodeHint value=code attempt first=true/>
            })}
            <Field name="display_name" label=Text::DisplayName hint=Text::DisplayNameHint value=name attempt optional=true
                autocomplete="name" max=limits::DISPLAY_NAME_MAX first=!needs_code/>
            <Field name="username" label=Text::Username hint=Text::UsernameHint value=username attempt
                autocomplete="username" max=limits::USERNAME_MAX/>
            <Field name="email" label=Text::Email value=email attempt kind="email" autocomplete="email" max=limits::EMAIL_MAX/>
            <Field name="password" label=Text::Password hint=Text::PasswordHint value=password attempt kind="password"
                autocomplete="new-password" max=limits::PASSWORD_MAX/>
            <Complaint attempt/>
            <button type="submit" class="main-button wide" disabled=move || attempt.busy() data-testid="submit">{t(button)}</button>
        </form>
    }
}
