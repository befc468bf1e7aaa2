//! A person's outbox on the device, and word of it between their tabs.

use std::cell::RefCell;

use futures_util::future::FutureExt;
use sync::Outbox;
use types::UserId;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::BroadcastChannel;

use super::Answer;
use super::database::{OUTBOX, Turn};
use crate::state::Step;

type Heard = Closure<dyn Fn()>;

thread_local! {
    static CHANNEL: RefCell<Option<(BroadcastChannel, Heard)>> = const { RefCell::new(None) };
}

/// Does steps to what is kept, in one transaction, and gives what it is then.
pub(super) fn change(person: UserId, steps: Vec<Step>) -> Answer<Outbox> {
    async move { take(&person.to_string(), &steps).await.ok() }.boxed_local()
}

async fn take(person: &str, steps: &[Step]) -> Result<Outbox, JsValue> {
    let turn = Turn::begin(OUTBOX).await?;
    let before = turn.read(person).await?;
    let kept = before.as_deref().and_then(|text| types::from_text(text).ok());
    let mut outbox: Outbox = kept.unwrap_or_default();
    steps.iter().for_each(|step| step(&mut outbox));
    let after = outbox.rooms().next().is_some().then(|| serde_json::to_string(&outbox).unwrap_or_default());
    let changed = before != after;
    if changed {
        turn.write(person, after.as_deref())?;
    }
    turn.end().await?;
    if changed {
        tell();
    }
    Ok(outbox)
}

/// From now on hears what other tabs of this person do.
pub(super) fn hear(person: UserId, heard: Box<dyn Fn()>) {
    // A browser without channels shows what another tab wrote at its next own change.
    let Ok(channel) = BroadcastChannel::new(&format!("confab.outbox.{person}")) else { return };
    let heard = Heard::new(heard);
    channel.set_onmessage(Some(heard.as_ref().unchecked_ref()));
    if let Some((before, _)) = CHANNEL.replace(Some((channel, heard))) {
        before.close();
    }
}

fn tell() {
    CHANNEL.with_borrow(|channel| {
        if let Some((channel, _)) = channel {
            // Without word of it the other tabs learn of it at their next own change.
            let _ = channel.post_message(&JsValue::NULL);
        }
    });
}
