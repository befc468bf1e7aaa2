//! A room's settings: what admins may change, and the way out for everyone.

use leptos::{ev, html, prelude::*};
use types::{MyRoom, RoomId, RoomKind, RoomRole, UpdateRoom, limits};

use super::create_room::KindChoice;
use super::ui::{Attempt, Complaint, Field, Modal};
use crate::dialogs::{Dialog, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};
use crate::state::use_state;

/// The dialog of a room.
#[component]
pub fn RoomSettings(
    /// Which room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let item = state.rooms.get_now(room);
    let admin = item.as_ref().is_some_and(|item| item.role == RoomRole::Admin);
    view! {
        <Modal title=t(Text::RoomSettings) name="room-settings-dialog">
            {item.map(|item| view! {
                {admin.then(|| view! { <Details item=item.clone()/> })}
                {(item.role >= RoomRole::Moderator).then(|| view! { <Hooks room/> })}
                <Leave item=item.clone()/>
                {admin.then(|| view! { <Archive item=item.clone()/><Deletion item=item.clone()/> })}
            })}
        </Modal>
    }
}

#[component]
fn Details(item: MyRoom) -> impl IntoView {
    let (open, live, room) = (use_open(), use_live(), item.room.id);
    let attempt = Attempt::new();
    let name = RwSignal::new(item.room.name.unwrap_or_default());
    let topic = RwSignal::new(item.room.topic);
    let kind: RwSignal<RoomKind> = RwSignal::new(item.room.kind);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let change = UpdateRoom {
            name: Some(name.get_untracked()),
            topic: Some(topic.get_untracked()),
            kind: Some(kind.get_untracked()),
            archived: None,
        };
        attempt.run(async move {
            live.update_room(room, change).await?;
            open.close();
            Ok(())
        });
    };
    view! {
        <form class="form" novalidate on:submit=submit>
            <Field name="name" label=Text::RoomName value=name attempt max=limits::ROOM_NAME_MAX first=true/>
            <Field name="topic" label=Text::RoomTopic value=topic attempt optional=true max=limits::TOPIC_MAX/>
            <KindChoice kind=kind.into() choose=move |chosen| kind.set(chosen)/>
            <Complaint attempt/>
            <footer class="modal-actions">
                <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">{t(Text::Save)}</button>
            </footer>
        </form>
    }
}

/// The way to the room's webhooks.
#[component]
fn Hooks(room: RoomId) -> impl IntoView {
    let open = use_open();
    view! {
        <section class="deed">
            <div class="deed-text"><h3>{t(Text::Integrations)}</h3><p>{t(Text::IntegrationsHint)}</p></div>
            <button type="button" class="edge-button" data-testid="integrations" on:click=move |_| open.show(Dialog::Integrations(room))>
                {t(Text::Open)}
            </button>
        </section>
    }
}

#[component]
fn Leave(item: MyRoom) -> impl IntoView {
    let (open, live, navigator, room) = (use_open(), use_live(), use_navigator(), item.room.id);
    let attempt = Attempt::new();
    let asked = RwSignal::new(false);
    let private = item.room.kind == RoomKind::Private;
    let name = item.room.name.unwrap_or_default();
    let leave = move |_| {
        attempt.run(async move {
            live.leave(room).await?;
            open.close();
            navigator.replace(Route::Home);
            Ok(())
        });
    };
    view! {
        <section class="deed">
            <div class="deed-text">
                <h3>{t(Text::LeaveRoom)}</h3>
                <p>{t(if private { Text::LeavePrivateHint } else { Text::LeaveRoomHint })}</p>
                <Complaint attempt/>
            </div>
            {move || if asked.get() {
                view! {
                    <span class="deed-buttons" role="group" aria-label=fill(t(Text::LeaveQuestion), &[("room", &name)])>
                        <button type="button" class="quiet-button" on:click=move |_| asked.set(false)>{t(Text::Cancel)}</button>
                        <button type="button" class="danger-button" data-testid="confirm-leave"
                            disabled=move || attempt.busy() on:click=leave>{t(Text::Leave)}</button>
                    </span>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="edge-button" data-testid="leave" on:click=move |_| asked.set(true)>
                        {t(Text::LeaveRoom)}
                    </button>
                }.into_any()
            }}
        </section>
    }
}

#[component]
fn Archive(item: MyRoom) -> impl IntoView {
    let (open, live, room) = (use_open(), use_live(), item.room.id);
    let attempt = Attempt::new();
    let archived = item.room.archived_at.is_some();
    let act = move |_| {
        let change = UpdateRoom { archived: Some(!archived), ..UpdateRoom::default() };
        attempt.run(async move {
            live.update_room(room, change).await?;
            open.close();
            Ok(())
        });
    };
    let title = t(if archived { Text::UnarchiveRoom } else { Text::ArchiveRoom });
    view! {
        <section class="deed">
            <div class="deed-text"><h3>{title}</h3><p>{t(Text::ArchiveHint)}</p><Complaint attempt/></div>
            <button type="button" class="edge-button" data-testid="archive" disabled=move || attempt.busy() on:click=act>{title}</button>
        </section>
    }
}

#[component]
fn Deletion(item: MyRoom) -> impl IntoView {
    let (open, live, navigator, room) = (use_open(), use_live(), use_navigator(), item.room.id);
    let attempt = Attempt::new();
    let asked = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let name = StoredValue::new(item.room.name.unwrap_or_default());
    let sure = move || typed.with(|typed| name.with_value(|name| typed.trim() == name));
    let (form, field) = (NodeRef::<html::Form>::new(), NodeRef::<html::Input>::new());
    effect(move || {
        let (Some(form), Some(field)) = (form.get(), field.get()) else { return };
        form.scroll_into_view_with_bool(false);
        let _ = field.focus();
    });
    let delete = move |event: ev::SubmitEvent| {
        event.prevent_default();
        if !untrack(sure) {
            return;
        }
        attempt.run(async move {
            live.delete_room(room).await?;
            open.close();
            navigator.replace(Route::Home);
            Ok(())
        });
    };
    view! {
        <section class="deed">
            <div class="deed-text"><h3>{t(Text::DeleteRoom)}</h3><p>{t(Text::DeleteRoomHint)}</p><Complaint attempt/></div>
            {move || if asked.get() {
                view! {
                    <form class="deed-form" node_ref=form on:submit=delete>
                        <label>
                            <span>{fill(t(Text::DeleteRoomConfirm), &[("room", &name.get_value())])}</span>
                            <input class="input" autocomplete="off" node_ref=field on:input=move |input| typed.set(event_target_value(&input))/>
                        </label>
                        <span class="deed-buttons">
                            <button type="button" class="quiet-button" on:click=move |_| asked.set(false)>{t(Text::Cancel)}</button>
                            <button type="submit" class="danger-button" data-testid="confirm-delete-room"
                                disabled=move || !sure() || attempt.busy()>{t(Text::DeleteRoom)}</button>
                        </span>
                    </form>
                }.into_any()
            } else {
                view! {
                    <button type="button" class="danger-edge-button" data-testid="delete-room" on:click=move |_| asked.set(true)>
                        {t(Text::DeleteRoom)}
                    </button>
                }.into_any()
            }}
        </section>
    }
}
