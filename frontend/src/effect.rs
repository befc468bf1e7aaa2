//! Effects, all of one type: the reactive machinery is compiled once and not for each closure, which is several
//! kilobytes of the page.

use leptos::prelude::Effect;

/// Runs now that the page stands, and again whenever what it read has changed.
pub fn effect(run: impl FnMut() + 'static) {
    let run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(run);
}
