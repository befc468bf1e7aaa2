//! A new password; the other devices are signed out by it.

use leptos::{ev, prelude::*};
use types::{ChangePassword, limits};

use crate::api;
use crate::components::ui::{Attempt, Complaint, Field};
use crate::i18n::{Key as Text, t};

/// The form of a new password.
#[component]
pub fn Password() -> impl IntoView {
    let attempt = Attempt::new();
    let changed = RwSignal::new(false);
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        changed.set(false);
        let change = ChangePassword { current: current.get_untracked(), new: new.get_untracked() };
        attempt.run(async move {
            api::change_password(&change).await?;
            let _ = changed.try_set(true);
            let _ = current.try_set(String::new());
            let _ = new.try_set(String::new());
            Ok(())
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <Field name="current" label=Text::CurrentPassword value=current attempt kind="password"
                autocomplete="current-password" max=limits::PASSWORD_MAX/>
            <Field name="new" label=Text::NewPassword hint=Text::PasswordHint value=new attempt kind="password"
                autocomplete="new-password" max=limits::PASSWORD_MAX/>
            <Complaint attempt/>
            <footer class="modal-actions">
                <span class="help" role="status">{move || changed.get().then(|| t(Text::PasswordChanged))}</span>
                <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">
                    {t(Text::ChangePassword)}
                </button>
            </footer>
        </form>
    }
}
