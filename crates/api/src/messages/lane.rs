//! Lanes: what one socket sends to one room keeps its order, also where some of it is refused.

use std::sync::Arc;

use parking_lot::Mutex;

/// What one socket sends to one room.
///
/// When a post is refused and may be repeated, the posts that entered after it are refused too, so that the repeat can't
/// come behind them; those that entered before it are not touched. This ends when no post of the lane is under way any
/// more: until then a later post is refused also if it was sent after the refusal was heard, the repeat itself too.
#[derive(Debug, Default)]
pub struct Lane(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// The place of the next post to enter.
    next: u64,
    /// Posts that entered and were not answered yet.
    under_way: usize,
    /// The first place that was refused and may be repeated.
    refused: Option<u64>,
}

impl Lane {
    /// A post enters. It is under way until the turn is dropped.
    pub(super) fn enter(self: &Arc<Self>) -> Turn {
        let mut state = self.0.lock();
        let place = state.next;
        state.next += 1;
        state.under_way += 1;
        Turn { lane: self.clone(), place }
    }
}

/// A post's place in its lane.
#[derive(Debug)]
pub(super) struct Turn {
    lane: Arc<Lane>,
    place: u64,
}

impl Turn {
    /// This post is refused and may be repeated: the later ones are to be refused too.
    pub(super) fn refuse(&self) {
        let mut state = self.lane.0.lock();
        state.refused = Some(state.refused.map_or(self.place, |first| first.min(self.place)));
    }

    /// Whether an earlier post was refused and may be repeated.
    pub(super) fn is_refused(&self) -> bool {
        self.lane.0.lock().refused.is_some_and(|first| first < self.place)
    }

    /// What tells the lane from others for as long as the turn is held.
    pub(super) fn lane(&self) -> usize {
        Arc::as_ptr(&self.lane).addr()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let mut state = self.lane.0.lock();
        state.under_way -= 1;
        if state.under_way == 0 {
            state.refused = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_refuses_the_later_ones_and_no_earlier_one_until_nothing_is_under_way() {
        let lane = Arc::new(Lane::default());
        let (before, refused, after) = (lane.enter(), lane.enter(), lane.enter());
        refused.refuse();
        drop(refused);
        assert!(!before.is_refused() && after.is_refused());
        let repeat = lane.enter();
        assert!(repeat.is_refused(), "it would come behind the one before it, which may be stored yet");
        drop((before, after, repeat));
        assert!(!lane.enter().is_refused());
    }

    #[test]
    fn of_two_refusals_the_first_one_counts() {
        let lane = Arc::new(Lane::default());
        let turns: Vec<Turn> = (0..4).map(|_| lane.enter()).collect();
        turns[2].refuse();
        turns[1].refuse();
        turns[3].refuse();
        let refused: Vec<bool> = turns.iter().map(Turn::is_refused).collect();
        assert_eq!(refused, [false, false, true, true]);
    }
}
