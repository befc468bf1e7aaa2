//! The panel of a room's details: what it is about, who is in it, and the ways to all that belongs to it.

use leptos::{ev, html, prelude::*};
use types::{CategoryId, MyRoom, RoomId, RoomKind, RoomRole, UpdateMark, UpdateRoom, UserId, limits};

use super::sidebar::menu::may_sort;
use super::ui::{Ask, Attempt, Avatar, Complaint, Glyph, Icon, List, ListRow, When, presence_word};
use crate::clock;
use crate::dialogs::{Dialog, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::pages::room::{Panel, RoomDesk};
use crate::route::{Route, use_navigator};
use crate::state::use_state;

/// So many people are shown before one asks for all.
const SHOWN: usize = 8;

/// The panel at the side, or over the room on a phone.
#[component]
pub fn DetailsPanel(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    let item = Memo::new(move |_| state.rooms.get(room));
    let direct = move || item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == RoomKind::Direct));
    let title = NodeRef::<html::H2>::new();
    effect(move || {
        if let Some(title) = title.get() {
            let _ = title.focus();
        }
    });
    view! {
        <aside class="panel" id="panel" aria-label=t(Text::Details) data-testid="details-panel">
            <header class="panel-header">
                <h2 tabindex="-1" node_ref=title>{t(Text::Details)}</h2>
                <button type="button" class="icon-button close" aria-label=t(Text::Close) on:click=move |_| desk.close_panel()>
                    <Icon glyph=Glyph::Close/>
                </button>
            </header>
            <div class="details">
                <Head item/>
                <Keeping room item/>
                <When so=move || !direct()><Topic room item/></When>
                <People room/>
                <When so=move || !direct()><Category room item/></When>
                <Ways room item/>
                <When so=move || !direct()><Leave room item/></When>
            </div>
        </aside>
    }
}

/// What it is called, of what kind it is, and who made it when.
#[component]
fn Head(item: Memo<Option<MyRoom>>) -> impl IntoView {
    let state = use_state();
    let kind = move || {
        item.with(|item| item.as_ref().map(|item| (item.room.kind, item.room.archived_at.is_some()))).map(|kind| {
            match kind {
                (_, true) => t(Text::Archived),
                (RoomKind::Public, _) => t(Text::KindPublic),
                (RoomKind::Private, _) => t(Text::KindPrivate),
                (RoomKind::Direct, _) => t(Text::DirectKind),
            }
        })
    };
    let made = move || {
        let (by, at) = item.with(|item| item.as_ref().map(|item| (item.room.created_by, item.room.created_at)))?;
        let name = state.people.person(by).name();
        Some(fill(t(Text::MadeBy), &[("name", &name), ("when", &clock::short(at))]))
    };
    view! {
        <section class="details-head">
            <h3>{move || item.get().and_then(|item| item.room.name)}</h3>
            <p>{kind}</p>
            <p>{made}</p>
        </section>
    }
}

/// How I keep it.
#[component]
fn Keeping(room: RoomId, item: Memo<Option<MyRoom>>) -> impl IntoView {
    let live = use_live();
    let attempt = Attempt::new();
    let muted = move || item.with(|item| item.as_ref().is_some_and(|item| item.muted));
    let favourite = move || item.with(|item| item.as_ref().is_some_and(|item| item.favourite));
    let mute = move |_| {
        let update = UpdateMark { muted: Some(!untrack(muted)), ..UpdateMark::default() };
        attempt.run(async move { live.keep(room, update).await });
    };
    let favour = move |_| {
        let update = UpdateMark { favourite: Some(!untrack(favourite)), ..UpdateMark::default() };
        attempt.run(async move { live.keep(room, update).await });
    };
    view! {
        <section class="details-keeping">
            <button type="button" class="edge-button" data-testid="details-favourite" aria-pressed=move || favourite().to_string()
                on:click=favour><Icon glyph=Glyph::Star/>{t(Text::Favourite)}</button>
            <button type="button" class="edge-button" data-testid="details-mute" aria-pressed=move || muted().to_string()
                on:click=mute><Icon glyph=Glyph::BellOff/>{t(Text::Muted)}</button>
            <Complaint attempt/>
        </section>
    }
}

/// What it is about; who may changes it in place.
#[component]
fn Topic(room: RoomId, item: Memo<Option<MyRoom>>) -> impl IntoView {
    let topic =
        Memo::new(move |_| item.with(|item| item.as_ref().map(|item| item.room.topic.clone()).unwrap_or_default()));
    let may = move || item.with(|item| item.as_ref().is_some_and(|item| item.role == RoomRole::Admin));
    let editing = RwSignal::new(false);
    let back = NodeRef::<html::Button>::new();
    let close = move || {
        editing.set(false);
        effect(move || {
            if let Some(back) = back.get() {
                let _ = back.focus();
            }
        });
    };
    view! {
        <section>
            <div class="details-title">
                <h3>{t(Text::RoomTopic)}</h3>
                <When so=move || may() && !editing.get()>
                    <button type="button" class="icon-button small" data-testid="edit-topic" title=t(Text::EditTopic)
                        aria-label=t(Text::EditTopic) node_ref=back on:click=move |_| editing.set(true)><Icon glyph=Glyph::Pencil/></button>
                </When>
            </div>
            {move || if editing.get() {
                view! { <EditTopic room topic=topic.get_untracked() close/> }.into_any()
            } else {
                let nothing = topic.with(String::is_empty);
                view! { <p class:nothing=nothing>{if nothing { t(Text::NoTopic).to_owned() } else { topic.get() }}</p> }.into_any()
            }}
        </section>
    }
}

#[component]
fn EditTopic(room: RoomId, topic: String, close: impl Fn() + Copy + Send + 'static) -> impl IntoView {
    let live = use_live();
    let attempt = Attempt::new();
    let value = RwSignal::new(topic);
    let field = NodeRef::<html::Textarea>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let save = move || {
        let change = UpdateRoom { topic: Some(value.get_untracked()), ..UpdateRoom::default() };
        attempt.run(async move {
            live.update_room(room, change).await?;
            close();
            Ok(())
        });
    };
    let on_key = move |key: ev::KeyboardEvent| match key.key().as_str() {
        "Escape" => {
            key.prevent_default();
            key.stop_propagation();
            close();
        }
        "Enter" if !key.is_composing() => {
            key.prevent_default();
            save();
        }
        _ => {}
    };
    view! {
        <form class="form" novalidate on:submit=move |event| { event.prevent_default(); save() }>
            <textarea class="input" rows="3" maxlength=limits::TOPIC_MAX aria-label=t(Text::RoomTopic) data-testid="topic-field"
                node_ref=field prop:value=move || value.get() on:input=move |input| value.set(event_target_value(&input))
                on:keydown=on_key></textarea>
            <Complaint attempt/>
            <span class="deed-buttons">
                <button type="button" class="quiet-button" on:click=move |_| close()>{t(Text::Cancel)}</button>
                <button type="submit" class="main-button" disabled=move || attempt.busy()>{t(Text::Save)}</button>
            </span>
        </form>
    }
}

/// How many are in it, the first of them, and the way to all.
#[component]
fn People(room: RoomId) -> impl IntoView {
    let (state, desk, live) = (use_state(), expect_context::<RoomDesk>(), use_live());
    live.load_members(room);
    let rows = state.history.room(room).rows;
    let whole = rows.clone();
    let people = Memo::new(move |_| {
        let mut people: Vec<(UserId, RoomRole)> = rows.with(|rows| {
            let here = rows.members().values().filter(|member| member.left_at.is_none());
            here.map(|member| (member.user_id, member.role)).collect()
        });
        let name = |user: UserId| lower(&state.people.person(user).name());
        people.sort_by_cached_key(|(user, role)| (std::cmp::Reverse(*role), name(*user)));
        people
    });
    let count = move || match people.with(Vec::len) {
        _ if !whole.with(sync::RoomState::members_loaded) => t(Text::Members).to_owned(),
        1 => t(Text::MembersOne).to_owned(),
        count => fill(t(Text::MembersOther), &[("count", &count.to_string())]),
    };
    let row = move |(user, _): &(UserId, RoomRole)| {
        let user = *user;
        ListRow::new((0, user.0.as_u128()), move || view! { <Person user room/> }.into_any())
    };
    view! {
        <section>
            <div class="details-title">
                <h3>{count}</h3>
                <button type="button" class="quiet-button" data-testid="all-members"
                    on:click=move |_| desk.open_panel(room, Panel::Members)>{t(Text::ShowAll)}</button>
            </div>
            <ul class="details-people">
                <List rows=Box::new(move || people.with(|people| people.iter().take(SHOWN).map(row).collect()))/>
            </ul>
        </section>
    }
}

#[component]
fn Person(user: UserId, room: RoomId) -> impl IntoView {
    let (state, open) = (use_state(), use_open());
    let person = state.people.person(user);
    let present = person.clone();
    view! {
        <li>
            <button type="button" class="member-who" on:click=move |_| open.show(Dialog::Person(user, room))>
                <Avatar user presence=true/>
                <span class="member-text"><b>{move || person.name()}</b><small>{move || presence_word(present.status())}</small></span>
            </button>
        </li>
    }
}

/// Where it stands in everyone's list, for who may say so.
#[component]
fn Category(room: RoomId, item: Memo<Option<MyRoom>>) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let attempt = Attempt::new();
    let all = Memo::new(move |_| state.categories.all());
    let may =
        move || !all.with(Vec::is_empty) && item.with(|item| item.as_ref().is_some_and(|item| may_sort(state, item)));
    let now = Memo::new(move |_| item.with(|item| item.as_ref().and_then(|item| item.room.category_id)));
    let choose = move |event| {
        let category: Option<CategoryId> = event_target_value(&event).parse().ok();
        attempt.run(async move { live.set_category(room, category).await });
    };
    view! {
        <When so=may>
            <section>
                <label class="details-category">
                    <h3>{t(Text::Category)}</h3>
                    <select class="input" data-testid="details-category" on:change=choose>
                        <option value="" selected=move || now.get().is_none()>{t(Text::NoCategory)}</option>
                        {move || all.get().into_iter().map(|row| view! {
                            <option value=row.id.to_string() selected=move || now.get() == Some(row.id)>{row.name}</option>
                        }).collect_view()}
                    </select>
                </label>
                <Complaint attempt/>
            </section>
        </When>
    }
}

/// The ways to all that belongs to it.
#[component]
fn Ways(room: RoomId, item: Memo<Option<MyRoom>>) -> impl IntoView {
    let (state, desk, open) = (use_state(), expect_context::<RoomDesk>(), use_open());
    let direct = move || item.with(|item| item.as_ref().is_some_and(|item| item.room.kind == RoomKind::Direct));
    view! {
        <section class="details-ways">
            <button type="button" class="menu-item" data-testid="details-pins" on:click=move |_| desk.open_panel(room, Panel::Pins)>
                <Icon glyph=Glyph::Pin/><span>{t(Text::Pins)}</span>
            </button>
            <When so=move || state.rooms.may_invite(room) && !direct()>
                <button type="button" class="menu-item" data-testid="details-invites" on:click=move |_| open.show(Dialog::Invite(room))>
                    <Icon glyph=Glyph::Invite/><span>{t(Text::Invite)}</span>
                </button>
            </When>
            <When so=move || !direct()>
                <button type="button" class="menu-item" data-testid="details-settings" on:click=move |_| open.show(Dialog::RoomSettings(room))>
                    <Icon glyph=Glyph::Settings/><span>{t(Text::RoomSettings)}</span>
                </button>
            </When>
        </section>
    }
}

#[component]
fn Leave(room: RoomId, item: Memo<Option<MyRoom>>) -> impl IntoView {
    let (live, navigator) = (use_live(), use_navigator());
    let attempt = Attempt::new();
    let asked = RwSignal::new(false);
    let name = move || item.get_untracked().and_then(|item| item.room.name).unwrap_or_default();
    let leave = move || {
        attempt.run(async move {
            live.leave(room).await?;
            navigator.replace(Route::Home);
            Ok(())
        });
    };
    view! {
        <section>
            {move || if asked.get() {
                let question = fill(t(Text::LeaveQuestion), &[("room", &name())]);
                view! { <Ask question yes=Text::Leave asked act=Box::new(leave)/> }.into_any()
            } else {
                view! {
                    <button type="button" class="menu-item danger" data-testid="details-leave" on:click=move |_| asked.set(true)>
                        <Icon glyph=Glyph::SignOut/><span>{t(Text::LeaveRoom)}</span>
                    </button>
                }.into_any()
            }}
            <Complaint attempt/>
        </section>
    }
}
