//! The panel of a room's people: who they are, whether they are there, and what may be done by those who may.

use leptos::{prelude::*, task::spawn_local};
use types::{Member, RoomId, RoomRole, SiteRole, UserId};

use super::person_card::standing;
use super::ui::{Ask, Avatar, BotBadge, Glyph, Icon, List, ListRow, When, presence_word};
use crate::api::Failure;
use crate::dialogs::{Dialog, use_open};
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
    let twins = Memo::new(move |_| {
        let name = |(user, _): &(UserId, RoomRole)| lower(&state.people.person(*user).name());
        let mut names: Vec<String> = members.with(|members| members.iter().map(name).collect());
        names.sort();
        let same = names.windows(2).filter_map(|pair| pair.first().filter(|first| pair.last() == Some(first)));
        same.cloned().collect::<Vec<String>>()
    });
    // Another role is another row: what may be done with it is different.
    let row = move |(user, role): (UserId, RoomRole)| {
        ListRow::new((role as u8, user.0.as_u128()), move || view! { <MemberRow room user role twins/> }.into_any())
    };
    let count = move || members.with(Vec::len);
    let loaded = move || whole.with(sync::RoomState::members_loaded);
    view! {
        <aside class="panel" id="panel" aria-label=t(Text::Members) data-testid="members-panel">
            <header class="panel-header">
                <h2>{t(Text::Members)}</h2>
                <span class="count">{move || loaded().then(count)}</span>
                <button type="button" class="icon-button close" aria-label=t(Text::Close)
                    on:click=move |_| desk.close_panel()><Icon glyph=Glyph::Close/></button>
            </header>
            <ul class="member-list">
                <List rows=Box::new(move || members.with(|members| members.iter().copied().map(row).collect()))/>
            </ul>
        </aside>
    }
}

#[component]
fn MemberRow(room: RoomId, user: UserId, role: RoomRole, twins: Memo<Vec<String>>) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let (named, told) = (state.people.person(user), state.people.person(user));
    let opened = RwSignal::new(false);
    let mine = move || state.rooms.role(room);
    let gives_roles = move || mine() == Some(RoomRole::Admin);
    let removes = move || !state.is_me(user) && mine().is_some_and(|mine| may_remove(mine, role));
    view! {
        <li class="member" data-user-id=user.to_string()>
            <button type="button" class="member-who" data-testid="person" on:click=move |_| open.show(Dialog::Person(user, room))>
                <Avatar user presence=true/>
                <span class="member-text"><b>{move || named.name()}<BotBadge user/></b><Facts user role twins/></span>
            </button>
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

/// What stands below a name: the username where another has the same name, the role, presence, and the status.
#[component]
fn Facts(user: UserId, role: RoomRole, twins: Memo<Vec<String>>) -> impl IntoView {
    let person = use_state().people.person(user);
    let (present, who) = (person.clone(), person.clone());
    let handle = move || {
        let user = who.user.get().filter(|user| twins.with(|twins| twins.contains(&lower(&user.display_name))))?;
        Some(format!("@{} · ", user.username))
    };
    let (standing_of, status) = (person.clone(), person);
    let title = Memo::new(move |_| {
        let site = standing_of.user.with(|user| user.as_ref().map_or(SiteRole::Member, |user| user.site_role));
        Some(standing(site, role)).filter(|title| *title != Text::RoleMember)
    });
    let status =
        move || status.user.with(|user| user.as_ref().map(|user| user.status_text.clone()).unwrap_or_default());
    let doing = Memo::new(move |_| status());
    view! {
        <small>
            {handle}
            {move || title.get().map(|title| view! { <span class="role">{t(title)}" · "</span> })}
            {move || presence_word(present.status())}
        </small>
        {move || Some(doing.get()).filter(|doing| !doing.is_empty()).map(|doing| view! { <small class="doing">{doing}</small> })}
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
    let (live, state) = (use_live(), use_state());
    let failed = RwSignal::new(None::<Failure>);
    let (removing, lowering) = (RwSignal::new(false), RwSignal::new(None::<RoomRole>));
    let set = move |role: RoomRole| {
        spawn_local(async move {
            let answer = live.set_role(room, user, role).await.err();
            // Another role is another row.
            let _ = failed.try_set(answer);
        });
    };
    let rows = state.history.room(room).rows;
    let only_admin = move || {
        let admins = rows.with_untracked(|rows| {
            let admins =
                rows.members().values().filter(|member| member.left_at.is_none() && member.role == RoomRole::Admin);
            admins.count()
        });
        state.me.get_untracked() == Some(user) && role == RoomRole::Admin && admins == 1
    };
    let asks = RwSignal::new(false);
    let give = move |other: RoomRole| {
        if other < role && only_admin() {
            lowering.set(Some(other));
            asks.set(true);
        } else {
            set(other);
        }
    };
    let give = StoredValue::new_local(give);
    let remove = move || {
        spawn_local(async move {
            let answer = live.remove_member(room, user).await.err();
            let _ = failed.try_set(answer);
        });
    };
    let person = state.people.person(user);
    let name = Signal::derive(move || person.name());
    view! {
        <div class="member-actions">
            <When so=move || gives_roles.get()>
                <div class="role-choice" role="group" aria-label=move || fill(t(Text::ActionsFor), &[("name", &name.get())])>
                    {ROLES.into_iter().map(|other| view! {
                        <button type="button" class="quiet-button" aria-pressed=(other == role).to_string()
                            on:click=move |_| give.with_value(|give| give(other))>{t(role_name(other))}</button>
                    }).collect_view()}
                </div>
            </When>
            <When so=move || asks.get()>
                <Ask question=t(Text::OnlyAdminQuestion).to_owned() yes=Text::ChangeRole asked=asks
                    act=Box::new(move || if let Some(other) = lowering.get_untracked() { set(other) })/>
            </When>
            <When so=move || removes.get()>
                <button type="button" class="danger-button" data-testid="remove-member" on:click=move |_| removing.set(true)>
                    {t(Text::RemoveFromRoom)}
                </button>
            </When>
            <When so=move || removing.get()>
                <Ask question=fill(t(Text::RemoveQuestion), &[("name", &name.get_untracked())]) yes=Text::Remove
                    asked=removing act=Box::new(remove)/>
            </When>
            {move || failed.get().map(|why| view! { <p class="failure" role="alert">{failure(&why)}</p> })}
        </div>
    }
}

/// Admins remove anyone, moderators those below them.
fn may_remove(mine: RoomRole, theirs: RoomRole) -> bool {
    mine == RoomRole::Admin || mine >= RoomRole::Moderator && mine > theirs
}

pub(super) fn role_name(role: RoomRole) -> Text {
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
