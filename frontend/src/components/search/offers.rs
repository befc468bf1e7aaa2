//! What the word that is being typed may become.

use leptos::prelude::*;
use types::{RoomKind, Suggestion, SuggestionKind};

use super::seeking::{Seeking, option_id};
use crate::components::ui::{Avatar, Glyph, Icon, RoomGlyph};
use crate::i18n::{Key as Text, t};

/// The list below the field.
#[component]
pub fn Offers(
    /// What all parts of the panel share.
    seeking: Seeking,
) -> impl IntoView {
    view! {
        <ul class="offers search-offers" role="listbox" id="search-offers" aria-label=t(Text::Suggestions)
            hidden=move || !seeking.offering() data-testid="search-offers" on:mousedown=|press| press.prevent_default()>
            {move || seeking.offers.get().into_iter().enumerate().map(|(at, offer)| row(seeking, at, offer)).collect_view()}
        </ul>
    }
}

fn row(seeking: Seeking, at: usize, offer: Suggestion) -> AnyView {
    let sign = match (&offer.user, &offer.room, offer.kind) {
        (Some(user), ..) => view! { <Avatar user=user.id/> }.into_any(),
        (_, Some(room), _) => view! { <RoomGlyph private=room.kind == RoomKind::Private/> }.into_any(),
        (_, _, SuggestionKind::Recent) => view! { <Icon glyph=Glyph::History/> }.into_any(),
        _ => view! { <span class="room-glyph" aria-hidden="true"><Icon glyph=Glyph::Plus/></span> }.into_any(),
    };
    let (name, note) = match offer.user {
        Some(user) => (user.display_name, offer.text),
        None => {
            let note = operator(&offer.text).map(|key| t(key).to_owned()).unwrap_or_default();
            (offer.text, if offer.kind == SuggestionKind::Operator { note } else { String::new() })
        }
    };
    let on = move || seeking.chosen.get() == Some(at);
    view! {
        <li class="offer" role="option" id=option_id(at) class:on=on aria-selected=move || on().to_string()
            on:click=move |_| seeking.take(at)>
            {sign}<b>{name}</b><small>{note}</small>
        </li>
    }
    .into_any()
}

/// What an operator is for.
fn operator(text: &str) -> Option<Text> {
    let text = text.trim_start_matches('-');
    Some(match text {
        "from:me" => Text::SearchFromMe,
        "mentions:me" => Text::SearchNamesMe,
        "has:link" => Text::SearchLinks,
        "has:image" => Text::SearchImages,
        "is:pinned" => Text::SearchPinned,
        "is:saved" => Text::SearchKept,
        "is:thread" => Text::SearchThreads,
        "from:" => Text::SearchFrom,
        "in:" => Text::SearchIn,
        "has:" => Text::SearchHas,
        "mentions:" => Text::SearchNames,
        "before:" => Text::SearchBefore,
        "after:" => Text::SearchAfter,
        "on:" => Text::SearchOn,
        "is:" => Text::SearchIs,
        _ => return None,
    })
}
