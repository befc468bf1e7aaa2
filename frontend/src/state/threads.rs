//! Threads that I follow: up to where I have read each, as far as this visit knows, and how many have something unread.

use leptos::prelude::*;
use sync::Sorted;
use types::{MessageId, Rev, Seq, ThreadMark};

/// My marks in threads.
#[derive(Debug, Clone, Copy)]
pub struct Threads {
    marks: StoredValue<Sorted<MessageId, Seq>>,
    /// Whether I follow each, with the revision that says so.
    following: RwSignal<Sorted<MessageId, (Rev, bool)>>,
    unread: RwSignal<usize>,
    named: RwSignal<i64>,
    moved: RwSignal<u32>,
}

impl Threads {
    /// None known.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self {
            marks: StoredValue::new(Sorted::new()),
            following: RwSignal::new(Sorted::new()),
            unread: RwSignal::new(0),
            named: RwSignal::new(0),
            moved: RwSignal::new(0),
        }
    }

    /// Up to where I have read a thread, if that is known.
    pub fn mark(self, root: MessageId) -> Option<Seq> {
        self.marks.with_value(|marks| marks.get(&root).copied())
    }

    /// I have read a thread up to here; answers whether that is further than before.
    pub fn read(self, root: MessageId, seq: Seq) -> bool {
        let further = self.mark(root).is_none_or(|mark| mark < seq);
        if further {
            self.marks.update_value(|marks| _ = marks.insert(root, seq));
        }
        further
    }

    /// The server told how I keep a thread.
    pub fn kept(self, mark: &ThreadMark) {
        self.read(mark.root_id, mark.read_seq);
        let Some(following) = mark.following else { return };
        let held = self.following.with_untracked(|all| all.get(&mark.root_id).copied());
        // Answers may overtake each other.
        if held.is_none_or(|(rev, held)| rev <= mark.rev && held != following) {
            self.following.update(|all| _ = all.insert(mark.root_id, (mark.rev, following)));
        }
    }

    /// Whether I follow a thread, tracked; none if that is not known.
    pub fn follows(self, root: MessageId) -> Option<bool> {
        self.following.with(|all| all.get(&root).map(|(_, following)| *following))
    }

    /// Whether I follow a thread, as far as it is known now.
    pub fn follows_now(self, root: MessageId) -> Option<bool> {
        self.following.with_untracked(|all| all.get(&root).map(|(_, following)| *following))
    }

    /// In how many threads that I follow something is unread, tracked; no more than a page of them is counted.
    pub fn unread(self) -> usize {
        self.unread.get()
    }

    /// How many unread answers name me, tracked.
    pub fn named(self) -> i64 {
        self.named.get()
    }

    /// The server counted.
    pub fn counted(self, unread: usize, named: i64) {
        if self.unread.get_untracked() != unread {
            self.unread.set(unread);
        }
        if self.named.get_untracked() != named {
            self.named.set(named);
        }
        self.moved.update(|moved| *moved = moved.wrapping_add(1));
    }

    /// Changes whenever the list of threads may be another, tracked.
    pub fn moved(self) -> u32 {
        self.moved.get()
    }
}
