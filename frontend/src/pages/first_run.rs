//! The first visitor makes the owner's account.

use leptos::prelude::*;

use super::entrance::DoorHead;
use super::register::Account;
use crate::i18n::{Key as Text, t};

/// The first screen of a new server.
#[component]
pub fn FirstRun(
    /// Whether the set-up code is asked for.
    needs_code: bool,
) -> impl IntoView {
    view! {
        <DoorHead title=t(Text::FirstRunTitle) text=t(Text::FirstRunText)/>
        <Account button=Text::FirstRunButton needs_code/>
    }
}
