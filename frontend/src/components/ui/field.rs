//! A labelled field with its hint and its fault, and a choice between a few things.

use leptos::{ev, html, prelude::*};

use super::{Attempt, Glyph, Icon};
use crate::effect::effect;
use crate::i18n::{Key as Text, fill, t};

/// One field of a form.
#[component]
pub fn Field(
    /// Its name in the request, where faults find it.
    name: &'static str,
    /// What it is called.
    label: Text,
    /// What is written in it.
    value: RwSignal<String>,
    /// The attempt whose faults it shows.
    attempt: Attempt,
    /// A word of help.
    #[prop(optional, into)]
    hint: Option<Text>,
    /// `text`, `email`, `password`, `search`.
    #[prop(default = "text")]
    kind: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Whether it may be left empty.
    #[prop(optional)]
    optional: bool,
    /// The most characters it takes.
    #[prop(optional, into)]
    max: Option<usize>,
    /// Several lines.
    #[prop(optional)]
    lines: bool,
    /// Begins with the cursor in it.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let id = format!("field-{name}");
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described = format!("{hint_id} {fault_id}");
    let too_long = move || {
        let (max, count) = (max?, value.with(|value| value.chars().count()));
        (count > max).then(|| fill(t(Text::TooLongBy), &[("max", &max.to_string()), ("count", &count.to_string())]))
    };
    // What is pasted is not cut without a word: how much is too much is said.
    let fault = move || too_long().or_else(|| attempt.field(name));
    let invalid = move || fault().map(|_| "true");
    let shown = RwSignal::new(false);
    let typed = move |input: ev::Event| value.set(event_target_value(&input));
    let spell = if lines { "true" } else { "false" };
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get().filter(|_| first) {
            let _ = field.focus();
        }
    });
    view! {
        <div class="field">
            <label for=id.clone()>
                {t(label)}" "{optional.then(|| view! { <span class="optional">{t(Text::Optional)}</span> })}
            </label>
            {if lines {
                view! {
                    <textarea class="input" id=id.clone() name=name rows="3" aria-describedby=described
                        aria-invalid=invalid prop:value=move || value.get() on:input=typed></textarea>
                }.into_any()
            } else {
                view! {
                    <span class="input-row">
                        <input class="input" id=id.clone() name=name type=move || if shown.get() { "text" } else { kind } autocomplete=autocomplete
                            autocapitalize="none" spellcheck=spell required=!optional aria-describedby=described
                            aria-invalid=invalid prop:value=move || value.get() on:input=typed
                            node_ref=field/>
                        {(kind == "password").then(|| view! { <Reveal shown/> })}
                    </span>
                }.into_any()
            }}
            <p class="help" id=hint_id>{hint.map(t)}</p>
            <p class="fault" id=fault_id role="alert" data-testid=format!("fault-{name}")>{fault}</p>
        </div>
    }
}

/// Shows a password to whoever writes it.
#[component]
fn Reveal(shown: RwSignal<bool>) -> impl IntoView {
    view! {
        <button type="button" class="icon-button reveal" aria-pressed=move || shown.get().to_string()
            aria-label=t(Text::ShowPassword) title=t(Text::ShowPassword)
            on:click=move |_| shown.update(|shown| *shown = !*shown)>
            {move || view! { <Icon glyph=if shown.get() { Glyph::EyeOff } else { Glyph::Eye }/> }}
        </button>
    }
}

/// A choice between a few things, as radio buttons.
#[component]
pub fn Choices(
    /// Groups the buttons.
    name: &'static str,
    /// What is chosen.
    legend: Text,
    /// The values with their names and, if they need it, a word of help.
    options: Vec<(&'static str, String, Option<Text>)>,
    /// The value chosen.
    value: Signal<String>,
    /// Chooses another.
    choose: impl Fn(String) + Copy + 'static,
) -> impl IntoView {
    view! {
        <fieldset class="choices">
            <legend>{t(legend)}</legend>
            {options.into_iter().map(|(option, label, hint)| view! {
                <label class="choice">
                    <input type="radio" name=name value=option prop:checked=move || value.with(|value| value == option)
                        on:change=move |_| choose(option.to_owned())/>
                    <span><span class="choice-name">{label}</span>{hint.map(|hint| view! { <small>{t(hint)}</small> })}</span>
                </label>
            }).collect_view()}
        </fieldset>
    }
}
