//! Colours for code. What makes them is a part of the page that is fetched when the first block of a language that is
//! known is shown; until it is there, and for ever where it does not come, code is plain. Colours change no letter's
//! place.

use std::cell::RefCell;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Element;

use crate::parts;

/// Colours the text of an element as code of a language.
pub type Paint = fn(&Element, &str);

/// Blocks that wait for their colours, with their languages.
#[derive(Default)]
struct Waiting {
    blocks: Vec<(Element, String)>,
    paint: Option<Paint>,
    asked: bool,
}

thread_local! {
    static WAITING: RefCell<Waiting> = RefCell::default();
}

/// Colours an element soon. Each block has a turn of its own: a page of long ones would be felt at once.
pub(super) fn color(code: &Element, language: &str) {
    if !markup::code::is_known(language) {
        return;
    }
    let (first, fetch) = WAITING.with_borrow_mut(|waiting| {
        waiting.blocks.push((code.clone(), language.to_owned()));
        (waiting.paint.is_some() && waiting.blocks.len() == 1, !std::mem::replace(&mut waiting.asked, true))
    });
    if first {
        set_timeout(next, Duration::ZERO);
    }
    if fetch {
        spawn_local(async {
            let paint = parts::code().await.ok();
            WAITING.with_borrow_mut(|waiting| {
                waiting.paint = paint;
                // Asked for again with the next block, if it did not come.
                waiting.asked = paint.is_some();
                if paint.is_none() {
                    waiting.blocks.clear();
                }
            });
            next();
        });
    }
}

fn next() {
    let (paint, block, more) = WAITING.with_borrow_mut(|waiting| {
        // The row may have left the page meanwhile.
        waiting.blocks.retain(|(code, _)| code.is_connected());
        let block = waiting.blocks.pop();
        (waiting.paint, block, !waiting.blocks.is_empty())
    });
    let Some(paint) = paint else { return };
    if let Some((code, language)) = block {
        paint(&code, &language);
    }
    if more {
        set_timeout(next, Duration::ZERO);
    }
}
