//! Who chose what.

use leptos::{prelude::*, task::spawn_local};
use types::{MessageId, Poll, RoomId, Vote};

use crate::api::{self, Failure};
use crate::components::ui::{Avatar, Failed, Modal, Skeleton};
use crate::i18n::{Key as Text, count, t};
use crate::route::use_navigator;
use crate::state::{State, use_state};

/// More are not listed by name.
const MOST: i64 = 100;

/// The dialog with who voted for what.
#[component]
pub fn Voters(
    /// The poll's message.
    id: MessageId,
) -> impl IntoView {
    let (state, room) = (use_state(), use_navigator().room_now());
    let told: RwSignal<Option<Result<Vec<Vote>, Failure>>> = RwSignal::new(None);
    let fetch = move || {
        spawn_local(async move {
            let answer = api::votes(id, MOST).await.map(|page| {
                state.people.add(&page.users);
                page.items
            });
            let _ = told.try_set(Some(answer));
        });
    };
    fetch();
    view! {
        <Modal title=t(Text::PollVoters) name="voters-dialog">
            {move || match (told.get(), room.and_then(|room| poll(state, room, id))) {
                (None, _) => view! { <Skeleton rows=3/> }.into_any(),
                (Some(Ok(votes)), Some(poll)) => {
                    let options = poll.options.into_iter().enumerate();
                    options.map(|(index, text)| chosen(state, &votes, index as i64, text)).collect_view().into_any()
                }
                _ => view! { <Failed retry=fetch/> }.into_any(),
            }}
        </Modal>
    }
}

fn poll(state: State, room: RoomId, id: MessageId) -> Option<Poll> {
    state.history.room(room).rows.with_untracked(|rows| rows.message(id)?.poll.clone())
}

fn chosen(state: State, votes: &[Vote], option: i64, text: String) -> impl IntoView {
    let people = votes.iter().filter(|vote| vote.options.contains(&option)).filter_map(|vote| vote.user_id);
    let people: Vec<_> = people.collect();
    let number = count(Text::PollVotesOne, Text::PollVotesOther, people.len() as i64);
    view! {
        <section class="voters">
            <h3>{text}<small>{number}</small></h3>
            <ul>
                {people.into_iter().map(|user| {
                    let person = state.people.person(user);
                    view! { <li data-testid="voter"><Avatar user/><span>{move || person.name()}</span></li> }
                }).collect_view()}
            </ul>
        </section>
    }
}
