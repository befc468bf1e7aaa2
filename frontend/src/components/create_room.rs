//! A new room: its name, what it is about, who can find it.

use leptos::{ev, prelude::*};
use types::{NewRoom, RoomKind, limits};

use super::ui::{Attempt, Choices, Complaint, Field, Modal};
use crate::dialogs::use_open;
use crate::i18n::{Key as Text, t};
use crate::live::use_live;
use crate::route::{Route, use_navigator};

/// The dialog of a new room.
#[component]
pub fn CreateRoom() -> impl IntoView {
    let (open, live, navigator) = (use_open(), use_live(), use_navigator());
    let attempt = Attempt::new();
    let (name, topic) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let kind = RwSignal::new(RoomKind::Public);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let topic = Some(topic.get_untracked()).filter(|topic| !topic.trim().is_empty());
        let room = NewRoom { name: name.get_untracked(), kind: kind.get_untracked(), topic };
        attempt.run(async move {
            let room = live.create_room(room).await?;
            open.close();
            navigator.go(Route::Room(room.id));
            Ok(())
        });
    };
    view! {
        <Modal title=t(Text::NewRoom) name="create-room-dialog">
            <form class="form" novalidate on:submit=submit>
                <Field name="name" label=Text::RoomName value=name attempt max=limits::ROOM_NAME_MAX first=true/>
                <Field name="topic" label=Text::RoomTopic hint=Text::RoomTopicHint value=topic attempt optional=true
                    max=limits::TOPIC_MAX/>
                <KindChoice kind=kind.into() choose=move |chosen| kind.set(chosen)/>
                <Complaint attempt/>
                <footer class="modal-actions">
                    <button type="button" class="quiet-button" on:click=move |_| open.close()>{t(Text::Cancel)}</button>
                    <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">
                        {t(Text::CreateRoom)}
                    </button>
                </footer>
            </form>
        </Modal>
    }
}

/// Public or private.
#[component]
pub(super) fn KindChoice(kind: Signal<RoomKind>, choose: impl Fn(RoomKind) + Copy + 'static) -> impl IntoView {
    let options = vec![
        ("public", t(Text::KindPublic).to_owned(), Some(Text::KindPublicHint)),
        ("private", t(Text::KindPrivate).to_owned(), Some(Text::KindPrivateHint)),
    ];
    let value = Signal::derive(move || if kind.get() == RoomKind::Private { "private" } else { "public" }.to_owned());
    let choose = move |chosen: String| choose(if chosen == "private" { RoomKind::Private } else { RoomKind::Public });
    view! { <Choices name="kind" legend=Text::RoomKind options value choose/> }
}
