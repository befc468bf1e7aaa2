//! A message as it is shown outside of its room: who, when and what, and what became of it.

use leptos::prelude::*;
use types::Message;

use crate::clock;
use crate::components::body::Body;
use crate::components::folded::Folded;
use crate::components::quote::ForwardedCard;
use crate::components::ui::Avatar;
use crate::i18n::{Key as Text, t};
use crate::state::{Names, use_state};

/// The message.
#[component]
pub fn Post(
    /// Which.
    message: Message,
    /// What is said of it besides.
    #[prop(optional)]
    note: Option<Text>,
) -> impl IntoView {
    let state = use_state();
    let author = message.author_id;
    let person = state.people.person(author);
    let (at, deleted, edited) = (message.created_at, message.deleted_at.is_some(), message.edited_at);
    let names_me = state.me.get_untracked().is_some_and(|me| message.names(me));
    let shown = RwSignal::new(false);
    let message = StoredValue::new(message);
    view! {
        <article class="post" data-named=names_me.then_some("")>
            <Avatar user=author/>
            <div class="post-main">
                <div class="message-head">
                    <span class="author">{move || person.name()}</span>
                    <time datetime=clock::iso(at) title=clock::full(at)>{clock::lately(at)}</time>
                    {note.map(|note| view! { <span class="post-note">{t(note)}</span> })}
                </div>
                {move || if state.mine.blocks(author) && !shown.get() {
                    view! { <Folded shown/> }.into_any()
                } else if deleted {
                    view! { <p class="deleted">{t(Text::MessageDeleted)}</p> }.into_any()
                } else {
                    let Message { body, forwarded, .. } = message.get_value();
                    let names = message.with_value(Names::of);
                    view! {
                        {(!body.is_empty()).then(|| view! { <Body text=body names author/> })}
                        {edited.map(|at| view! { <span class="edited" title=clock::full(at)>{t(Text::Edited)}</span> })}
                        {forwarded.map(|forwarded| view! { <ForwardedCard forwarded/> })}
                    }.into_any()
                }}
            </div>
        </article>
    }
}
