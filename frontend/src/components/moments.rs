//! Choosing a moment to come: a few that are often meant, and one's own.

use leptos::{ev, html, prelude::*};
use types::{Time, limits};

use super::float::{FloatBox, items, move_focus};
use super::ui::{Glyph, Icon};
use crate::clock;
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::pages::room::{Float, Moments};

/// The hour at which a day begins that is meant without one.
const MORNING: u32 = 9;

/// The menu of moments.
#[component]
pub fn MomentMenu(
    /// Where it floats.
    float: Float,
    /// What the moment is for.
    what: Moments,
    /// What is done with it.
    choose: Callback<Time>,
) -> impl IntoView {
    let list = NodeRef::<html::Div>::new();
    effect(move || {
        if let Some(first) = list.get().and_then(|list| items(&list).into_iter().next()) {
            let _ = first.focus();
        }
    });
    let on_key = move |key: ev::KeyboardEvent| {
        let step = match key.key().as_str() {
            "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        key.prevent_default();
        if let Some(list) = list.get_untracked() {
            move_focus(&list, step);
        }
    };
    let take = move |at: Time| {
        float.desk.float.set(None);
        choose.run(at);
    };
    let title = t(if what == Moments::Remind { Text::RemindMe } else { Text::SendLater });
    view! {
        <FloatBox float name="moment-menu">
            // Tab leads on to one's own moment; in menus without a field it closes what floats.
            <div role="group" aria-label=title on:keydown=|key| if key.key() == "Tab" { key.stop_propagation() }>
                <p class="menu-title">{title}</p>
                <div role="menu" aria-label=title node_ref=list on:keydown=on_key>
                    {presets(what).into_iter().map(|(text, test, at)| view! {
                        <button type="button" class="menu-item" role="menuitem" tabindex="-1" data-testid=test
                            on:click=move |_| take(at)>
                            <Icon glyph=Glyph::Clock/><span>{t(text)}</span><small>{clock::soon(at)}</small>
                        </button>
                    }).collect_view()}
                </div>
                <OwnMoment take=Callback::new(take)/>
            </div>
        </FloatBox>
    }
}

/// A moment of one's own.
#[component]
fn OwnMoment(take: Callback<Time>) -> impl IntoView {
    let value = RwSignal::new(clock::to_field(clock::in_minutes(60)));
    let wrong = RwSignal::new(false);
    let latest = clock::in_minutes((limits::AHEAD_MAX / 60) as i32 - 60);
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        match clock::from_field(&value.get_untracked()).filter(|at| *at > clock::now() && *at < latest) {
            Some(at) => take.run(at),
            None => wrong.set(true),
        }
    };
    view! {
        <form class="own-moment" novalidate on:submit=submit>
            <label for="own-moment">{t(Text::OwnTime)}</label>
            <span class="own-moment-row">
                <input class="input" id="own-moment" type="datetime-local" data-testid="own-moment"
                    min=clock::to_field(clock::now()) max=clock::to_field(latest) aria-invalid=move || wrong.get().then_some("true")
                    aria-describedby="own-moment-fault" prop:value=move || value.get()
                    on:input=move |input| { wrong.set(false); value.set(event_target_value(&input)) }/>
                <button type="submit" class="edge-button" data-testid="own-moment-take">{t(Text::Take)}</button>
            </span>
            <p class="fault" id="own-moment-fault" role="alert">{move || wrong.get().then(|| t(Text::MomentUnfit))}</p>
        </form>
    }
}

/// The moments that are often meant.
fn presets(what: Moments) -> Vec<(Text, &'static str, Time)> {
    let tomorrow = (Text::TomorrowMorning, "tomorrow", clock::on_day(1, MORNING));
    match what {
        Moments::Remind => vec![
            (Text::InTwentyMinutes, "in-20-minutes", clock::in_minutes(20)),
            (Text::InOneHour, "in-1-hour", clock::in_minutes(60)),
            tomorrow,
        ],
        Moments::Send => vec![
            (Text::InOneHour, "in-1-hour", clock::in_minutes(60)),
            tomorrow,
            (Text::MondayMorning, "monday", clock::on_day(clock::days_to_monday(), MORNING)),
        ],
    }
}
