//! My settings: profile, colours and language, what others know of me, password, and where I am signed in.

pub mod appearance;
pub mod bots;
pub mod devices;
pub mod password;
pub mod privacy;
pub mod profile;

use leptos::prelude::*;

use super::ui::{Attempt, Complaint, Glyph, Icon, Modal};
use crate::i18n::{self, Key as Text, t};
use crate::live::use_live;
use crate::state::use_state;

/// The parts of the settings.
const PARTS: [(Text, &str); 6] = [
    (Text::Profile, "profile"),
    (Text::Appearance, "appearance"),
    (Text::Privacy, "privacy"),
    (Text::Password, "password"),
    (Text::Sessions, "devices"),
    (Text::Bots, "bots"),
];

/// The dialog of settings.
#[component]
pub fn Settings() -> impl IntoView {
    let part = RwSignal::new(if i18n::just_chosen() { "appearance" } else { "profile" });
    i18n::chosen_is_seen();
    let attempt = Attempt::new();
    let (state, live) = (use_state(), use_live());
    let warned = RwSignal::new(false);
    let unsent = move || state.outgoing.with(|outbox| outbox.rooms().next().is_some());
    let sign_out = move |_| {
        if unsent() && !warned.get_untracked() {
            return warned.set(true);
        }
        attempt.run(live.sign_out());
    };
    view! {
        <Modal title=t(Text::Settings) name="settings-dialog">
            <div class="settings">
                <nav class="parts" aria-label=t(Text::Settings)>
                    {PARTS.into_iter().map(|(label, name)| view! {
                        <button type="button" class="part" aria-current=move || (part.get() == name).then_some("true")
                            data-testid=format!("part-{name}") on:click=move |_| part.set(name)>{t(label)}</button>
                    }).collect_view()}
                </nav>
                <div class="part-body">
                    {move || match part.get() {
                        "appearance" => view! { <appearance::Appearance/> }.into_any(),
                        "privacy" => view! { <privacy::Privacy/> }.into_any(),
                        "password" => view! { <password::Password/> }.into_any(),
                        "devices" => view! { <devices::Devices/> }.into_any(),
                        "bots" => view! { <bots::Bots/> }.into_any(),
                        _ => view! { <profile::Profile/> }.into_any(),
                    }}
                </div>
                <footer class="leave">
                    <button type="button" class="part" data-testid="sign-out" disabled=move || attempt.busy() on:click=sign_out>
                        <Icon glyph=Glyph::SignOut/>{move || t(if warned.get() { Text::SignOutAnyway } else { Text::SignOut })}
                    </button>
                    <p class="help" role="status">{move || warned.get().then(|| t(Text::SignOutUnsent))}</p>
                    <Complaint attempt/>
                </footer>
            </div>
        </Modal>
    }
}
