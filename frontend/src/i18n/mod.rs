//! Every text of the page, by name and language.
//!
//! [`Key`] names the texts; `en` and `de` hold them in an exhaustive match each, so a language that lacks one does not
//! compile. The language is chosen once per load: by the person's choice, else by the browser's; English comes with the
//! page, any other is fetched before the page is shown.

mod de;
mod en;
mod failure;
mod key;

use std::cell::Cell;

use leptos::prelude::window;

use crate::parts;
use crate::route::View;

pub use failure::{failure, field};
pub use key::Key;

const STORED: &str = "confab.language";
/// Until the page that is loaded in it has opened the settings again.
const JUST_CHOSEN: &str = "confab.language-chosen";

/// The languages that are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// German.
    German,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// Its tag, as in the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its name in itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    fn of(tag: &str) -> Option<Self> {
        let main = tag.split(['-', '_']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.tag().eq_ignore_ascii_case(main))
    }
}

/// The text of each name, in one language.
pub type Catalogue = fn(Key) -> &'static str;

thread_local! {
    static CHOSEN: Cell<Language> = const { Cell::new(Language::English) };
    static TEXTS: Cell<Catalogue> = const { Cell::new(en::text) };
}

/// Fetches the texts of the language the person or the browser chose; if they don't come, the page is in English.
pub async fn load() {
    if stored().or_else(preferred) == Some(Language::German)
        && let Ok(texts) = parts::german().await
    {
        CHOSEN.set(Language::German);
        TEXTS.set(texts);
    }
}

/// The texts in German.
pub fn german(key: Key) -> &'static str {
    de::text(key)
}

/// The language of the page.
pub fn chosen() -> Language {
    CHOSEN.get()
}

/// The tag of the language of the page.
pub fn language() -> &'static str {
    chosen().tag()
}

/// The locale of dates and times: the browser's region where it speaks the language of the page.
pub fn locale() -> &'static str {
    thread_local! {
        static LOCALE: std::cell::OnceCell<&'static str> = const { std::cell::OnceCell::new() };
    }
    LOCALE.with(|locale| {
        *locale.get_or_init(|| {
            let spoken = window().navigator().languages();
            let mut tags = spoken.iter().filter_map(|tag| tag.as_string());
            // Kept for the life of the page, like the language.
            tags.find(|tag| Language::of(tag) == Some(chosen())).map_or(language(), |tag| tag.leak())
        })
    })
}

/// Keeps another language and loads the page in it.
pub fn choose(language: Language) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Without storage the choice can't be kept, and the reload shows that.
        let _ = storage.set_item(STORED, language.tag());
    }
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.set_item(JUST_CHOSEN, "");
    }
    let _ = window().location().reload();
}

/// Whether the page was loaded because another language was chosen: whoever did finds the choice where it was.
pub fn just_chosen() -> bool {
    let storage = window().session_storage().ok().flatten();
    storage.is_some_and(|storage| storage.get_item(JUST_CHOSEN).ok().flatten().is_some())
}

/// The choice is on screen again.
pub fn chosen_is_seen() {
    if let Ok(Some(storage)) = window().session_storage() {
        let _ = storage.remove_item(JUST_CHOSEN);
    }
}

/// Says on the root element which language the page is in.
pub fn mark_page() {
    if let Some(root) = leptos::prelude::document().document_element() {
        let _ = root.set_attribute("lang", language());
    }
}

/// The text of a name in the language of the page.
pub fn t(key: Key) -> &'static str {
    TEXTS.get()(key)
}

/// A text with its `{names}` filled.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let Some((name, after)) = after.split_once('}') else { break };
        filled.push_str(values.iter().find(|(key, _)| *key == name).map_or("", |(_, value)| value));
        rest = after;
    }
    filled.push_str(rest);
    filled
}

/// A text that counts: `one` for one thing, `other` for any other number; `{count}` is filled.
pub fn count(one: Key, other: Key, number: i64) -> String {
    fill(t(if number == 1 { one } else { other }), &[("count", &number.to_string())])
}

impl Key {
    /// What a screen over all rooms is called.
    pub const fn of_view(view: View) -> Self {
        match view {
            View::Threads => Self::Threads,
            View::Saved => Self::SavedView,
            View::Later => Self::LaterView,
            View::CatchUp => Self::CatchUpView,
        }
    }
}

fn stored() -> Option<Language> {
    let storage = window().local_storage().ok().flatten()?;
    Language::of(&storage.get_item(STORED).ok().flatten()?)
}

fn preferred() -> Option<Language> {
    window().navigator().languages().iter().find_map(|tag| Language::of(&tag.as_string()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_a_text_are_filled() {
        assert_eq!(fill("{a} and {b} are typing", &[("a", "Ana"), ("b", "{a}")]), "Ana and {a} are typing");
        assert_eq!(fill("nothing", &[]), "nothing");
    }

    #[test]
    fn a_region_does_not_hide_its_language() {
        assert_eq!(Language::of("de-CH"), Some(Language::German));
        assert_eq!(Language::of("fr"), None);
    }
}
