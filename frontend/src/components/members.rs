//! The panel of a room's people: who they are, whether they are there, and what may be done by those who may.

use leptos::{prelude::*, task::spawn_local};
use types::{Member, RoomId, RoomRole, UserId};

use super::ui::{Avatar, Glyph, Icon, List, ListRow, When, presence_word};
use crate::api::Failure;
use crate::i18n::{Key as Text, failure, fill, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::pages::room::RoomDesk;
use crate::state::use_state;

/// The roles of a room, highest first.
const ROLES: [RoomRole; 3] = [RoomRole::Admin, RoomRole::Moderator, RoomRole::Member];

/// The panel at the side, or over the room on a phone.
#[component]
pub fn MembersPanel(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, desk, live) = (use_state(), expect_context::<RoomDesk>(), use_live());
    live.load_members(room);
    let held = state.history.room(room).rows;
    let whole = held.clone();
    let members = Memo::new(move |_| {
        let mut members: Vec<(UserId, RoomRole)> = held.with(|rows| {
            let here = rows.members().values().filter(|member| member.left_at.is_none());
            here.map(|member: &Member| (member.user_id, member.role)).collect()
        });
        let name = |user: UserId| lower(&state.people.person(user).name());
        members.sort_by_cached_key(|(user, role)| (std::cmp::Reverse(*role), name(*user)));
        members
    });
    // Another role is another row: what may be done with it is different.
    let row = move |(user, role): (UserId, RoomRole)| {
        ListRow::new((role as u8, user.0.as_u128()), move || view! { <MemberRow room user role/> }.into_any())
    };
    let count = move || members.with(Vec::len);
    let loaded = move || whole.with(sync::RoomState::members_loaded);
    view! {
        <aside class="panel" id="members-panel" aria-label=t(Text::Members) data-testid="members-panel">
            <header class="panel-header">
                <h2>{t(Text::Members)}</h2>
                <span class="count">{move || loaded().then(count)}</span>
                <button type="button" class="icon-button close" aria-label=t(Text::Close)
                    on:click=move |_| desk.panel.set(false)><Icon glyph=Glyph::Close/></button>
            </header>
            <ul class="member-list">
                <List rows=Box::new(move || members.with(|members| members.iter().copied().map(row).collect()))/>
            </ul>
        </aside>
    }
}

#[component]
fn MemberRow(room: RoomId, user: UserId, role: RoomRole) -> impl IntoView {
    let state = use_state();
    let (named, present, told) = (state.people.person(user), state.people.person(user), state.people.person(user));
    let opened = RwSignal::new(false);
    let mine = move || state.rooms.role(room);
    let gives_roles = move || mine() == Some(RoomRole::Admin);
    let removes = move || !state.is_me(user) && mine().is_some_and(|mine| may_remove(mine, role));
    view! {
        <li class="member" data-user-id=user.to_string()>
            <Avatar user presence=true/>
            <span class="member-text">
                <b>{move || named.name()}</b>
                <small>
                    {(role != RoomRole::Member).then(|| view! { <span class="role">{move || t(role_name(role))}" · "</span> })}
                    {move || presence_word(present.status())}
                </small>
            </span>
            <When so=move || gives_roles() || removes()>
                <button type="button" class="icon-button" data-testid="member-menu" aria-expanded=move || opened.get().to_string()
                    aria-label={
                        let told = told.clone();
                        move || fill(t(Text::ActionsFor), &[("name", &told.name())])
                    }
                    on:click=move |_| opened.update(|open| *open = !*open)><Icon glyph=Glyph::More/></button>
            </When>
            <When so=move || opened.get()>
                <MemberActions room user role gives_roles=Signal::derive(gives_roles) removes=Signal::derive(removes)/>
            </When>
        </li>
    }
}

#[component]
fn MemberActions(
    room: RoomId,
    user: UserId,
    role: RoomRole,
    gives_roles: Signal<bool>,
    removes: Signal<bool>,
) -> impl IntoView {
    let live = use_live();
    let failed = RwSignal::new(None::<Failure>);
    let give = move |role: RoomRole| {
        spawn_local(async move { failed.set(live.set_role(room, user, role).await.err()) });
    };
    let remove = move || {
        spawn_local(async move { failed.set(live.remove_member(room, user).await.err()) });
    };
    let person = use_state().people.person(user);
    let name = Signal::derive(move || person.name());
    view! {
        <div class="member-actions">
            <When so=move || gives_roles.get()>
                <div class="role-choice" role="group" aria-label=move || fill(t(Text::ActionsFor), &[("name", &name.get())])>
                    {ROLES.into_iter().map(|other| view! {
                        <button type="button" class="quiet-button" aria-pressed=(other == role).to_string()
                            on:click=move |_| give(other)>{t(role_name(other))}</button>
                    }).collect_view()}
                </div>
            </When>
            <When so=move || removes.get()>
                <button type="button" class="danger-button" data-testid="remove-member" on:click=move |_| remove()>
                    {t(Text::RemoveFromRoom)}
                </button>
            </When>
            {move || failed.get().map(|why| view! { <p class="failure" role="alert">{failure(&why)}</p> })}
        </div>
    }
}

/// Admins remove anyone, moderators those below them.
fn may_remove(mine: RoomRole, theirs: RoomRole) -> bool {
    mine == RoomRole::Admin || mine >= RoomRole::Moderator && mine > theirs
}

fn role_name(role: RoomRole) -> Text {
    match role {
        RoomRole::Admin => Text::RoleAdmin,
        RoomRole::Moderator => Text::RoleModerator,
        RoomRole::Member => Text::RoleMember,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moderator_removes_members_only_and_an_admin_anyone() {
        let removed_by = |mine| ROLES.into_iter().filter(|theirs| may_remove(mine, *theirs)).collect::<Vec<_>>();
        assert_eq!(removed_by(RoomRole::Admin), ROLES);
        assert_eq!(removed_by(RoomRole::Moderator), [RoomRole::Member]);
        assert_eq!(removed_by(RoomRole::Member), []);
    }
}
