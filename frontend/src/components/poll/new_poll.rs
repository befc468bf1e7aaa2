//! A new poll: the question, two options and more, and its rules.

use leptos::{ev, prelude::*};
use types::{NewPoll, RoomId, limits};

use crate::api;
use crate::clock;
use crate::components::ui::{Attempt, Complaint, Field, Glyph, Icon, Modal};
use crate::dialogs::use_open;
use crate::i18n::{Key as Text, fill, t};
use crate::live::new_id;

/// When a poll may close, in hours from now; 0 is not by itself.
const HOURS: [(i64, Text); 5] = [
    (0, Text::PollNever),
    (1, Text::PollInAnHour),
    (24, Text::PollInADay),
    (72, Text::PollInThreeDays),
    (168, Text::PollInAWeek),
];

/// The dialog of a new poll.
#[component]
pub fn NewPollDialog(
    /// Where it is asked.
    room: RoomId,
) -> impl IntoView {
    let open = use_open();
    let attempt = Attempt::new();
    let question = RwSignal::new(String::new());
    let options = RwSignal::new(vec![RwSignal::new(String::new()), RwSignal::new(String::new())]);
    let (multiple, anonymous, hours) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(0_i64));
    // The same id however often it is tried: it is asked once.
    let id = new_id();
    let submit = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let texts =
            options.with_untracked(|options| options.iter().map(|text| text.get_untracked()).collect::<Vec<_>>());
        let ahead = Some(hours.get_untracked()).filter(|hours| *hours > 0);
        let poll = NewPoll {
            id: Some(id),
            question: question.get_untracked(),
            options: texts.into_iter().filter(|text| !text.trim().is_empty()).collect(),
            multiple: multiple.get_untracked(),
            anonymous: anonymous.get_untracked(),
            closes_at: ahead.map(clock::in_hours),
        };
        attempt.run(async move {
            api::post_poll(room, &poll).await?;
            open.close();
            Ok(())
        });
    };
    view! {
        <Modal title=t(Text::PollNew) name="poll-dialog">
            <form class="form" novalidate on:submit=submit>
                <Field name="question" label=Text::PollQuestion value=question attempt max=limits::QUESTION_MAX first=true/>
                <fieldset class="poll-fields">
                    <legend>{t(Text::PollOptions)}</legend>
                    {move || options.get().into_iter().enumerate().map(|(index, text)| option(options, index, text)).collect_view()}
                    <button type="button" class="quiet-button" data-testid="add-option"
                        hidden=move || options.with(|options| options.len() >= limits::OPTIONS_MAX)
                        on:click=move |_| options.update(|options| options.push(RwSignal::new(String::new())))>
                        <Icon glyph=Glyph::Plus/>{t(Text::PollAddOption)}
                    </button>
                    <p class="fault" role="alert" data-testid="fault-options">{move || attempt.field("options").map(|_| t(Text::PollOptionsFault))}</p>
                </fieldset>
                {check(Text::PollMultiple, "multiple", multiple)}
                {check(Text::PollAnonymousLong, "anonymous", anonymous)}
                <div class="field">
                    <label for="poll-closes">{t(Text::PollCloses)}</label>
                    <select class="input" id="poll-closes" on:change=move |change| hours.set(event_target_value(&change).parse().unwrap_or(0))>
                        {HOURS.map(|(value, text)| view! { <option value=value.to_string()>{t(text)}</option> }).collect_view()}
                    </select>
                </div>
                <Complaint attempt/>
                <footer class="modal-actions">
                    <button type="button" class="quiet-button" on:click=move |_| open.close()>{t(Text::Cancel)}</button>
                    <button type="submit" class="main-button" disabled=move || attempt.busy() data-testid="submit">
                        {t(Text::PollAsk)}
                    </button>
                </footer>
            </form>
        </Modal>
    }
}

/// One option's field, with a way to take it out where more than two are left.
fn option(options: RwSignal<Vec<RwSignal<String>>>, index: usize, text: RwSignal<String>) -> impl IntoView {
    let label = fill(t(Text::PollOption), &[("number", &(index + 1).to_string())]);
    let many = move || options.with(|options| options.len() > limits::OPTIONS_MIN);
    let remove = move |_| {
        options.update(|options| {
            if index < options.len() {
                options.remove(index);
            }
        });
    };
    view! {
        <span class="input-row">
            <input class="input" data-testid="poll-option-field" aria-label=label.clone() placeholder=label autocomplete="off"
                maxlength=limits::OPTION_MAX.to_string() prop:value=move || text.get()
                on:input=move |input| text.set(event_target_value(&input))/>
            <button type="button" class="icon-button" aria-label=t(Text::Delete) hidden=move || !many() on:click=remove>
                <Icon glyph=Glyph::Close/>
            </button>
        </span>
    }
}

fn check(text: Text, name: &'static str, value: RwSignal<bool>) -> impl IntoView {
    view! {
        <label class="poll-check">
            <input type="checkbox" name=name prop:checked=move || value.get()
                on:change=move |change| value.set(event_target_checked(&change))/>
            <span>{t(text)}</span>
        </label>
    }
}
