//! What a pointer or a finger wants at once beside a message: the emoji at hand, a thread, and changing one's own.

use leptos::prelude::*;
use types::{MessageId, RoomId, UserId};

use super::reactions::{AddReaction, react};
use super::recent_emoji::recent;
use super::ui::{Glyph, Icon, When};
use crate::i18n::{Key as Text, fill, t};
use crate::live::use_live;
use crate::pages::room::{Panel, Place, RoomDesk};
use crate::state::{State, use_state};

/// The message these are for.
#[derive(Clone, Copy)]
pub struct Quick {
    /// Its room.
    pub room: RoomId,
    /// Which.
    pub id: MessageId,
    /// Who wrote it.
    pub author: UserId,
    /// Whether it is stored.
    pub sent: bool,
    /// Whether what it says can't be changed.
    pub fixed: bool,
}

/// The buttons.
pub fn quick(message: Quick) -> AnyView {
    let Quick { room, id, author, sent, fixed } = message;
    let (state, desk) = (use_state(), expect_context::<RoomDesk>());
    view! {
        {sent.then(|| view! { <QuickReactions id/> })}
        {(sent && desk.place == Place::Room).then(|| view! {
            <button type="button" class="icon-button" data-testid="reply" title=t(Text::ReplyInThread)
                aria-label=t(Text::ReplyInThread) on:click=move |_| desk.open_panel(room, Panel::Thread(thread_of(state, room, id)))>
                <Icon glyph=Glyph::Reply/>
            </button>
        })}
        <When so=move || state.is_me(author) && !fixed>
            <button type="button" class="icon-button" data-testid="edit" title=t(Text::Edit)
                aria-label=t(Text::Edit) on:click=move |_| desk.editing.set(Some(id))>
                <Icon glyph=Glyph::Pencil/>
            </button>
        </When>
    }.into_any()
}

/// The thread that answers to a message go to: there is one level.
pub(super) fn thread_of(state: State, room: RoomId, id: MessageId) -> MessageId {
    let root = state.history.room(room).rows.with_untracked(|rows| rows.message(id)?.thread_root_id);
    root.unwrap_or(id)
}

/// Three emoji at hand, and the way to all of them.
#[component]
fn QuickReactions(id: MessageId) -> impl IntoView {
    let live = use_live();
    view! {
        {recent(3).into_iter().map(|emoji| {
            let label = fill(t(Text::ReactWith), &[("emoji", &emoji)]);
            let shown = emoji.clone();
            view! {
                <button type="button" class="icon-button quick" data-testid="quick-react" title=label.clone() aria-label=label
                    on:click=move |_| react(live, id, &emoji)>
                    <span aria-hidden="true">{shown}</span>
                </button>
            }
        }).collect_view()}
        <AddReaction id class="icon-button"/>
    }
}
