//! Random walks of a writer, an outbox and a server that may lose any answer: in the end the server holds what was
//! meant, in order and once.

use std::collections::BTreeMap;

use proptest::prelude::*;
use types::*;

use super::{at, message_id, new_message, room_id};
use crate::{Act, Outbox, Pending};

/// What a writer and the world do.
#[derive(Debug, Clone)]
enum Step {
    Post,
    Edit(usize),
    Delete(usize),
    /// The next act reaches the server, and its answer the writer.
    Send,
    /// The next act reaches the server, and the answer is lost.
    Unanswered,
    /// The next act is lost on its way.
    Lost,
    /// The page is closed, and opened again with what was kept.
    Reload,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => Just(Step::Post),
        3 => (0..64usize).prop_map(Step::Edit),
        1 => (0..64usize).prop_map(Step::Delete),
        4 => Just(Step::Send),
        2 => Just(Step::Unanswered),
        1 => Just(Step::Lost),
        1 => Just(Step::Reload),
    ]
}

/// The stored messages: their first and present text in order of posting; none once deleted.
#[derive(Debug, Default)]
struct Server(Vec<(MessageId, String, Option<String>)>);

impl Server {
    /// Takes an act as the real one does: a post by its id and first text, the rest by the message.
    fn take(&mut self, pending: &Pending) {
        let stored = self.0.iter_mut().find(|(id, ..)| *id == pending.id);
        match (&pending.act, stored) {
            (Act::Post(message), None) => self.0.push((pending.id, message.body.clone(), Some(message.body.clone()))),
            (Act::Post(message), Some((_, first, _))) => assert_eq!(*first, message.body, "an id stands for one text"),
            (Act::Edit(body), Some((.., text))) => {
                assert!(text.is_some(), "nothing is changed after it was deleted");
                *text = Some(body.clone());
            }
            (Act::Delete, Some((.., text))) => *text = None,
            (_, None) => panic!("nothing is changed before it was posted"),
        }
    }
}

#[derive(Default)]
struct Walk {
    outbox: Outbox,
    server: Server,
    /// What the writer means each message to be.
    meant: BTreeMap<MessageId, Option<String>>,
}

impl Walk {
    fn take(&mut self, n: i64, step: &Step) {
        match step {
            Step::Post => {
                let body = format!("text {n}");
                self.outbox.push(room_id(), message_id(n), new_message(&body), at(n));
                self.meant.insert(message_id(n), Some(body));
            }
            Step::Edit(which) => {
                if let Some((id, body)) = self.pick(*which).filter(|(_, body)| body.is_some()) {
                    let changed = format!("{}, changed {n}", body.unwrap());
                    self.outbox.edit(room_id(), id, changed.clone(), at(n));
                    self.meant.insert(id, Some(changed));
                }
            }
            Step::Delete(which) => {
                if let Some((id, _)) = self.pick(*which).filter(|(_, body)| body.is_some()) {
                    self.outbox.remove(room_id(), id, at(n));
                    self.meant.insert(id, None);
                }
            }
            Step::Send => drop(self.send()),
            Step::Unanswered => {
                if let Some(pending) = self.outbox.next_to_send(room_id()) {
                    self.server.take(&pending);
                }
                self.outbox.lost();
            }
            Step::Lost => {
                self.outbox.next_to_send(room_id());
                self.outbox.lost();
            }
            Step::Reload => {
                let kept = serde_json::to_string(&self.outbox).unwrap();
                self.outbox = serde_json::from_str(&kept).unwrap();
                self.outbox.lost();
            }
        }
    }

    fn send(&mut self) -> Option<()> {
        let pending = self.outbox.next_to_send(room_id())?;
        assert_eq!(self.outbox.next_to_send(room_id()), None, "one is under way at a time");
        self.server.take(&pending);
        if pending.is_post() {
            self.outbox.confirmed(pending.id);
        } else {
            self.outbox.done(pending.id, &pending.act);
        }
        Some(())
    }

    fn pick(&self, which: usize) -> Option<(MessageId, Option<String>)> {
        let all: Vec<_> = self.meant.iter().collect();
        all.get(which.checked_rem(all.len())?).map(|(id, body)| (**id, (*body).clone()))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_lost_the_server_ends_with_what_was_meant(steps in prop::collection::vec(step(), 20..120)) {
        let mut walk = Walk::default();
        for (n, step) in (0..).zip(&steps) {
            walk.take(n, step);
        }
        walk.outbox.lost();
        while walk.send().is_some() {}
        prop_assert_eq!(walk.outbox.rooms().count(), 0);
        let ids: Vec<MessageId> = walk.server.0.iter().map(|(id, ..)| *id).collect();
        prop_assert!(ids.is_sorted(), "in the order of writing: {:?}", ids);
        for (id, meant) in &walk.meant {
            let stored = walk.server.0.iter().find(|(stored, ..)| stored == id).map(|(.., text)| text.clone());
            // What was deleted before it was ever sent is not stored at all.
            prop_assert_eq!(stored.flatten(), meant.clone());
        }
    }
}
