//! Who is signed in: the access token in memory, refreshed through the HttpOnly cookie before it runs out.
//!
//! The refresh token is used up by each refresh, so the tabs of a browser take turns by a Web Lock where there are any,
//! and within a tab one refresh serves all who wait. Only a clear refusal signs the person out: a network that is away
//! does not.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::{FutureExt, LocalBoxFuture, Shared};
use js_sys::Date;
use leptos::prelude::*;
use types::{Register, SignIn, SignedIn, User, UserId};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, future_to_promise};

use crate::api::{self, Failure};
use crate::locks;

/// A token with less than this left is refreshed before it is used.
const SPARE_MS: f64 = 30_000.0;

/// Where a tab that is signed in leaves word, who: a start without it asks for no token, which would fail. Never a
/// secret.
const HINT: &str = "confab.signed-in";

/// How the person stands with the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Not asked yet.
    Unknown,
    /// Nobody is signed in.
    SignedOut,
    /// This person was signed in here and probably still is: the server has not answered yet.
    Remembered(UserId),
    /// This person is.
    SignedIn(User),
}

#[derive(Clone)]
struct Token {
    text: String,
    ends_at: f64,
}

type Flight = Shared<LocalBoxFuture<'static, Result<String, Failure>>>;

thread_local! {
    static TOKEN: RefCell<Option<Token>> = const { RefCell::new(None) };
    static FLIGHT: RefCell<Option<Flight>> = const { RefCell::new(None) };
    static STANDING: ArcRwSignal<Standing> = ArcRwSignal::new(Standing::Unknown);
}

/// How the person stands, as a signal.
pub fn standing() -> ArcRwSignal<Standing> {
    STANDING.with(Clone::clone)
}

/// Whether someone was signed in when the page was last here, who probably still is.
pub fn was_signed_in() -> bool {
    hint().is_some()
}

/// At the start of the page: whoever was signed in here last is taken to be, until the server answers.
pub fn remember() {
    if let Some(person) = hint().and_then(|person| person.parse().ok()) {
        standing().set(Standing::Remembered(person));
    }
}

/// Signs in by the cookie if there is one.
pub async fn resume() -> Result<(), Failure> {
    if !was_signed_in() {
        standing().set(Standing::SignedOut);
        return Ok(());
    }
    access_token().await.map(drop)
}

/// A token good for at least half a minute.
pub async fn access_token() -> Result<String, Failure> {
    let held = TOKEN.with_borrow(Clone::clone).filter(|token| token.ends_at - Date::now() > SPARE_MS);
    match held {
        Some(token) => Ok(token.text),
        None => refresh().await,
    }
}

/// A token newer than `old`, which the server no longer takes.
pub async fn refresh_after(old: &str) -> Result<String, Failure> {
    TOKEN.with_borrow_mut(|token| {
        if token.as_ref().is_some_and(|token| token.text == old) {
            *token = None;
        }
    });
    access_token().await
}

/// Makes an account and is signed in with it; `before` runs when the account stands and the page does not know yet.
pub async fn register(account: &Register, before: impl FnOnce()) -> Result<(), Failure> {
    let signed_in = api::register(account).await?;
    before();
    keep(signed_in);
    Ok(())
}

/// Signs in.
pub async fn sign_in(credentials: &SignIn) -> Result<(), Failure> {
    api::sign_in(credentials).await.map(keep)
}

/// Ends this session on the server; [`forget`] ends it here.
pub async fn sign_out() -> Result<(), Failure> {
    match api::sign_out().await {
        Err(failure) if failure.passes() => Err(failure),
        _ => Ok(()),
    }
}

/// The server ended the session: nobody is signed in here any more.
pub fn forget() {
    TOKEN.set(None);
    set_hint(None);
    standing().set(Standing::SignedOut);
}

fn keep(signed_in: SignedIn) {
    let ends_at = Date::now() + signed_in.expires_in as f64 * 1_000.0;
    TOKEN.set(Some(Token { text: signed_in.access_token, ends_at }));
    set_hint(Some(signed_in.user.id));
    let known = standing();
    let next = Standing::SignedIn(signed_in.user);
    if known.with_untracked(|now| *now != next) {
        known.set(next);
    }
}

async fn refresh() -> Result<String, Failure> {
    let flight =
        FLIGHT.with_borrow_mut(|flight| flight.get_or_insert_with(|| take_turn().boxed_local().shared()).clone());
    let answer = flight.await;
    FLIGHT.set(None);
    answer
}

/// Refreshes while this tab holds the lock; at once where there are no locks.
async fn take_turn() -> Result<String, Failure> {
    let outcome = Rc::new(RefCell::new(Err(Failure::Network)));
    let told = Rc::clone(&outcome);
    let turn = locks::take_turn("confab.refresh", move || {
        future_to_promise(async move {
            let answer = exchange().await;
            *told.borrow_mut() = answer;
            Ok(JsValue::UNDEFINED)
        })
    });
    let Some(turn) = turn else { return exchange().await };
    // A failure inside is told through the outcome.
    let _ = JsFuture::from(turn).await;
    outcome.borrow().clone()
}

async fn exchange() -> Result<String, Failure> {
    match api::refresh().await {
        Ok(signed_in) => {
            let token = signed_in.access_token.clone();
            keep(signed_in);
            Ok(token)
        }
        Err(failure) => {
            if failure.ends_session() {
                forget();
            }
            Err(failure)
        }
    }
}

fn hint() -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(HINT).ok().flatten()
}

fn set_hint(signed_in: Option<UserId>) {
    if let Ok(Some(storage)) = window().local_storage() {
        // Without storage the next start does not know of the cookie, and the person signs in again.
        let _ = match signed_in {
            Some(person) => storage.set_item(HINT, &person.to_string()),
            None => storage.remove_item(HINT),
        };
    }
}
