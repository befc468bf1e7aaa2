//! Up to where I have read threads, as far as this visit knows.

use leptos::prelude::*;
use sync::Sorted;
use types::{MessageId, Seq};

/// My marks in threads.
#[derive(Debug, Clone, Copy)]
pub struct Threads(StoredValue<Sorted<MessageId, Seq>>);

impl Threads {
    /// None known.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self(StoredValue::new(Sorted::new()))
    }

    /// Up to where I have read a thread, if that is known.
    pub fn mark(self, root: MessageId) -> Option<Seq> {
        self.0.with_value(|marks| marks.get(&root).copied())
    }

    /// I have read a thread up to here; answers whether that is further than before.
    pub fn read(self, root: MessageId, seq: Seq) -> bool {
        let further = self.mark(root).is_none_or(|mark| mark < seq);
        if further {
            self.0.update_value(|marks| _ = marks.insert(root, seq));
        }
        further
    }
}
