//! The style of what is not on screen when a room opens: it comes with the first part that needs it.

use std::cell::RefCell;

use js_sys::Promise;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlLinkElement;

use super::Unfetched;

thread_local! {
    /// Kept once it is asked for, until it fails.
    static ARRIVES: RefCell<Option<Promise>> = const { RefCell::new(None) };
}

/// A part, once its style is there too.
pub(super) async fn styled<T>(part: impl Future<Output = Result<T, Unfetched>>) -> Result<T, Unfetched> {
    let (style, part) = futures_util::future::join(style(), part).await;
    style.and(part)
}

async fn style() -> Result<(), Unfetched> {
    let arrives = ARRIVES.with_borrow_mut(|arrives| {
        *arrives = arrives.take().or_else(ask);
        arrives.clone()
    });
    // A page that names none has all of it.
    let Some(arrives) = arrives else { return Ok(()) };
    if JsFuture::from(arrives).await.is_err() {
        ARRIVES.take();
        return Err(Unfetched);
    }
    Ok(())
}

/// Asks for it where the page says that it is.
fn ask() -> Option<Promise> {
    let head = document().query_selector("head").ok().flatten()?;
    let named = head.query_selector("meta[name=later-style]").ok().flatten()?;
    let link: HtmlLinkElement = document().create_element("link").ok()?.dyn_into().ok()?;
    link.set_rel("stylesheet");
    link.set_href(&named.get_attribute("content")?);
    let arrives = Promise::new(&mut |done, failed| {
        let _ = link.add_event_listener_with_callback("load", &done);
        let _ = link.add_event_listener_with_callback("error", &failed);
    });
    head.append_child(&link).ok()?;
    Some(arrives)
}
