//! An attempt to do something: whether it is under way, and how it failed.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use leptos::{prelude::*, task::spawn_local};
use types::ErrorCode;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

use crate::api::Failure;
use crate::i18n;

/// One thing a form or button tries to do.
#[derive(Clone, Copy)]
pub struct Attempt {
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Attempt {
    /// Nothing tried yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self { busy: RwSignal::new(false), failure: RwSignal::new(None) }
    }

    /// Whether it is under way, tracked.
    pub fn busy(self) -> bool {
        self.busy.get()
    }

    /// Tries, once at a time. What follows from success is the end of `act` itself: so all attempts are one type, and
    /// the rest of this is compiled once.
    pub fn run(self, act: impl Future<Output = Result<(), Failure>> + 'static) {
        self.drive(Box::pin(act));
    }

    fn drive(self, act: Pin<Box<dyn Future<Output = Result<(), Failure>>>>) {
        if self.busy.get_untracked() {
            return;
        }
        let before = document().active_element();
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            let outcome = act.await;
            // What stood here may be gone by now: a signal that is no more takes nothing.
            let _ = self.busy.try_set(false);
            if let Err(failure) = outcome {
                let _ = self.failure.try_set(Some(failure));
            }
            set_timeout(move || focus_after(before), Duration::ZERO);
        });
    }

    /// What is wrong with a field, tracked.
    pub fn field(self, name: &str) -> Option<String> {
        self.failure.with(|failure| {
            let failure = failure.as_ref()?;
            if failure.code().and_then(place) == Some(name) {
                return Some(i18n::failure(failure).to_owned());
            }
            failure.field(name).map(i18n::field)
        })
    }

    /// What is wrong as a whole, tracked.
    pub fn whole(self) -> Option<&'static str> {
        self.failure.with(|failure| {
            let failure = failure.as_ref()?;
            failure.code().and_then(place).is_none().then(|| i18n::failure(failure))
        })
    }
}

/// After an attempt the focus is in the first field at fault, else where it was: a button that waited has lost it.
fn focus_after(before: Option<Element>) {
    let fault = document().query_selector("dialog[open] [aria-invalid=true], .door [aria-invalid=true]").ok().flatten();
    let lost = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
    let wanted = fault.or(before.filter(|before| lost && before.is_connected()));
    if let Some(element) = wanted.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// The field a code speaks of.
const fn place(code: ErrorCode) -> Option<&'static str> {
    match code {
        ErrorCode::UsernameTaken => Some("username"),
        ErrorCode::EmailTaken => Some("email"),
        ErrorCode::RoomNameTaken => Some("name"),
        ErrorCode::WrongPassword => Some("current"),
        ErrorCode::WrongSetupCode => Some("setup_code"),
        _ => None,
    }
}

/// What went wrong as a whole; the region is there before it speaks, so that it is read out.
#[component]
pub fn Complaint(
    /// Whose.
    attempt: Attempt,
) -> impl IntoView {
    view! {
        <div class="complaint" role="alert" data-testid="complaint">{move || attempt.whole().map(|text| view! { <p>{text}</p> })}</div>
    }
}
