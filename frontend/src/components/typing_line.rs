//! Who is writing: "Mina and Yuki are typing".

use leptos::prelude::*;
use types::RoomId;

use crate::i18n::{Key as Text, fill, t};
use crate::state::use_state;

/// The line above the composer; it keeps its height, so that nothing moves when someone begins.
#[component]
pub fn TypingLine(
    /// The room.
    room: RoomId,
) -> impl IntoView {
    let state = use_state();
    let text = Memo::new(move |_| {
        let (users, more) = state.typing.of(room, state.me.get());
        let names: Vec<String> = users.iter().map(|user| state.people.person(*user).name()).collect();
        let others = |shown: usize| (names.len() - shown + more).to_string();
        match names.as_slice() {
            [] => String::new(),
            [one] if more == 0 => fill(t(Text::TypingOne), &[("a", one)]),
            [one, two] if more == 0 => fill(t(Text::TypingTwo), &[("a", one), ("b", two)]),
            [one, ..] => fill(t(Text::TypingMany), &[("a", one), ("count", &others(1))]),
        }
    });
    view! {
        <div class="typing" class:quiet=move || text.with(String::is_empty) data-testid="typing" aria-live="off">{move || text.get()}</div>
    }
}
