//! A poll in a message: what may be chosen, how many chose it, my own choice, and whether one can still choose.

pub mod new_poll;
pub mod voters;

use std::cell::Cell;

use leptos::{prelude::*, task::spawn_local};
use types::{MessageId, Poll, RoomId, RoomRole, UserId};

use super::ui::{Avatar, When};
use crate::api;
use crate::clock;
use crate::dialogs::{Dialog, use_open};
use crate::effect::effect;
use crate::i18n::{Key as Text, count, failure, fill, t};
use crate::state::use_state;

/// So many people are shown with an option.
const SHOWN: usize = 3;

/// What is known of the votes, as the poll shows it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Told {
    counts: Vec<i64>,
    voters: i64,
    /// My choice, if the rows tell it.
    mine: Option<Vec<i64>>,
    /// Who chose each option, as far as they are known, the latest first.
    people: Vec<Vec<UserId>>,
}

impl Told {
    fn count(&self, option: usize) -> i64 {
        self.counts.get(option).copied().unwrap_or_default()
    }
}

/// A poll's question and choices.
#[component]
pub fn PollCard(
    /// The room.
    room: RoomId,
    /// Its message.
    id: MessageId,
    /// Who asked.
    author: UserId,
    /// What is asked.
    poll: Poll,
) -> impl IntoView {
    let state = use_state();
    let options = poll.options.len();
    let rows = state.history.room(room).rows;
    let told = Memo::new(move |_| rows.with(|rows| read(rows, id, state.me.get(), options)));
    let own = Own::new(id, told);
    own.ask_once();
    own.settle();
    let archived = move || state.rooms.get(room).is_some_and(|item| item.room.archived_at.is_some());
    let closed = poll.is_closed(clock::now());
    let disabled = move || closed || archived();
    let (multiple, anonymous) = (poll.multiple, poll.anonymous);
    let rules = [multiple.then(|| t(Text::PollMultiple)), anonymous.then(|| t(Text::PollAnonymous))];
    let rules: Vec<&str> = rules.into_iter().flatten().collect();
    let when = when(&poll, closed);
    view! {
        <fieldset class="poll" data-testid="poll" class:closed=closed disabled=disabled>
            <legend>{poll.question}</legend>
            {(!rules.is_empty()).then(|| view! { <p class="poll-rules">{rules.join(" · ")}</p> })}
            {poll.options.into_iter().enumerate().map(|(index, text)| view! { <Choice own index text multiple/> }).collect_view()}
            <p class="poll-foot">
                <VotersButton id told anonymous/>
                {when.map(|text| view! { <span>{text}</span> })}
                <When so=move || !disabled() && !own.mine().is_empty()>
                    <button type="button" class="link-button" data-testid="take-back-vote" on:click=move |_| own.choose(Vec::new())>
                        {t(Text::PollTakeBack)}
                    </button>
                </When>
                <When so=move || !disabled() && may_close(state, room, author)><CloseButton own/></When>
            </p>
            <p class="fault" role="alert">{move || own.failed.get()}</p>
        </fieldset>
    }
}

fn read(rows: &sync::RoomState, id: MessageId, me: Option<UserId>, options: usize) -> Told {
    let Some(tally) = rows.tally(id) else { return Told { mine: Some(Vec::new()), ..Told::default() } };
    let chose = |option: usize| {
        let of_it = tally.votes.iter().rev().filter(|vote| vote.options.contains(&(option as i64)));
        of_it.filter_map(|vote| vote.user_id).take(SHOWN).collect()
    };
    Told {
        counts: tally.counts.to_vec(),
        voters: tally.voters,
        mine: me.and_then(|me| tally.of(me)),
        people: (0..options).map(chose).collect(),
    }
}

/// When it closes or did.
fn when(poll: &Poll, closed: bool) -> Option<String> {
    let at = poll.closed_at.or(poll.closes_at)?;
    let text = t(if closed { Text::PollClosedAt } else { Text::PollClosesAt });
    Some(fill(text, &[("at", &clock::lately(at))]))
}

fn may_close(state: crate::state::State, room: RoomId, author: UserId) -> bool {
    state.me.get() == Some(author) || state.rooms.role(room).is_some_and(|role| role >= RoomRole::Moderator)
}

/// My choice: what I wish, else what the rows tell, else what was asked for.
#[derive(Clone, Copy)]
struct Own {
    id: MessageId,
    /// Tells its buttons from those of the same poll elsewhere on the page.
    number: u32,
    told: Memo<Told>,
    asked: RwSignal<Option<Vec<i64>>>,
    wish: RwSignal<Option<Vec<i64>>>,
    failed: RwSignal<Option<&'static str>>,
}

impl Own {
    fn new(id: MessageId, told: Memo<Told>) -> Self {
        thread_local! {
            static NUMBER: Cell<u32> = const { Cell::new(0) };
        }
        let number = NUMBER.get().wrapping_add(1);
        NUMBER.set(number);
        Self { id, number, told, asked: RwSignal::new(None), wish: RwSignal::new(None), failed: RwSignal::new(None) }
    }

    /// A wish that came true is none any more: what another device of mine changes shows.
    fn settle(self) {
        effect(move || {
            let told = self.told.with(|told| told.mine.clone()).or_else(|| self.asked.get());
            if told.is_some() && self.wish.with(|wish| *wish == told) {
                self.wish.set(None);
            }
        });
    }

    fn mine(self) -> Vec<i64> {
        let told = || self.told.with(|told| told.mine.clone());
        self.wish.get().or_else(told).or_else(|| self.asked.get()).unwrap_or_default()
    }

    /// Rows don't name me in an anonymous poll, nor always where many voted: then the server is asked, once.
    fn ask_once(self) {
        let begun = StoredValue::new(false);
        effect(move || {
            if self.told.with(|told| told.mine.is_some()) || begun.get_value() {
                return;
            }
            begun.set_value(true);
            spawn_local(async move {
                if let Ok(page) = api::votes(self.id, 1).await {
                    let _ = self.asked.try_update(|asked| _ = asked.get_or_insert(page.mine));
                }
            });
        });
    }

    /// Chooses; shown at once, and what the rows tell from when the server took it.
    fn choose(self, options: Vec<i64>) {
        self.wish.set(Some(options.clone()));
        self.failed.set(None);
        spawn_local(async move {
            let answer = api::vote(self.id, options.clone()).await;
            // Something else was chosen meanwhile, or the poll is not on the page any more.
            if self.wish.try_with_untracked(|wish| wish.as_ref() == Some(&options)) != Some(true) {
                return;
            }
            match answer {
                Ok(()) => self.asked.set(Some(options)),
                Err(why) => {
                    self.wish.set(None);
                    self.failed.set(Some(failure(&why)));
                }
            }
        });
    }

    fn toggle(self, option: i64, on: bool, multiple: bool) {
        let mut chosen = if multiple { untrack(|| self.mine()) } else { Vec::new() };
        chosen.retain(|held| *held != option);
        if on {
            chosen.push(option);
        }
        chosen.sort_unstable();
        self.choose(chosen);
    }
}

#[component]
fn Choice(own: Own, index: usize, text: String, multiple: bool) -> impl IntoView {
    let option = index as i64;
    let told = own.told;
    let mine = Memo::new(move |_| own.mine().contains(&option));
    let number = Memo::new(move |_| told.with(|told| told.count(index)));
    let most = move || told.with(|told| told.voters.max(1)).to_string();
    let people = Memo::new(move |_| told.with(|told| told.people.get(index).cloned().unwrap_or_default()));
    let name = format!("poll-{}", own.number);
    view! {
        <label class="poll-option" data-testid="poll-option" class:poll-chosen=move || mine.get()>
            <input type=if multiple { "checkbox" } else { "radio" } name=name prop:checked=move || mine.get()
                on:change=move |change| own.toggle(option, event_target_checked(&change), multiple)/>
            <span class="poll-text">{text}</span>
            <span class="poll-people" aria-hidden="true">
                {move || people.get().into_iter().map(|user| view! { <Avatar user/> }).collect_view()}
            </span>
            <span class="poll-count" data-testid="poll-count" aria-label=move || votes(number.get())>{move || number.get()}</span>
            <progress class="poll-bar" aria-hidden="true" max=most prop:value=move || number.get() as f64></progress>
        </label>
    }
}

fn votes(number: i64) -> String {
    count(Text::PollVotesOne, Text::PollVotesOther, number)
}

/// How many voted; opens who did, unless that is told to nobody.
#[component]
fn VotersButton(id: MessageId, told: Memo<Told>, anonymous: bool) -> impl IntoView {
    let open = use_open();
    let number = Memo::new(move |_| told.with(|told| told.voters));
    let text = move || count(Text::PollVotersOne, Text::PollVotersOther, number.get());
    move || {
        if anonymous || number.get() == 0 {
            view! { <span data-testid="poll-voters">{text}</span> }.into_any()
        } else {
            view! {
                <button type="button" class="link-button" data-testid="poll-voters" on:click=move |_| open.show(Dialog::Voters(id))>
                    {text}
                </button>
            }
            .into_any()
        }
    }
}

/// Closes the poll; asks once, since nothing opens it again.
#[component]
fn CloseButton(own: Own) -> impl IntoView {
    let sure = RwSignal::new(false);
    let close = move |_| {
        if !sure.get_untracked() {
            return sure.set(true);
        }
        spawn_local(async move {
            if let Err(why) = api::close_poll(own.id).await {
                let _ = own.failed.try_set(Some(failure(&why)));
            }
        });
    };
    view! {
        <button type="button" class="link-button" data-testid="close-poll" on:click=close on:blur=move |_| _ = sure.try_set(false)>
            {move || t(if sure.get() { Text::PollCloseSure } else { Text::PollClose })}
        </button>
    }
}
