//! The whole page: what everything shares, and which screen stands at which address.

use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use types::{Site, User, UserId};

use crate::api;
use crate::dialogs::{Dialog, Notice, Open};
use crate::effect::effect;
use crate::i18n;
use crate::kept;
use crate::live::Live;
use crate::parts::{self, Part, Rest, Screen, use_rest};
use crate::route::{Navigator, Route};
use crate::session::{self, Standing};
use crate::state::State;

/// How long to wait before asking a server again that did not answer, in seconds.
const AGAIN_AFTER: u64 = 2;
/// The rest of the page is fetched so long after the rooms, which come first.
const REST_AFTER: Duration = Duration::from_millis(1_500);

/// The page.
#[component]
pub fn App() -> impl IntoView {
    let navigator = Navigator::start();
    let open = Open(RwSignal::new(None));
    let site: RwSignal<Option<Site>> = RwSignal::new(None);
    provide_context(navigator);
    provide_context(open);
    provide_context(Notice(RwSignal::new(None)));
    i18n::mark_page();
    ask_site(site);
    session::remember();
    ask_standing();
    let (door, rooms) = (Part::not_asked(), Part::not_asked());
    // A round trip before the server says the same.
    if session::was_signed_in() {
        rooms.fetch(parts::rooms());
    }
    let standing = session::standing();
    // A refresh may tell of a changed name: the screens stand as long as it is the same person.
    let who = Memo::new(move |_| {
        standing.with(|standing| match standing {
            Standing::Unknown => None,
            Standing::SignedOut => Some(None),
            Standing::Remembered(person) => Some(Some(*person)),
            Standing::SignedIn(user) => Some(Some(user.id)),
        })
    });
    forget_rooms(who);
    move || {
        open.close();
        match who.get() {
            None => ().into_any(),
            Some(None) => {
                door.fetch(parts::door());
                // While a name and a password are typed.
                set_timeout(move || rooms.fetch(parts::rooms()), REST_AFTER);
                (move || door.show(|entrance| entrance(site))).into_any()
            }
            Some(Some(me)) => {
                rooms.fetch(parts::rooms());
                view! { <Inside me site rooms/> }.into_any()
            }
        }
    }
}

/// Asks what this site is, until there is an answer.
fn ask_site(site: RwSignal<Option<Site>>) {
    spawn_local(async move {
        match api::site().await {
            Ok(told) => site.set(Some(told)),
            Err(_) => set_timeout(move || ask_site(site), Duration::from_secs(AGAIN_AFTER)),
        }
    });
}

/// Asks who is signed in, until there is an answer; a refusal is one.
fn ask_standing() {
    spawn_local(async move {
        let asked = session::resume().await;
        let unknown = session::standing().with_untracked(|standing| *standing == Standing::Unknown);
        if asked.is_err() && unknown {
            set_timeout(ask_standing, Duration::from_secs(AGAIN_AFTER));
        }
    });
}

/// Whoever's session ended without their doing finds what they wrote when they come back, and nobody else their rooms.
fn forget_rooms(who: Memo<Option<Option<UserId>>>) {
    let before = StoredValue::new(None);
    effect(move || {
        let now = who.get().flatten();
        if let Some(person) = before.try_update_value(|before| std::mem::replace(before, now)).flatten()
            && Some(person) != now
        {
            spawn_local(async move {
                if let Some(kept) = kept::device().await {
                    let _ = (kept.wipe)(person, false).await;
                }
            });
        }
    });
}

/// What is there for someone who is.
#[component]
fn Inside(me: UserId, site: RwSignal<Option<Site>>, rooms: Part<Screen>) -> impl IntoView {
    let navigator = expect_context::<Navigator>();
    let state = State::new(me, site);
    provide_context(state);
    let standing = session::standing();
    effect(move || {
        if let Standing::SignedIn(user) = standing.get() {
            state.people.add(std::slice::from_ref::<User>(&user));
        }
    });
    let live = Live::start(state, navigator);
    provide_context(live);
    let rest = Part::<Rest>::not_asked();
    provide_context(rest);
    set_timeout(move || rest.fetch(parts::rest()), REST_AFTER);
    on_cleanup(move || live.stop());
    if i18n::just_chosen() {
        expect_context::<Open>().show(Dialog::Settings);
    }
    let invite = Memo::new(move |_| if let Route::Invite(code) = navigator.route() { Some(code) } else { None });
    effect(move || {
        if matches!(navigator.route(), Route::SignIn | Route::Register | Route::Unknown) {
            navigator.replace(Route::Home);
        }
    });
    view! {
        {move || match invite.get() {
            Some(code) => {
                let rest = use_rest();
                (move || rest.show(|rest| (rest.invited)(code.clone()))).into_any()
            }
            None => (move || rooms.show(|rooms| rooms(site))).into_any(),
        }}
        <Dialogs/>
    }
}

/// The open dialog.
#[component]
fn Dialogs() -> impl IntoView {
    let open = expect_context::<Open>();
    move || {
        let which = open.0.get()?;
        Some(use_rest().show(|rest| (rest.dialog)(which)))
    }
}
