//! The ways to what is gathered over all rooms, each with what waits there.

use leptos::prelude::*;

use crate::components::ui::{Glyph, Icon};
use crate::i18n::{Key as Text, t};
use crate::route::{Route, View, use_navigator};
use crate::state::{State, use_state};

/// The links above the rooms.
#[component]
pub fn Links() -> impl IntoView {
    let (state, navigator) = (use_state(), use_navigator());
    view! {
        <ul class="room-list side-links">
            {View::ALL.into_iter().map(|view| {
                let here = move || navigator.view() == Some(view);
                let waits = Memo::new(move |_| waits(state, view));
                view! {
                    <li>
                        <a class="side-link" href=Route::View(view).path() data-testid=format!("view-{}", view.name())
                            class:on=here class:unread=move || waits.get() != Waits::Nothing
                            aria-current=move || here().then_some("page")>
                            <span class="room-glyph"><Icon glyph=glyph(view)/></span>
                            <span class="room-name">{t(Text::of_view(view))}</span>
                            {move || match waits.get() {
                                Waits::Nothing => ().into_any(),
                                Waits::News => view! { <span class="pip"><span class="sr-only">{t(Text::Unread)}</span></span> }.into_any(),
                                Waits::ForMe(count) => view! {
                                    <span class="badge">{count}<span class="sr-only">" "{t(Text::ForYou)}</span></span>
                                }.into_any(),
                            }}
                        </a>
                    </li>
                }
            }).collect_view()}
        </ul>
    }
}

/// What waits somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Waits {
    Nothing,
    /// Something.
    News,
    /// So much that wants me.
    ForMe(i64),
}

fn waits(state: State, view: View) -> Waits {
    let (for_me, news) = match view {
        View::CatchUp => (0, false),
        View::Threads => (state.threads.named(), state.threads.unread() > 0),
        View::Saved => (state.mine.due() as i64, false),
        View::Later => (state.mine.failed() as i64, false),
    };
    match (for_me, news) {
        (0, false) => Waits::Nothing,
        (0, true) => Waits::News,
        (count, _) => Waits::ForMe(count),
    }
}

const fn glyph(view: View) -> Glyph {
    match view {
        View::CatchUp => Glyph::Inbox,
        View::Threads => Glyph::Reply,
        View::Saved => Glyph::Bookmark,
        View::Later => Glyph::Clock,
    }
}
