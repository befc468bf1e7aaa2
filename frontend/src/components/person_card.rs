//! Who someone is: the dialog behind a name or a picture.

use leptos::prelude::*;
use types::{Member, RoomId, RoomRole, SiteRole, User, UserId};

use super::members::role_name;
use super::ui::{Attempt, Avatar, Complaint, Modal, When, presence_word};
use crate::clock;
use crate::dialogs::use_open;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};
use crate::state::use_state;

/// The card of a person, seen from a room.
#[component]
pub fn PersonCard(
    /// Whose.
    user: UserId,
    /// From where.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let (person, named, present) = (state.people.person(user), state.people.person(user), state.people.person(user));
    let rows = state.history.room(room).rows;
    let member = Memo::new(move |_| {
        rows.with(|rows| rows.members().get(&user).filter(|member| member.left_at.is_none()).cloned())
    });
    let about = move || {
        let user = person.user.get()?;
        let member = member.get();
        let role = standing(user.site_role, member.as_ref().map_or(RoomRole::Member, |member| member.role));
        Some(view! { <About user role member/> })
    };
    view! {
        <Modal title=Signal::derive(move || named.name()) name="person-card">
            <div class="person">
                <Avatar user presence=true/>
                <span class="help">{move || presence_word(present.status())}</span>
            </div>
            {about}
            <Deeds user/>
        </Modal>
    }
}

/// What can be done with somebody: write to them, or hear no more of them.
#[component]
fn Deeds(user: UserId) -> impl IntoView {
    let (state, live, open, navigator) = (use_state(), use_live(), use_open(), use_navigator());
    let attempt = Attempt::new();
    let me = move || state.is_me(user);
    let blocked = move || state.mine.blocks(user);
    let message = move |_| {
        attempt.run(async move {
            let room = live.open_direct(vec![user]).await?;
            open.close();
            navigator.go(Route::Room(room.id));
            Ok(())
        });
    };
    let block = move |_| {
        let blocks = !untrack(blocked);
        attempt.run(async move { live.block(user, blocks).await });
    };
    view! {
        <When so=move || blocked()><p class="help" role="status">{t(Text::BlockedHint)}</p></When>
        <Complaint attempt/>
        <footer class="modal-actions">
            <When so=move || !me()>
                <button type="button" class="quiet-button" data-testid="block" disabled=move || attempt.busy() on:click=block>
                    {move || t(if blocked() { Text::Unblock } else { Text::BlockPerson })}
                </button>
            </When>
            <When so=move || !blocked()>
                <button type="button" class="main-button" data-testid="message-person" disabled=move || attempt.busy() on:click=message>
                    {move || t(if me() { Text::NotesToSelf } else { Text::WriteMessage })}
                </button>
            </When>
        </footer>
    }
}

#[component]
fn About(user: User, role: Text, member: Option<Member>) -> impl IntoView {
    let said = |text: String| Some(text).filter(|text| !text.trim().is_empty());
    let joined = member.map(|member| fill(t(Text::InRoomSince), &[("when", &clock::day(member.joined_at))]));
    view! {
        <p class="person-names">"@"{user.username}" · "{t(role)}</p>
        {said(user.status_text).map(|status| view! { <p class="person-status">{status}</p> })}
        {said(user.bio).map(|bio| view! { <p class="person-bio">{bio}</p> })}
        <p class="help">
            {joined.map(|joined| format!("{joined} · "))}{fill(t(Text::HereSince), &[("when", &clock::day(user.created_at))])}
        </p>
    }
}

/// What someone is called here: who owns the site is that everywhere.
pub(super) fn standing(site: SiteRole, role: RoomRole) -> Text {
    if site == SiteRole::Owner { Text::RoleOwner } else { role_name(role) }
}
