//! One order per room, and it respects time: acknowledged before sent is ordered before.

use std::collections::HashMap;

use types::{RoomId, Seq, UserId};

use super::super::record::{Act, Micros, Operation, Outcome};
use super::{History, Violation, posts};

/// A stored post: when it was first sent, when it was first acknowledged, and its place.
struct Stored<'a> {
    room: RoomId,
    number: u64,
    who: UserId,
    sent: Micros,
    acknowledged: Micros,
    seq: Seq,
    first: &'a Operation,
}

fn stored(history: &History) -> Vec<Stored<'_>> {
    let stored = posts(history).into_values().filter_map(|attempts| {
        let first = *attempts.first()?;
        let ok = |a: &&Operation| match a.outcome {
            Outcome::Ok(Some(seq)) => Some((a.end, seq)),
            _ => None,
        };
        let (acknowledged, seq) = attempts.iter().filter_map(ok).min()?;
        let Act::Post { room, number, .. } = first.act else { return None };
        Some(Stored { room, number, who: first.who, sent: first.invoke, acknowledged, seq, first })
    });
    stored.collect()
}

/// ack(a) < invoke(b) ⇒ seq a < seq b, in each room.
pub(super) fn real_time(history: &History) -> Vec<Violation> {
    let mut rooms: HashMap<RoomId, Vec<Stored<'_>>> = HashMap::new();
    for post in stored(history) {
        rooms.entry(post.room).or_default().push(post);
    }
    let mut found = Vec::new();
    for posts in rooms.values() {
        let mut by_ack: Vec<&Stored<'_>> = posts.iter().collect();
        by_ack.sort_by_key(|post| post.acknowledged);
        let mut by_call: Vec<&Stored<'_>> = posts.iter().collect();
        by_call.sort_by_key(|post| post.sent);
        let mut earlier = by_ack.into_iter().peekable();
        let mut highest: Option<&Stored<'_>> = None;
        for post in by_call {
            while let Some(before) = earlier.next_if(|before| before.acknowledged < post.sent) {
                if highest.is_none_or(|highest| highest.seq < before.seq) {
                    highest = Some(before);
                }
            }
            if let Some(before) = highest.filter(|before| before.seq >= post.seq) {
                let what = "a message acknowledged before another was sent stands behind it";
                found.push(Violation::new("real time", what).showing(before.first).showing(post.first));
            }
        }
    }
    found
}

/// One sender's messages keep their order.
pub(super) fn per_sender(history: &History) -> Vec<Violation> {
    let mut senders: HashMap<(RoomId, UserId), Vec<Stored<'_>>> = HashMap::new();
    for post in stored(history) {
        senders.entry((post.room, post.who)).or_default().push(post);
    }
    let mut found = Vec::new();
    for posts in senders.values_mut() {
        posts.sort_by_key(|post| post.number);
        for pair in posts.windows(2) {
            let [before, after] = pair else { continue };
            if before.seq >= after.seq {
                let what = "two messages of one sender changed places";
                found.push(Violation::new("per sender", what).showing(before.first).showing(after.first));
            }
        }
    }
    found
}
