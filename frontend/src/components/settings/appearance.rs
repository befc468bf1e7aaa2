//! Colours, language, and what Enter does.

use leptos::prelude::*;

use crate::components::ui::Choices;
use crate::i18n::{self, Key as Text, Language, t};
use crate::preferences;

/// The choices of this browser; each takes hold at once.
#[component]
pub fn Appearance() -> impl IntoView {
    let theme = RwSignal::new(preferences::theme());
    let enter = RwSignal::new(preferences::enter_sends());
    let themes = vec![
        ("system", t(Text::ThemeSystem).to_owned(), None),
        ("light", t(Text::ThemeLight).to_owned(), None),
        ("dark", t(Text::ThemeDark).to_owned(), None),
    ];
    let languages =
        Language::ALL.into_iter().map(|language| (language.tag(), language.name().to_owned(), None)).collect();
    let choose_language = |tag: String| {
        if let Some(language) = Language::ALL.into_iter().find(|language| language.tag() == tag) {
            i18n::choose(language);
        }
    };
    view! {
        <div class="form">
            <Choices name="theme" legend=Text::Theme options=themes value=theme.into()
                choose=move |chosen| { preferences::choose_theme(&chosen); theme.set(chosen) }/>
            <Choices name="language" legend=Text::Language options=languages
                value=Signal::derive(|| i18n::language().to_owned()) choose=choose_language/>
            <label class="choice">
                <input type="checkbox" data-testid="enter-sends" prop:checked=move || enter.get()
                    on:change=move |event| {
                        let sends = event_target_checked(&event);
                        preferences::choose_enter_sends(sends);
                        enter.set(sends);
                    }/>
                <span><span class="choice-name">{t(Text::EnterSends)}</span><small>{t(Text::EnterSendsHint)}</small></span>
            </label>
        </div>
    }
}
