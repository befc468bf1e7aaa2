//! What applying a span of changes came to, and the one rule that decides it for every stream.

use types::{Epoch, Rev};

/// What became of a span of changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Outcome {
    /// Its rows are held now.
    Applied,
    /// All of it was known already.
    Known,
    /// Something lies between what is held and this span: ask for the changes since `since` and apply those.
    Gap {
        /// The revision held.
        since: Rev,
    },
    /// What was held is replaced: pages loaded outside the span (members, older messages) are to be asked for again.
    Reset,
    /// The span belongs to another history: forget what is held and load afresh.
    OtherEpoch,
}

/// The part of a span that decides what is to be done with it.
pub(crate) struct Span<'a> {
    pub(crate) epoch: &'a Epoch,
    pub(crate) since: Rev,
    pub(crate) rev: Rev,
    pub(crate) reset: bool,
}

impl Span<'_> {
    /// Decides against what is held; an empty epoch is one not learnt yet. Only `Applied` and `Reset` change anything.
    pub(crate) fn meet(&self, epoch: &Epoch, known: Rev) -> Outcome {
        if self.reset {
            Outcome::Reset
        } else if !epoch.0.is_empty() && epoch != self.epoch {
            Outcome::OtherEpoch
        } else if self.since > known {
            Outcome::Gap { since: known }
        } else if self.rev <= known {
            Outcome::Known
        } else {
            Outcome::Applied
        }
    }
}
