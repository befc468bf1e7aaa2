//! Reactions as they are shown: what the rows tell, and on top of it what I wish and the server has not told yet.

use leptos::prelude::*;
use sync::RoomState;
use types::{MessageId, UserId};

/// One emoji under a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// The emoji.
    pub emoji: String,
    /// How many people.
    pub count: i64,
    /// Whether I am one of them.
    pub mine: bool,
    /// Those that are known, who came first first.
    pub user_ids: Vec<UserId>,
}

/// That an emoji of mine is to stand under a message, or not to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The message.
    pub id: MessageId,
    /// The emoji.
    pub emoji: String,
    /// Whether it is to stand.
    pub on: bool,
}

/// What I wish, until the rows tell of it.
#[derive(Debug, Clone, Copy)]
pub struct Reacting(RwSignal<Vec<Wish>>);

impl Reacting {
    /// Nothing wished.
    #[expect(clippy::new_without_default, reason = "made at one place, with the page")]
    pub fn new() -> Self {
        Self(RwSignal::new(Vec::new()))
    }

    /// Reads the wishes, tracked.
    pub fn with<T>(self, read: impl FnOnce(&[Wish]) -> T) -> T {
        self.0.with(|wishes| read(wishes))
    }

    /// Wishes something in place of what was wished of the same emoji; answers whether nothing was.
    pub fn wish(self, wish: Wish) -> bool {
        let first = self.now(wish.id, &wish.emoji).is_none();
        self.0.update(|wishes| {
            wishes.retain(|held| !same(held, &wish));
            wishes.push(wish);
        });
        first
    }

    /// What is wished of an emoji, untracked.
    pub fn now(self, id: MessageId, emoji: &str) -> Option<bool> {
        let found =
            |wishes: &Vec<Wish>| wishes.iter().find(|wish| wish.id == id && wish.emoji == emoji).map(|wish| wish.on);
        self.0.try_with_untracked(found).flatten()
    }

    /// A wish has come true, or can't.
    pub fn end(self, wish: &Wish) {
        if self.now(wish.id, &wish.emoji) == Some(wish.on) {
            self.0.update(|wishes| wishes.retain(|held| !same(held, wish)));
        }
    }
}

fn same(one: &Wish, other: &Wish) -> bool {
    one.id == other.id && one.emoji == other.emoji
}

/// The emoji of a message as they are shown, the earliest first.
pub fn chips(rows: &RoomState, wishes: &[Wish], id: MessageId, me: UserId) -> Vec<Chip> {
    let told = rows.reactions(id).into_iter().map(|reacted| Chip {
        emoji: reacted.emoji.to_owned(),
        count: reacted.count,
        mine: reacted.user_ids.contains(&me),
        user_ids: reacted.user_ids,
    });
    let mut chips: Vec<Chip> = told.collect();
    for wish in wishes.iter().filter(|wish| wish.id == id) {
        match chips.iter_mut().find(|chip| chip.emoji == wish.emoji) {
            Some(chip) if chip.mine != wish.on => {
                chip.mine = wish.on;
                chip.count += if wish.on { 1 } else { -1 };
                chip.user_ids.retain(|user| *user != me);
                chip.user_ids.extend(wish.on.then_some(me));
            }
            None if wish.on => {
                chips.push(Chip { emoji: wish.emoji.clone(), count: 1, mine: true, user_ids: vec![me] });
            }
            _ => {}
        }
    }
    chips.retain(|chip| chip.count > 0);
    chips
}

#[cfg(test)]
#[path = "reacting_tests.rs"]
mod tests;
