//! An invite link followed by someone who is signed in: what it leads to, and the way in.

use leptos::{prelude::*, task::spawn_local};
use types::InvitePreview;

use super::entrance::DoorHead;
use crate::api;
use crate::components::ui::Skeleton;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};
use crate::state::use_state;

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
    let state = use_state();
    let code = StoredValue::new(code);
    let accept = move |_| {
        spawn_local(async move {
            match live.accept_invite(&code.get_value()).await {
                Ok(view) => navigator.replace(Route::Room(view.room.id)),
                Err(_) => failed.set(true),
            }
        });
    };
    // A room's name is its own on the site.
    let mine = move |name: &str| state.rooms.named(name);
    let card = move || match preview.get() {
        None => view! { <Skeleton rows=3/> }.into_any(),
        Some(Ok(preview)) if !failed.get() => {
            let title = fill(t(Text::InvitedTo), &[("room", &preview.room_name)]);
            match mine(&preview.room_name) {
                Some(room) => view! {
                    <DoorHead title text=t(Text::AlreadyInRoom)/>
                    <button type="button" class="main-button wide" data-testid="open-room"
                        on:click=move |_| navigator.replace(Route::Room(room))>{t(Text::OpenRoom)}</button>
                }.into_any(),
                None => view! {
                    <DoorHead title text=fill(t(Text::InvitedBy), &[("name", &preview.invited_by)])/>
                    <button type="button" class="main-button wide" data-testid="accept-invite" on:click=accept>{t(Text::JoinRoom)}</button>
                }.into_any(),
            }
        }
        Some(_) => {
            view! { <div role="alert"><DoorHead title=t(Text::InviteEndedTitle) text=t(Text::InviteInvalid)/></div> }
                .into_any()
        }
    };
    view! {
        <div class="entrance">
            <main class="door">
                {card}
                <p class="other-door"><a href="/">{t(Text::BackToRooms)}</a></p>
            </main>
        </div>
    }
}
