//! What is there only sometimes: of one type for all its uses, so that what drives it is compiled once.

use leptos::prelude::*;

/// Shows its children while something is so.
#[component]
pub fn When(
    /// What must be so.
    #[prop(into)]
    so: Signal<bool>,
    /// What is there then.
    children: ChildrenFn,
) -> impl IntoView {
    let so = Memo::new(move |_| so.get());
    move || if so.get() { children() } else { ().into_any() }
}
