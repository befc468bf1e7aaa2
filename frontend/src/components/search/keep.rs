//! Keeping a search: it stands in the list at the left then, with what is new in it.

use leptos::{ev, html, prelude::*};
use types::{NewSavedSearch, limits};

use super::seeking::Seeking;
use crate::api;
use crate::components::ui::{Attempt, Complaint, When};
use crate::effect::effect;
use crate::i18n::{Key as Text, t};

/// The way to keep what is being searched for.
#[component]
pub fn KeepSearch(
    /// What all parts of the panel share.
    seeking: Seeking,
) -> impl IntoView {
    let attempt = Attempt::new();
    let naming = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    let can = move || {
        let query = seeking.query();
        !query.terms.is_empty() && query.faults.is_empty()
    };
    let kept = move || {
        let text = seeking.text.get();
        seeking.state.searches.all().iter().any(|item| item.search.query == text.trim())
    };
    effect(move || {
        if let Some(field) = field.get() {
            field.set_value(&name_of(&seeking.text.get_untracked()));
            let _ = field.focus();
            field.select();
        }
    });
    let save = move |submit: ev::SubmitEvent| {
        submit.prevent_default();
        let Some(field) = field.get_untracked() else { return };
        let (name, query) = (field.value(), seeking.text.get_untracked().trim().to_owned());
        attempt.run(async move {
            let kept = api::keep_search(&NewSavedSearch { id: None, name, query }).await?;
            seeking.state.searches.told(&[kept]);
            let _ = naming.try_set(false);
            seeking.desk.tell(t(Text::SearchIsKept));
            Ok(())
        });
    };
    let cancel = move |key: ev::KeyboardEvent| {
        if key.key() == "Escape" {
            key.prevent_default();
            naming.set(false);
            if let Some(field) = seeking.field.get_untracked() {
                let _ = field.focus();
            }
        }
    };
    view! {
        <When so=move || can() && !kept() && !naming.get()>
            <button type="button" class="quiet-button" data-testid="keep-search" on:click=move |_| naming.set(true)>
                {t(Text::SearchKeep)}
            </button>
        </When>
        <When so=move || kept()><span class="search-kept">{t(Text::SearchIsKept)}</span></When>
        <When so=move || naming.get() && can() && !kept()>
            <form class="search-name" on:submit=save on:keydown=cancel>
                <input class="input" type="text" name="name" autocomplete="off" required maxlength=limits::SEARCH_NAME_MAX
                    aria-label=t(Text::SearchName) node_ref=field data-testid="search-name"/>
                <button type="submit" class="main-button" disabled=move || attempt.busy()>{t(Text::Save)}</button>
                <p class="complaint" role="alert">{move || attempt.field("name")}</p>
                <Complaint attempt/>
            </form>
        </When>
    }
}

/// What it is called at first: what was typed.
fn name_of(query: &str) -> String {
    query.trim().chars().take(limits::SEARCH_NAME_MAX).collect()
}
