//! Letting people in: a link for those outside, a search for those already here, and the links that are open.

use leptos::{ev, prelude::*, task::spawn_local};
use types::{CreatedInvite, NewInvite, RoomId};

use super::add_people::AddPeople;
use super::ui::{Attempt, Complaint, EmptyState, Failed, Modal, Once, Skeleton};
use crate::api;
use crate::clock;
use crate::i18n::{Key as Text, fill, t};
use crate::state::use_state;

/// The lives an invite may have, in seconds.
const LIVES: [(&str, Text); 4] =
    [("3600", Text::OneHour), ("86400", Text::OneDay), ("604800", Text::SevenDays), ("2592000", Text::ThirtyDays)];
/// How often it may be used.
const USES: [(&str, Text); 3] = [("1", Text::UsesOnce), ("10", Text::UsesTen), ("", Text::UsesAny)];

type Invites = RwSignal<Option<Result<Vec<types::Invite>, api::Failure>>>;

/// The dialog of a room's invites.
#[component]
pub fn Invite(
    /// Whose invites.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let name = state.rooms.get_now(room).and_then(|item| item.room.name).unwrap_or_default();
    let invites: Invites = RwSignal::new(None);
    load(room, invites);
    view! {
        <Modal title=fill(t(Text::InviteTo), &[("room", &name)]) name="invite-dialog">
            <NewLink room invites/>
            <AddPeople room/>
            <h3>{t(Text::InviteList)}</h3>
            {move || match invites.get() {
                None => view! { <Skeleton rows=2/> }.into_any(),
                Some(Err(_)) => view! { <Failed retry=move || load(room, invites)/> }.into_any(),
                Some(Ok(items)) if items.is_empty() => view! { <EmptyState text=Text::InviteNone/> }.into_any(),
                Some(Ok(items)) => view! {
                    <ul class="row-list">
                        {items.into_iter().map(|invite| view! { <Row room invite invites/> }).collect_view()}
                    </ul>
                }.into_any(),
            }}
        </Modal>
    }
}

fn load(room: RoomId, invites: Invites) {
    spawn_local(async move {
        // One that is used up opens nothing any more.
        let open = |invite: &types::Invite| invite.max_uses.is_none_or(|most| invite.uses < most);
        let answer = api::list_invites(room).await.map(|page| page.items.into_iter().filter(open).collect());
        let _ = invites.try_set(Some(answer));
    });
}

#[component]
fn NewLink(room: RoomId, invites: Invites) -> impl IntoView {
    let attempt = Attempt::new();
    let (life, uses) = (RwSignal::new("604800".to_owned()), RwSignal::new(String::new()));
    let made: RwSignal<Option<CreatedInvite>> = RwSignal::new(None);
    let make = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let invite = NewInvite {
            max_uses: uses.with_untracked(|uses| uses.parse().ok()),
            expires_in: life.with_untracked(|life| life.parse().ok()),
        };
        attempt.run(async move {
            let invite = api::create_invite(room, &invite).await?;
            let _ = made.try_set(Some(invite));
            load(room, invites);
            Ok(())
        });
    };
    view! {
        <form class="form invite-form" on:submit=make>
            <p class="help">{t(Text::InviteText)}</p>
            <div class="pair">
                <Select name="life" label=Text::InviteExpires options=&LIVES value=life/>
                <Select name="uses" label=Text::InviteUses options=&USES value=uses/>
            </div>
            <Complaint attempt/>
            <button type="submit" class="main-button" data-testid="make-invite" disabled=move || attempt.busy()>
                {t(Text::InviteMake)}
            </button>
        </form>
        {move || made.get().map(|invite| {
            let text = format!("{}/invite/{}", window().location().origin().unwrap_or_default(), invite.code);
            view! { <Once label=Text::InviteLink text hint=Text::InviteOnce test="invite-link"/> }
        })}
    }
}

#[component]
fn Select(
    name: &'static str,
    label: Text,
    options: &'static [(&'static str, Text)],
    value: RwSignal<String>,
) -> impl IntoView {
    let id = format!("select-{name}");
    view! {
        <div class="field">
            <label for=id.clone()>{t(label)}</label>
            <select class="input" id=id on:change=move |event| value.set(event_target_value(&event))>
                {options.iter().map(|(option, text)| view! {
                    <option value=*option selected=value.with_untracked(|value| value == option)>{t(*text)}</option>
                }).collect_view()}
            </select>
        </div>
    }
}

#[component]
fn Row(room: RoomId, invite: types::Invite, invites: Invites) -> impl IntoView {
    let attempt = Attempt::new();
    let id = invite.id;
    let maker = use_state().people.person(invite.created_by);
    let count = invite.uses.to_string();
    let used = match invite.max_uses {
        Some(max) => fill(t(Text::InviteUsedOf), &[("count", &count), ("max", &max.to_string())]),
        None if invite.uses == 0 => t(Text::InviteUnused).to_owned(),
        None if invite.uses == 1 => t(Text::InviteUsedOnce).to_owned(),
        None => fill(t(Text::InviteUsed), &[("count", &count)]),
    };
    let made = clock::short(invite.created_at);
    let made = move || fill(t(Text::InviteMade), &[("when", &made), ("name", &maker.name())]);
    let ends = fill(t(Text::InviteEnds), &[("when", &clock::short(invite.expires_at))]);
    let revoke = move |_| {
        attempt.run(async move {
            api::revoke_invite(room, id).await?;
            // The dialog may be closed by now.
            let _ = invites.try_update(|invites| {
                if let Some(Ok(items)) = invites {
                    items.retain(|item| item.id != id);
                }
            });
            Ok(())
        });
    };
    view! {
        <li class="row-item">
            <span class="row-text"><b>{used}</b><small>{made}" · "{ends}</small><Complaint attempt/></span>
            <button type="button" class="quiet-button" disabled=move || attempt.busy() on:click=revoke>{t(Text::InviteRevoke)}</button>
        </li>
    }
}
