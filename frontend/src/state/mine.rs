//! What is mine alone besides rooms and drafts: what I keep for later, what is to be sent later, whom I have blocked, and
//! how I like things. Each row takes the place of an older one, whether it came by the stream, a list or an answer.

use leptos::prelude::*;
use sync::Sorted;
use types::{
    Block, MeChanges, MessageId, Preferences, PreferencesRow, Rev, Saved, Scheduled, ScheduledId, ScheduledState,
    UserId,
};

/// Rows by what each is known by, as a signal.
type Rows<K, R> = RwSignal<Sorted<K, R>>;

/// My own rows.
#[derive(Debug, Clone, Copy)]
pub struct Mine {
    rev: StoredValue<Option<Rev>>,
    saved: Rows<MessageId, Saved>,
    scheduled: Rows<ScheduledId, Scheduled>,
    blocks: Rows<UserId, Block>,
    preferences: RwSignal<PreferencesRow>,
    reminders: RwSignal<Vec<Saved>>,
}

impl Mine {
    /// None known yet.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self {
            rev: StoredValue::new(None),
            saved: RwSignal::new(Sorted::new()),
            scheduled: RwSignal::new(Sorted::new()),
            blocks: RwSignal::new(Sorted::new()),
            preferences: RwSignal::new(PreferencesRow { preferences: Preferences::default(), rev: 0 }),
            reminders: RwSignal::new(Vec::new()),
        }
    }

    /// The revision of my stream up to which everything was told; none before it is learnt.
    pub fn rev(self) -> Option<Rev> {
        self.rev.get_value()
    }

    /// My stream begins here: what came before is asked for in lists.
    pub fn start(self, rev: Rev) {
        self.rev.set_value(Some(rev));
    }

    /// Another history began: whatever is told next is newer than what is held.
    pub fn forget(self) {
        self.rev.set_value(None);
        self.saved.set(Sorted::new());
        self.scheduled.set(Sorted::new());
        self.blocks.set(Sorted::new());
        self.preferences.update(|row| row.rev = 0);
    }

    /// A span of my stream. Answers whether something before it was missed, so that the lists are to be asked for anew.
    pub fn apply(self, changes: &MeChanges) -> bool {
        let missed = self.rev().is_some_and(|rev| changes.since > rev) || changes.reset;
        if self.rev().is_none_or(|rev| rev < changes.rev) {
            self.rev.set_value(Some(changes.rev));
        }
        self.remind(&changes.saved);
        self.keep(&changes.saved);
        self.plan(&changes.scheduled);
        self.block(&changes.blocks);
        if let Some(row) = &changes.preferences {
            self.prefer(row);
        }
        missed
    }

    /// What I keep for later.
    pub fn keep(self, rows: &[Saved]) {
        put(self.saved, rows, |row| row.message_id, |row| row.rev);
        // What was done or put off meanwhile is told no more.
        let stands = |due: &Saved| self.saved.with_untracked(|held| held.get(&due.message_id).is_some_and(is_due));
        if self.reminders.with_untracked(|reminders| !reminders.iter().all(stands)) {
            self.reminders.update(|reminders| reminders.retain(stands));
        }
    }

    /// What is to be sent later.
    pub fn plan(self, rows: &[Scheduled]) {
        put(self.scheduled, rows, |row| row.id, |row| row.rev);
    }

    /// Whom I have blocked.
    pub fn block(self, rows: &[Block]) {
        put(self.blocks, rows, |row| row.user_id, |row| row.rev);
    }

    /// How I like things.
    pub fn prefer(self, row: &PreferencesRow) {
        if self.preferences.with_untracked(|held| held.rev < row.rev) {
            self.preferences.set(row.clone());
        }
    }

    /// What I keep for later, tracked.
    pub fn saved(self) -> Vec<Saved> {
        self.saved.with(|saved| saved.values().filter(|row| !row.removed).cloned().collect())
    }

    /// Whether I keep a message, tracked.
    pub fn is_saved(self, id: MessageId) -> bool {
        self.saved.with(|saved| saved.get(&id).is_some_and(|row| !row.removed))
    }

    /// How much of what I keep is due, tracked.
    pub fn due(self) -> usize {
        self.saved.with(|saved| saved.values().filter(|row| is_due(row)).count())
    }

    /// What waits to be sent and what could not be, the next first, tracked.
    pub fn scheduled(self) -> Vec<Scheduled> {
        let open = |row: &&Scheduled| matches!(row.state, ScheduledState::Waiting | ScheduledState::Failed);
        let mut rows: Vec<Scheduled> = self.scheduled.with(|held| held.values().filter(open).cloned().collect());
        rows.sort_by_key(|row| (row.send_at, row.id));
        rows
    }

    /// How many messages could not be sent later, tracked.
    pub fn failed(self) -> usize {
        self.scheduled.with(|held| held.values().filter(|row| row.state == ScheduledState::Failed).count())
    }

    /// Whom I have blocked, tracked.
    pub fn blocked(self) -> Vec<UserId> {
        self.blocks.with(|blocks| blocks.values().filter(|row| !row.removed).map(|row| row.user_id).collect())
    }

    /// Whether I have blocked somebody, tracked.
    pub fn blocks(self, user: UserId) -> bool {
        self.blocks.with(|blocks| blocks.get(&user).is_some_and(|row| !row.removed))
    }

    /// How I like things, tracked.
    pub fn preferences(self) -> Preferences {
        self.preferences.with(|row| row.preferences.clone())
    }

    /// The same, untracked.
    pub fn preferences_now(self) -> Preferences {
        self.preferences.try_with_untracked(|row| row.preferences.clone()).unwrap_or_default()
    }

    /// For how many seconds a message can be taken back before it goes, tracked.
    pub fn undo_seconds(self) -> u8 {
        self.preferences.with(|row| row.preferences.undo_seconds)
    }

    /// Reminders that came and were not answered, tracked.
    pub fn reminders(self) -> Vec<Saved> {
        self.reminders.get()
    }

    /// Tells of reminders that have come and are not told already.
    pub fn remind(self, rows: &[Saved]) {
        let known = |row: &Saved| {
            self.saved.with_untracked(|held| held.get(&row.message_id).is_some_and(|held| held.rev >= row.rev))
        };
        self.remind_anew(rows.iter().filter(|row| !known(row)).cloned().collect());
    }

    /// Tells of those of these reminders that have come, though the rows may be held already by a list on screen.
    pub fn remind_anew(self, mut fresh: Vec<Saved>) {
        fresh.retain(is_due);
        if !fresh.is_empty() {
            self.reminders.update(|reminders| {
                reminders.retain(|held| !fresh.iter().any(|row| row.message_id == held.message_id));
                reminders.extend(fresh);
            });
        }
    }

    /// I have seen a reminder, and leave what it is of as it is.
    pub fn reminded(self, id: MessageId) {
        self.reminders.update(|reminders| reminders.retain(|row| row.message_id != id));
    }
}

/// Whether its reminder has come.
pub fn is_due(row: &Saved) -> bool {
    row.reminded_at.is_some() && !row.removed
}

/// Rows take the places of older ones; whoever reads is woken only if some did.
fn put<K: Ord, R: Clone>(held: Rows<K, R>, rows: &[R], key: fn(&R) -> K, rev: fn(&R) -> Rev)
where
    Sorted<K, R>: Send + Sync + 'static,
{
    let newer = |row: &&R| held.with_untracked(|held| held.get(&key(row)).is_none_or(|held| rev(held) < rev(row)));
    let fresh: Vec<R> = rows.iter().filter(newer).cloned().collect();
    if !fresh.is_empty() {
        held.update(|held| fresh.into_iter().for_each(|row| _ = held.insert(key(&row), row)));
    }
}

#[cfg(test)]
#[path = "mine_tests.rs"]
mod tests;
