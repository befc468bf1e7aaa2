//! Passing a message on: to which room, and with which words.

use leptos::{ev, prelude::*};
use types::{MessageId, MyRoom, RoomId};

use super::composer::fits;
use super::quote::Excerpt;
use super::sidebar::row::RoomSign;
use super::ui::{Attempt, Complaint, Modal, When};
use crate::dialogs::{use_notice, use_open};
use crate::i18n::{Key as Text, t};
use crate::letters::lower;
use crate::live::use_live;
use crate::route::use_navigator;
use crate::state::use_state;

/// More rooms than this are found by typing.
const SHOWN: usize = 40;

/// The dialog in which a room is chosen.
#[component]
pub fn ForwardMessage(
    /// The message.
    id: MessageId,
) -> impl IntoView {
    let (state, open, live, from) = (use_state(), use_open(), use_live(), use_navigator().room_now());
    let (attempt, notice) = (Attempt::new(), use_notice());
    let (sought, words) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let chosen: RwSignal<Option<RoomId>> = RwSignal::new(None);
    let found = Memo::new(move |_| found(state.rooms.sorted(), &sought.get()));
    let unfit = move || words.with(|words| !words.trim().is_empty() && !fits(words));
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(room) = chosen.get_untracked().filter(|_| !untrack(unfit)) else { return };
        let body = words.get_untracked().trim().to_owned();
        attempt.run(async move {
            live.forward(id, room, body).await?;
            open.close();
            notice.tell(t(Text::Forwarded));
            Ok(())
        });
    };
    view! {
        <Modal title=t(Text::ForwardTitle) name="forward-dialog">
            <form class="form" novalidate on:submit=submit>
                {from.map(|room| view! { <Excerpt room id/> })}
                <div class="field">
                    <label for="forward-to">{t(Text::ForwardTo)}</label>
                    <input class="input" id="forward-to" type="text" autocomplete="off" autofocus placeholder=t(Text::FindRoom)
                        on:input=move |input| sought.set(event_target_value(&input))/>
                </div>
                <div class="pick-list" role="radiogroup" aria-label=t(Text::ForwardTo)>
                    {move || found.get().into_iter().map(|item| {
                        let room = item.room.id;
                        let row = Memo::new(move |_| state.rooms.get(room));
                        view! {
                            <label class="pick">
                                <input type="radio" name="room" data-testid="forward-room" prop:checked=move || chosen.get() == Some(room)
                                    on:change=move |_| chosen.set(Some(room))/>
                                <RoomSign room item=row/>
                                <span>{item.room.name}</span>
                            </label>
                        }
                    }).collect_view()}
                    <When so=move || found.with(Vec::is_empty)><p class="side-empty">{t(Text::NothingFound)}</p></When>
                </div>
                <div class="field">
                    <label for="forward-words">{t(Text::ForwardWords)}<span class="optional">{t(Text::Optional)}</span></label>
                    <textarea class="input" id="forward-words" rows="2" prop:value=move || words.get()
                        on:input=move |input| words.set(event_target_value(&input))></textarea>
                    <p class="fault">{move || unfit().then(|| t(Text::MessageTooLong))}</p>
                </div>
                <Complaint attempt/>
                <footer class="modal-actions">
                    <button type="button" class="quiet-button" on:click=move |_| open.close()>{t(Text::Cancel)}</button>
                    <button type="submit" class="main-button" data-testid="submit"
                        disabled=move || attempt.busy() || chosen.get().is_none()>{t(Text::Forward)}</button>
                </footer>
            </form>
        </Modal>
    }
}

/// Rooms one can write in whose name holds the letters.
fn found(rooms: Vec<MyRoom>, text: &str) -> Vec<MyRoom> {
    let text = lower(text.trim().trim_start_matches('#'));
    let name = |item: &MyRoom| lower(item.room.name.as_deref().unwrap_or_default());
    let open = rooms.into_iter().filter(|item| item.room.archived_at.is_none() && name(item).contains(&text));
    open.take(SHOWN).collect()
}
