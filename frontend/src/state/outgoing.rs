//! What I wrote that is not confirmed yet: kept through a reload of the tab, sent again until it is confirmed.

use leptos::prelude::*;
use sync::Outbox;
use types::UserId;

/// Under this name and the writer's id the tab keeps it; each tab its own, so that two never take each other's.
const KEPT_AS: &str = "confab.outbox";

/// The outbox as a signal.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing {
    outbox: RwSignal<Outbox>,
    writer: UserId,
}

impl Outgoing {
    /// What the tab kept, to be sent again.
    pub fn kept_for(writer: UserId) -> Self {
        let mut outbox: Outbox = storage()
            .and_then(|storage| storage.get_item(&kept_as(writer)).ok().flatten())
            .and_then(|text| types::from_text(&text).ok())
            .unwrap_or_default();
        outbox.lost();
        Self { outbox: RwSignal::new(outbox), writer }
    }

    /// Reads it, tracked.
    pub fn with<T>(self, read: impl FnOnce(&Outbox) -> T) -> T {
        self.outbox.with(read)
    }

    /// Reads it, untracked.
    pub fn with_now<T>(self, read: impl FnOnce(&Outbox) -> T) -> T {
        self.outbox.with_untracked(read)
    }

    /// Changes it, and keeps what it became.
    pub fn change<T>(self, change: impl FnOnce(&mut Outbox) -> T) -> Option<T> {
        let answer = self.outbox.try_update(change);
        self.keep();
        answer
    }

    fn keep(self) {
        let Some(storage) = storage() else { return };
        // A full or forbidden storage costs only what a reload would have brought back.
        let text = |outbox: &Outbox| outbox.rooms().next().is_some().then(|| serde_json::to_string(outbox));
        let name = kept_as(self.writer);
        let _ = match self.outbox.with_untracked(text) {
            Some(Ok(text)) => storage.set_item(&name, &text),
            Some(Err(_)) | None => storage.remove_item(&name),
        };
    }
}

fn kept_as(writer: UserId) -> String {
    format!("{KEPT_AS}.{writer}")
}

fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}
