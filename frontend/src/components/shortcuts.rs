//! The sheet of keys.

use leptos::prelude::*;

use super::ui::Modal;
use crate::i18n::{Key as Text, t};

/// How text is marked.
const MARKDOWN: [(&str, Text); 10] = [
    ("**text**", Text::KeyBold),
    ("*text*", Text::KeyItalic),
    ("~~text~~", Text::KeyStrike),
    ("||text||", Text::Spoiler),
    ("`text`", Text::Code),
    ("```", Text::MarkdownCode),
    ("> text", Text::MarkdownQuote),
    ("- text", Text::MarkdownList),
    ("- [x] text", Text::MarkdownTask),
    ("[text](https://…)", Text::MarkdownLink),
];

/// The dialog of keys.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let (ctrl, shift) = (t(Text::KeyCtrl), t(Text::KeyShift));
    let keys: [(Vec<&'static str>, Text); 17] = [
        (vec![ctrl, "K"], Text::KeySwitcher),
        (vec!["/"], Text::KeySearch),
        (vec!["Enter"], Text::KeySend),
        (vec![shift, "Enter"], Text::KeyLine),
        (vec!["↑"], Text::KeyEditLast),
        (vec!["Esc"], Text::KeyEscape),
        (vec!["Alt", "↑ ↓"], Text::KeyRooms),
        (vec!["Alt", shift, "↑ ↓"], Text::KeyUnreadRooms),
        (vec!["G", "C T S L"], Text::KeyViews),
        (vec![shift, "Esc"], Text::KeyReadAll),
        (vec![ctrl, "."], Text::KeyPanel),
        (vec!["?"], Text::KeySheet),
        (vec!["@", "#", ":", "/"], Text::KeyComplete),
        (vec![ctrl, "B"], Text::KeyBold),
        (vec![ctrl, "I"], Text::KeyItalic),
        (vec![ctrl, shift, "X"], Text::KeyStrike),
        (vec![ctrl, "K"], Text::KeyLink),
    ];
    view! {
        <Modal title=t(Text::Shortcuts) name="shortcuts-dialog">
            // Higher than some screens: the keys move it.
            <div tabindex="0" role="group" aria-label=t(Text::Shortcuts)>
            <dl class="keys">
                {keys.into_iter().map(|(keys, what)| view! {
                    <div>
                        <dt>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                        <dd>{t(what)}</dd>
                    </div>
                }).collect_view()}
            </dl>
            <h3>{t(Text::Markdown)}</h3>
            <dl class="keys markdown">
                {MARKDOWN.into_iter().map(|(written, what)| view! {
                    <div><dt><code>{written}</code></dt><dd>{t(what)}</dd></div>
                }).collect_view()}
            </dl>
            </div>
        </Modal>
    }
}
