//! Posts that wait for their batch, and which of them may go into the next one.

use std::collections::{HashSet, VecDeque};

use types::MessageId;

use super::writer::{BATCH, Item};
use crate::error::Error;

/// What posts on their way hold back.
#[derive(Default)]
pub(super) struct Held {
    /// Later posts of these lanes: an earlier one may still be refused.
    lanes: HashSet<usize>,
    /// Repeats: they take their turn after the first.
    ids: HashSet<MessageId>,
}

impl Held {
    /// What these posts hold back.
    pub(super) fn by(items: &[Item]) -> Held {
        let mut held = Held::default();
        held.add(items);
        held
    }

    /// Holds back what these posts do, too.
    pub(super) fn add(&mut self, items: &[Item]) {
        self.lanes.extend(items.iter().filter_map(Item::lane));
        self.ids.extend(items.iter().map(|item| item.draft.id));
    }

    fn holds(&self, item: &Item) -> bool {
        self.ids.contains(&item.draft.id) || item.lane().is_some_and(|lane| self.lanes.contains(&lane))
    }
}

/// The posts that wait, in their order.
#[derive(Default)]
pub(super) struct Waiting(VecDeque<Item>);

impl Waiting {
    /// How many.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// More have come.
    pub(super) fn extend(&mut self, items: impl IntoIterator<Item = Item>) {
        self.0.extend(items);
    }

    /// Puts posts before all that wait, in their order.
    pub(super) fn again(&mut self, items: Vec<Item>) {
        items.into_iter().rev().for_each(|item| self.0.push_front(item));
    }

    /// All of them: nothing waits any more.
    pub(super) fn take(&mut self) -> Vec<Item> {
        std::mem::take(&mut self.0).into()
    }

    /// The next batch: what is not held back by those under way, if that is `worth` posts at least; else all goes on
    /// waiting. Posts whose lane is refused are refused.
    pub(super) fn gather(&mut self, under_way: &[&Held], worth: usize) -> Option<Vec<Item>> {
        let (mut held, mut items, mut later) = (Held::default(), Vec::<Item>::new(), VecDeque::new());
        while let Some(item) = self.0.pop_front() {
            let full = items.len() == BATCH || items.first().is_some_and(|first| first.is_alone || item.is_alone);
            if item.is_refused() {
                item.refuse(Error::unavailable("an earlier post of this socket was refused".into()));
            } else if full {
                later.push_back(item);
                break;
            } else if under_way.iter().any(|other| other.holds(&item)) || held.holds(&item) {
                held.lanes.extend(item.lane());
                later.push_back(item);
            } else {
                held.ids.insert(item.draft.id);
                items.push(item);
            }
        }
        later.append(&mut self.0);
        self.0 = later;
        if items.len() < worth.max(1) {
            self.again(items);
            return None;
        }
        Some(items)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use types::{ErrorCode, PostedReceipt, RoomId, UserId};
    use uuid::Uuid;

    use super::super::{Draft, Lane, Posted};
    use super::*;

    /// What became of posts, by what they say.
    type Told = Arc<parking_lot::Mutex<Vec<(String, Option<ErrorCode>)>>>;

    fn item(told: &Told, body: &str, lane: Option<&Arc<Lane>>) -> Item {
        let draft = Draft::parse(UserId(Uuid::now_v7()), RoomId(Uuid::now_v7()), client::text(body)).unwrap();
        let (told, body) = (told.clone(), body.to_owned());
        Item::new(draft, lane, move |posted| told.lock().push((body, posted.err().map(|error| error.code))))
    }

    /// All of these are stored.
    fn store(items: impl IntoIterator<Item = Item>) {
        for item in items {
            let id = item.draft.id;
            item.answer(Ok(Posted::Receipt(PostedReceipt { id, seq: 1 })));
        }
    }

    fn bodies(items: &[Item]) -> Vec<&str> {
        items.iter().map(|item| item.draft.body.as_str()).collect()
    }

    #[test]
    fn what_follows_in_a_lane_waits_for_the_batch_under_way_and_goes_when_that_is_stored() {
        let (told, lane) = (Told::default(), Arc::new(Lane::default()));
        let mut waiting = Waiting::default();
        waiting.extend([item(&told, "first", Some(&lane))]);
        let first = waiting.gather(&[], 1).unwrap();
        waiting.extend([item(&told, "second", Some(&lane)), item(&told, "other", None)]);
        let under_way = Held::by(&first);
        assert_eq!(bodies(&waiting.gather(&[&under_way], 1).unwrap()), ["other"]);
        assert!(waiting.gather(&[&under_way], 1).is_none());
        store(first);
        assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), ["second"]);
    }

    #[test]
    fn a_refusal_that_may_be_repeated_refuses_what_follows_in_its_lane_and_nothing_else() {
        let (told, lane, other) = (Told::default(), Arc::new(Lane::default()), Arc::new(Lane::default()));
        let mut waiting = Waiting::default();
        waiting.extend([item(&told, "first", Some(&lane))]);
        let mut first = waiting.gather(&[], 1).unwrap();
        waiting.extend([
            item(&told, "second", Some(&lane)),
            item(&told, "other", Some(&other)),
            item(&told, "third", Some(&lane)),
        ]);
        first.remove(0).refuse(Error::unavailable("the database is away".into()));
        assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), ["other"]);
        let refused = |body: &str| (body.to_owned(), Some(ErrorCode::Unavailable));
        assert_eq!(told.lock()[..3], [refused("first"), refused("second"), refused("third")]);
        // All were answered: the lane is good again.
        waiting.extend([item(&told, "first again", Some(&lane))]);
        assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), ["first again"]);
    }

    #[test]
    fn a_refusal_for_good_refuses_nothing_else() {
        let (told, lane) = (Told::default(), Arc::new(Lane::default()));
        let mut waiting = Waiting::default();
        waiting.extend([item(&told, "first", Some(&lane)), item(&told, "second", Some(&lane))]);
        let mut both = waiting.gather(&[], 1).unwrap();
        waiting.extend([item(&told, "third", Some(&lane))]);
        both.remove(0).refuse(Error::new(ErrorCode::NotAMember));
        assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), ["third"]);
    }

    #[test]
    fn a_batch_that_is_too_small_is_put_aside_in_its_order() {
        let (told, lane) = (Told::default(), Arc::new(Lane::default()));
        let mut waiting = Waiting::default();
        let held = [item(&told, "under way", Some(&lane))];
        let under_way = Held::by(&held);
        waiting.extend([
            item(&told, "one", None),
            item(&told, "behind", Some(&lane)),
            item(&told, "two", None),
            item(&told, "behind too", Some(&lane)),
        ]);
        // Four wait, but two of them may not go yet.
        assert!(waiting.gather(&[&under_way], 3).is_none());
        assert_eq!(waiting.len(), 4);
        let second = waiting.gather(&[&under_way], 2).unwrap();
        assert_eq!(bodies(&second), ["one", "two"]);
        store(held.into_iter().chain(second));
        let last = waiting.gather(&[], 1).unwrap();
        assert_eq!(bodies(&last), ["behind", "behind too"]);
        let told = told.lock();
        assert!(told.len() == 3 && told.iter().all(|(_, refused)| refused.is_none()), "{told:?}");
    }

    #[test]
    fn a_repeated_id_waits_for_the_first_and_what_follows_it_in_its_lane_waits_too() {
        let (told, lane) = (Told::default(), Arc::new(Lane::default()));
        let mut waiting = Waiting::default();
        let first = item(&told, "first", None);
        let mut repeat = item(&told, "repeat", Some(&lane));
        repeat.draft.id = first.draft.id;
        waiting.extend([first, repeat, item(&told, "behind the repeat", Some(&lane)), item(&told, "other", None)]);
        let batch = waiting.gather(&[], 1).unwrap();
        assert_eq!(bodies(&batch), ["first", "other"]);
        assert!(waiting.gather(&[&Held::by(&batch)], 1).is_none());
        store(batch);
        assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), ["repeat", "behind the repeat"]);
    }

    #[test]
    fn who_is_tried_alone_has_a_batch_alone() {
        let told = Told::default();
        let mut waiting = Waiting::default();
        waiting.extend([item(&told, "new", None)]);
        waiting.again(vec![item(&told, "one", None).alone(), item(&told, "two", None).alone()]);
        for body in ["one", "two", "new"] {
            assert_eq!(bodies(&waiting.gather(&[], 1).unwrap()), [body]);
        }
    }
}
