//! An invite link followed by someone who is signed in: what it leads to, and the way in.

use leptos::{prelude::*, task::spawn_local};
use types::InvitePreview;

use crate::api;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};

/// The screen of an invite.
#[component]
pub fn Invited(
    /// The code of the link.
    code: String,
) -> impl IntoView {
    let (live, navigator) = (use_live(), use_navigator());
    let preview: RwSignal<Option<Result<InvitePreview, api::Failure>>> = RwSignal::new(None);
    let failed = RwSignal::new(false);
    let asked = code.clone();
    spawn_local(async move { preview.set(Some(api::invite_preview(&asked).await)) });
    let code = StoredValue::new(code);
    let accept = move |_| {
        spawn_local(async move {
            match live.accept_invite(&code.get_value()).await {
                Ok(view) => navigator.replace(Route::Room(view.room.id)),
                Err(_) => failed.set(true),
            }
        });
    };
    view! {
        <main class="no-room">
            {move || match preview.get() {
                None => ().into_any(),
                Some(Ok(preview)) if !failed.get() => view! {
                    <h1>{fill(t(Text::InvitedTo), &[("room", &preview.room_name)])}</h1>
                    <p>{fill(t(Text::InvitedBy), &[("name", &preview.invited_by)])}</p>
                    <button type="button" class="main-button" data-testid="accept-invite" on:click=accept>{t(Text::JoinRoom)}</button>
                }.into_any(),
                Some(_) => view! { <p role="alert">{t(Text::InviteInvalid)}</p> }.into_any(),
            }}
            <a href="/">{t(Text::BackToRooms)}</a>
        </main>
    }
}
