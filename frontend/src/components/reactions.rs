//! Reactions: the row of emoji under a message, and the way to one more.

use leptos::{ev, prelude::*};
use types::MessageId;

use super::float::beside;
use super::recent_emoji::use_emoji;
use super::ui::{Glyph, Icon, List, ListRow, When};
use crate::i18n::{Key as Text, fill, t};
use crate::live::{Live, use_live};
use crate::pages::room::{Float, Floating, RoomDesk};
use crate::state::{Chip, State, use_state};

/// So many people are named.
const NAMED: usize = 8;

/// The emoji under a message; a click adds mine or takes it back.
#[component]
pub fn Reactions(
    /// The message.
    id: MessageId,
    /// The emoji.
    chips: ArcRwSignal<Vec<Chip>>,
) -> impl IntoView {
    let any = chips.clone();
    view! {
        <When so=move || any.with(|chips| !chips.is_empty())>
            <ul class="chips" aria-label=t(Text::Reactions)>
                <List rows={
                    let chips = chips.clone();
                    Box::new(move || chips.with(|held| held.iter().map(|chip| row(id, chip, &chips)).collect()))
                }/>
                <li><AddReaction id class="chip chip-add"/></li>
            </ul>
        </When>
    }
}

fn row(id: MessageId, chip: &Chip, chips: &ArcRwSignal<Vec<Chip>>) -> ListRow {
    let (emoji, chips) = (chip.emoji.clone(), chips.clone());
    ListRow::new((0, u128::from(crate::letters::mark(&chip.emoji))), move || {
        view! { <OneChip id emoji chips/> }.into_any()
    })
}

#[component]
fn OneChip(id: MessageId, emoji: String, chips: ArcRwSignal<Vec<Chip>>) -> impl IntoView {
    let (state, live) = (use_state(), use_live());
    let sought = emoji.clone();
    let chip = Memo::new(move |_| chips.with(|chips| chips.iter().find(|chip| chip.emoji == sought).cloned()));
    let mine = move || chip.with(|chip| chip.as_ref().is_some_and(|chip| chip.mine));
    let who = Memo::new(move |_| chip.with(|chip| chip.as_ref().map(|chip| who(state, chip)).unwrap_or_default()));
    let (sent, name) = (emoji.clone(), emoji.clone());
    view! {
        <li>
            <button type="button" class="chip" data-testid="chip" data-emoji=name aria-pressed=move || mine().to_string()
                title=move || who.get()
                on:click=move |_| live.react(id, sent.clone(), !untrack(mine))>
                <span class="chip-emoji">{emoji}</span>
                <span class="chip-count">{move || chip.with(|chip| chip.as_ref().map_or(0, |chip| chip.count))}</span>
            </button>
        </li>
    }
}

/// "Ada, Mina and 3 others reacted with 👍".
fn who(state: State, chip: &Chip) -> String {
    let me = state.me.get();
    let name = |user: &types::UserId| {
        if Some(*user) == me { t(Text::You).to_owned() } else { state.people.person(*user).name() }
    };
    let names: Vec<String> = chip.user_ids.iter().take(NAMED).map(name).collect();
    let others = chip.count - names.len() as i64;
    let people = match (names.split_last(), others) {
        (None, count) => count.to_string(),
        (Some((last, [])), 0) => last.clone(),
        (Some((last, before)), 0) => fill(t(Text::AndOne), &[("names", &before.join(", ")), ("last", last)]),
        (Some(_), 1) => fill(t(Text::AndOneOther), &[("names", &names.join(", "))]),
        (Some(_), count) => fill(t(Text::AndOthers), &[("names", &names.join(", ")), ("count", &count.to_string())]),
    };
    fill(t(Text::ReactedWith), &[("names", &people), ("emoji", &chip.emoji)])
}

/// The way to all emoji.
#[component]
pub fn AddReaction(
    /// The message.
    id: MessageId,
    /// Its look.
    class: &'static str,
) -> impl IntoView {
    let (desk, live) = (expect_context::<RoomDesk>(), use_live());
    let open = move |click: ev::MouseEvent| {
        let choose = Callback::new(move |emoji: String| react(live, id, &emoji));
        desk.float.set(Some(Float { what: Floating::Picker(choose), desk, beside: beside(&click) }));
    };
    view! {
        <button type="button" class=class data-testid="add-reaction" title=t(Text::AddReaction)
            aria-label=t(Text::AddReaction) aria-haspopup="dialog" on:click=open><Icon glyph=Glyph::React/></button>
    }
}

/// Adds an emoji of mine.
pub fn react(live: Live, id: MessageId, emoji: &str) {
    use_emoji(emoji);
    live.react(id, emoji.to_owned(), true);
}
