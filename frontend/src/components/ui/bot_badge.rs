//! That a program speaks, and no person.

use leptos::prelude::*;
use types::UserId;

use super::When;
use crate::i18n::{Key as Text, t};
use crate::state::use_state;

/// A word beside a bot's name; nothing beside a person's.
#[component]
pub fn BotBadge(
    /// Whose name it stands beside.
    user: UserId,
) -> impl IntoView {
    let user = use_state().people.person(user).user;
    let bot = Signal::derive(move || user.with(|user| user.as_ref().is_some_and(|user| user.bot)));
    view! { <When so=bot><span class="bot-badge" title=t(Text::BotHint)>{t(Text::Bot)}</span></When> }
}
