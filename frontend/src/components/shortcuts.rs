//! The sheet of keys.

use leptos::prelude::*;

use super::ui::Modal;
use crate::i18n::{Key as Text, t};

/// The dialog of keys.
#[component]
pub fn Shortcuts() -> impl IntoView {
    let (ctrl, shift) = (t(Text::KeyCtrl), t(Text::KeyShift));
    let keys: [(Vec<&'static str>, Text); 9] = [
        (vec![ctrl, "K"], Text::KeySwitcher),
        (vec!["Enter"], Text::KeySend),
        (vec![shift, "Enter"], Text::KeyLine),
        (vec!["↑"], Text::KeyEditLast),
        (vec!["Esc"], Text::KeyEscape),
        (vec!["Alt", "↑ ↓"], Text::KeyRooms),
        (vec!["Alt", shift, "↑ ↓"], Text::KeyUnreadRooms),
        (vec![ctrl, "."], Text::KeyPanel),
        (vec!["?"], Text::KeySheet),
    ];
    view! {
        <Modal title=t(Text::Shortcuts) name="shortcuts-dialog">
            <dl class="keys">
                {keys.into_iter().map(|(keys, what)| view! {
                    <div>
                        <dt>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dt>
                        <dd>{t(what)}</dd>
                    </div>
                }).collect_view()}
            </dl>
        </Modal>
    }
}
