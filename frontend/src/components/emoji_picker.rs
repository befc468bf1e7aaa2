//! Choosing among all emoji: by typing a name, or group by group; the arrows go through the grid, Enter takes one.

use leptos::{ev, html, prelude::*};
use wasm_bindgen::JsCast;

use super::float::FloatBox;
use super::recent_emoji::recent;
use crate::effect::effect;
use crate::i18n::{Key as Text, t};
use crate::letters::lower;
use crate::pages::room::Float;

/// All emoji, one a line: the emoji, its name, other names; a line that begins with `#` begins a group.
const ALL: &str = include_str!(concat!(env!("OUT_DIR"), "/emoji.txt"));
/// The columns of the grid, as in its style.
const COLUMNS: usize = 9;
/// More than this are not shown of what a search found.
const SHOWN: usize = 90;
/// So many of those used last are shown.
const RECENT: usize = 27;
/// The groups in their order: the sign of each, and its name.
const GROUPS: [(&str, Text); 10] = [
    ("🕘", Text::EmojiRecent),
    ("😀", Text::EmojiSmileys),
    ("👋", Text::EmojiPeople),
    ("🐻", Text::EmojiNature),
    ("🍎", Text::EmojiFood),
    ("🚗", Text::EmojiTravel),
    ("⚽", Text::EmojiActivities),
    ("💡", Text::EmojiObjects),
    ("❤️", Text::EmojiSymbols),
    ("🏁", Text::EmojiFlags),
];

/// An emoji and its name.
type Named = (String, String);

/// The emoji picker.
#[component]
pub fn EmojiPicker(
    /// Where it floats.
    float: Float,
    /// What is done with the one chosen.
    choose: Callback<String>,
) -> impl IntoView {
    let (text, group, chosen) = (RwSignal::new(String::new()), RwSignal::new(0_usize), RwSignal::new(0_usize));
    let found =
        Memo::new(move |_| text.with(|text| if text.trim().is_empty() { of_group(group.get()) } else { search(text) }));
    let field = NodeRef::<html::Input>::new();
    effect(move || {
        if let Some(field) = field.get() {
            let _ = field.focus();
        }
    });
    let take = move |emoji: String| {
        float.desk.float.set(None);
        choose.run(emoji);
    };
    let on_key = move |key: ev::KeyboardEvent| {
        let last = found.with(Vec::len).saturating_sub(1);
        let at = chosen.get_untracked();
        let to = match key.key().as_str() {
            "ArrowRight" => at + 1,
            "ArrowLeft" => at.saturating_sub(1),
            "ArrowDown" => at + COLUMNS,
            "ArrowUp" => at.checked_sub(COLUMNS).unwrap_or(at),
            "Enter" => {
                key.prevent_default();
                if let Some((emoji, _)) = found.with(|found| found.get(at).cloned()) {
                    take(emoji);
                }
                return;
            }
            _ => return,
        };
        key.prevent_default();
        chosen.set(to.min(last));
    };
    // One listener for all of the grid.
    let on_click = move |click: ev::MouseEvent| {
        let target = click.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
        let option = target.and_then(|target| target.closest("[data-emoji]").ok().flatten());
        if let Some(emoji) = option.and_then(|option| option.get_attribute("data-emoji")) {
            take(emoji);
        }
    };
    let name = move || found.with(|found| found.get(chosen.get()).cloned());
    view! {
        <FloatBox float name="emoji-picker">
            <div role="dialog" aria-label=t(Text::AddReaction) class="picker">
                <input class="input picker-field" type="text" role="combobox" autocomplete="off" spellcheck="false"
                    aria-expanded="true" aria-controls="emoji-grid" aria-label=t(Text::FindEmoji) placeholder=t(Text::FindEmoji)
                    aria-activedescendant=move || found.with(|found| (!found.is_empty()).then(|| format!("emoji-{}", chosen.get())))
                    data-testid="emoji-field" node_ref=field on:keydown=on_key
                    on:input=move |input| { text.set(event_target_value(&input)); chosen.set(0) }/>
                <div class="picker-groups" role="group" aria-label=t(Text::EmojiGroups)>
                    {GROUPS.into_iter().enumerate().map(|(index, (sign, name))| view! {
                        <button type="button" class="picker-group" title=t(name) aria-label=t(name)
                            aria-pressed=move || (group.get() == index && text.with(String::is_empty)).to_string()
                            on:click=move |_| {
                                if let Some(field) = field.get_untracked() { field.set_value(""); let _ = field.focus(); }
                                text.set(String::new());
                                group.set(index);
                                chosen.set(0);
                            }><span aria-hidden="true">{sign}</span></button>
                    }).collect_view()}
                </div>
                <div class="picker-grid" id="emoji-grid" role="listbox" aria-label=t(Text::Emoji) on:click=on_click>
                    {move || found.get().into_iter().enumerate().map(|(index, (emoji, name))| {
                        let shown = emoji.clone();
                        view! {
                            <div class="picker-emoji" role="option" id=format!("emoji-{index}") data-emoji=emoji title=name.clone()
                                aria-label=name aria-selected=move || (chosen.get() == index).to_string()>{shown}</div>
                        }
                    }).collect_view()}
                </div>
                <p class="picker-name" role="status">
                    {move || match name() {
                        Some((emoji, name)) => view! { <span class="picker-large" aria-hidden="true">{emoji}</span><span>{name}</span> }.into_any(),
                        None => t(Text::NothingFound).into_any(),
                    }}
                </p>
            </div>
        </FloatBox>
    }
}

/// The emoji of a group; those used last are the first group.
fn of_group(group: usize) -> Vec<Named> {
    if group == 0 {
        return recent(RECENT)
            .into_iter()
            .map(|emoji| {
                let name = name_of(&emoji);
                (emoji, name)
            })
            .collect();
    }
    ALL.split("#\n")
        .nth(group)
        .unwrap_or_default()
        .lines()
        .filter_map(parts)
        .map(|(emoji, name, _)| owned(emoji, name))
        .collect()
}

fn name_of(emoji: &str) -> String {
    let mut all = ALL.lines().filter_map(parts);
    all.find(|(known, ..)| *known == emoji).map(|(_, name, _)| name.to_owned()).unwrap_or_default()
}

fn owned(emoji: &str, name: &str) -> Named {
    (emoji.to_owned(), name.to_owned())
}

fn parts(line: &str) -> Option<(&str, &str, &str)> {
    let (emoji, names) = line.split_once('\t')?;
    let (name, others) = names.split_once('\t').unwrap_or((names, ""));
    Some((emoji, name, others))
}

/// The emoji in whose names all words are found: those first whose name begins with what is sought.
fn search(text: &str) -> Vec<Named> {
    let text = lower(text.trim());
    let text = text.trim_matches(':');
    let words: Vec<&str> = text.split_whitespace().collect();
    let all = ALL.lines().filter_map(parts);
    let fits =
        |(_, name, others): &(&str, &str, &str)| words.iter().all(|word| name.contains(word) || others.contains(word));
    let mut found: Vec<_> = all.filter(fits).collect();
    let rank = |(_, name, others): &(&str, &str, &str)| {
        let exact = *name == text || others.split(' ').any(|other| other == text);
        (!exact, !name.starts_with(text) && !others.starts_with(text))
    };
    found.sort_by_key(rank);
    found.into_iter().take(SHOWN).map(|(emoji, name, _)| owned(emoji, name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emoji_is_found_by_its_name_and_by_what_people_call_it() {
        assert_eq!(search("thumbs up").first().map(|(emoji, _)| emoji.as_str()), Some("👍"));
        assert_eq!(search(":tada:").first().map(|(emoji, _)| emoji.as_str()), Some("🎉"));
        assert_eq!(search("nothing is called so"), []);
    }

    #[test]
    fn every_group_has_its_emoji_and_none_has_those_of_another() {
        let groups: Vec<Vec<Named>> = (1..GROUPS.len()).map(of_group).collect();
        assert!(groups.iter().all(|group| group.len() > 50));
        assert_eq!(groups.iter().map(Vec::len).sum::<usize>(), ALL.lines().filter_map(parts).count());
        assert_eq!(groups.last().and_then(|flags| flags.first()).map(|(emoji, _)| emoji.as_str()), Some("🏁"));
    }
}
