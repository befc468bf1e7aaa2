//! What others see of me.

use leptos::{ev, prelude::*};
use types::{UpdateMe, limits};

use crate::api;
use crate::components::ui::{Attempt, Complaint, Field};
use crate::i18n::{Key as Text, t};
use crate::state::use_state;

/// Display name, status, a few words.
#[component]
pub fn Profile() -> impl IntoView {
    let state = use_state();
    let attempt = Attempt::new();
    let saved = RwSignal::new(false);
    let me = state.me.get_untracked().and_then(|me| state.people.person(me).user.get_untracked());
    let me_now = me.clone();
    let (name, status, bio) = me.map_or_else(Default::default, |me| (me.display_name, me.status_text, me.bio));
    let (name, status, bio) = (RwSignal::new(name), RwSignal::new(status), RwSignal::new(bio));
    let username = me_now.map(|me| me.username).unwrap_or_default();
    let email = RwSignal::new(String::new());
    leptos::task::spawn_local(async move {
        if let Ok(me) = api::me().await {
            // The dialog may be closed by now.
            let _ = email.try_set(me.email);
        }
    });
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        saved.set(false);
        let change = UpdateMe {
            display_name: Some(name.get_untracked()),
            bio: Some(bio.get_untracked()),
            status_text: Some(status.get_untracked()),
        };
        attempt.run(async move {
            let me = api::update_me(&change).await?;
            state.people.add(std::slice::from_ref(&me.user));
            let _ = saved.try_set(true);
            Ok(())
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <dl class="own">
                <div><dt>{t(Text::Username)}</dt><dd>{username}</dd></div>
                <div><dt>{t(Text::Email)}</dt><dd>{move || email.get()}</dd></div>
            </dl>
            <Field name="display_name" label=Text::DisplayName value=name attempt autocomplete="name"
                max=limits::DISPLAY_NAME_MAX/>
            <Field name="status_text" label=Text::StatusText hint=Text::StatusHint value=status attempt optional=true
                max=limits::STATUS_TEXT_MAX/>
            <Field name="bio" label=Text::Bio value=bio attempt optional=true lines=true max=limits::BIO_MAX/>
            <Complaint attempt/>
            <footer class="modal-actions">
                <span class="help" role="status">{move || saved.get().then(|| t(Text::Saved))}</span>
                <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">{t(Text::Save)}</button>
            </footer>
        </form>
    }
}
