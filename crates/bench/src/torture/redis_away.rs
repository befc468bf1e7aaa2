//! Redis away, in every way it can be: what that does to posts, and to delivery from one node to another. The load goes
//! on from the beginning to the end; each part of the run is counted by itself, and the first is what the others are
//! held beside.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Serialize;
use types::{MessageId, UserId};

use super::check::History;
use super::figures::halves;
use super::plan::{Blow, Wanted};
use super::record::{Act, Micros, Outcome, Seen};
use super::trial::Trial;

/// The latest that 99 of 100 deliveries across nodes may come while Redis is away, in milliseconds.
const DELIVERED: f64 = 1_500.0;
/// By how much the time to the acknowledgement of 99 of 100 posts may rise meanwhile, in milliseconds.
const RISE: f64 = 10.0;

/// A part's name, the blow it begins with, and its share of the time that Redis is away.
type Stage = (&'static str, Option<fn(u64) -> Blow>, f64);

/// The parts, in order.
const PARTS: [Stage; 8] = [
    // Accounts were made, connections opened: not counted.
    ("settling", None, 0.25),
    ("before", None, 0.5),
    ("all that is published lost", Some(|ms| Blow::LosePublished { ms }), 1.0),
    ("back", None, 0.5),
    ("stopped", Some(|down_ms| Blow::KillRedis { down_ms }), 1.0),
    ("back again", None, 0.5),
    ("silent", Some(|ms| Blow::MuteAllOfRedis { ms }), 1.0),
    ("after", None, 0.5),
];

/// What a part came to.
#[derive(Debug, Default, PartialEq, Serialize)]
struct Part {
    part: &'static str,
    seconds: f64,
    /// Posts acknowledged.
    acknowledged: usize,
    /// Attempts that were refused or stayed without an answer.
    send_errors: usize,
    /// From the call of a post to its acknowledgement, in milliseconds: half of them, 99 of 100.
    ack_ms: (f64, f64),
    /// From there to each reader at another node, the same.
    delivery_across_ms: (f64, f64),
    /// How many deliveries those were.
    delivered_across: usize,
    #[serde(skip)]
    away: bool,
}

/// A trial whose only blows are those on Redis.
pub(super) fn trial(server: PathBuf, seed: u64, seconds: u64, nodes: usize, rate: u32, log: Option<PathBuf>) -> Trial {
    let (mut script, mut at) = (Vec::new(), 0.0);
    for (_, blow, share) in PARTS {
        script.extend(blow.map(|blow| (Duration::from_secs_f64(at), blow(seconds * 1_000))));
        at += share * seconds as f64;
    }
    let wanted = Wanted { time: Duration::from_secs_f64(at), nodes: nodes.max(2), redis: true, ..Wanted::default() };
    Trial { server, seed, rate, wanted, script, fault: None, log }
}

/// Runs it and prints a line for each part.
pub(super) async fn run(trial: &Trial, seconds: u64) -> Result<()> {
    let verdict = trial.run().await?;
    let parts = parts(&verdict.history, seconds);
    for part in &parts {
        println!("{}", serde_json::to_string(part)?);
    }
    super::tell(&verdict)?;
    ensure!(verdict.violations.is_empty(), "{} broken promises", verdict.violations.len());
    let errors: usize = parts.iter().map(|part| part.send_errors).sum();
    ensure!(errors == 0, "{errors} posts were refused or stayed without an answer");
    let before = parts.iter().find(|part| part.part == "before").map_or(0.0, |part| part.ack_ms.1);
    for part in parts.iter().filter(|part| part.away) {
        let (rise, late) = (part.ack_ms.1 - before, part.delivery_across_ms.1);
        ensure!(rise <= RISE, "{}: acknowledgements came {rise:.1} ms later", part.part);
        ensure!(late <= DELIVERED, "{}: told at other nodes after {late:.0} ms", part.part);
    }
    Ok(())
}

/// A part while it is counted: the times of acknowledgements, and of deliveries across nodes.
struct Counted(Part, Vec<Micros>, Vec<Micros>);

/// Divides a history. A message belongs to the part in which it was acknowledged.
fn parts(history: &History, seconds: u64) -> Vec<Part> {
    let begun = |(name, blow, share): Stage| {
        let part = Part { part: name, seconds: share * seconds as f64, away: blow.is_some(), ..Part::default() };
        Counted(part, Vec::new(), Vec::new())
    };
    let mut counted = PARTS.map(begun);
    let acknowledged = count_posts(history, &mut counted);
    for (end, _) in acknowledged.values() {
        part_at(&mut counted, *end).0.acknowledged += 1;
    }
    for (end, reached) in across(history, &acknowledged) {
        part_at(&mut counted, end).2.push(reached.saturating_sub(end));
    }
    let whole = |Counted(part, acks, deliveries)| Part {
        delivered_across: deliveries.len(),
        ack_ms: halves(acks),
        delivery_across_ms: halves(deliveries),
        ..part
    };
    counted.map(whole).into()
}

/// The part of a moment; what is written after the last, while all settles, belongs to it.
fn part_at(counted: &mut [Counted; PARTS.len()], moment: Micros) -> &mut Counted {
    let [first, rest @ ..] = counted;
    let mut end = first.0.seconds;
    let mut at = first;
    for next in rest {
        if (moment as f64) < end * 1e6 {
            break;
        }
        end += next.0.seconds;
        at = next;
    }
    at
}

/// Counts attempts and their times; when each message was first acknowledged, and by which node.
fn count_posts(history: &History, counted: &mut [Counted; PARTS.len()]) -> HashMap<MessageId, (Micros, usize)> {
    // Who is taken out of rooms is refused rightly.
    let out: HashSet<UserId> = history.readers.iter().filter(|l| l.stays_in.is_empty()).map(|l| l.user).collect();
    let mut acknowledged: HashMap<MessageId, (Micros, usize)> = HashMap::new();
    for operation in &history.operations {
        let Act::Post { message, .. } = operation.act else { continue };
        let Counted(part, acks, _) = part_at(counted, operation.end);
        match &operation.outcome {
            Outcome::Ok(_) => {
                acks.push(operation.end - operation.invoke);
                let first = acknowledged.entry(message).or_insert((operation.end, operation.node));
                *first = (*first).min((operation.end, operation.node));
            }
            Outcome::Fail(_) if out.contains(&operation.who) => {}
            Outcome::Fail(_) | Outcome::Unknown(_) => part.send_errors += 1,
        }
    }
    acknowledged
}

/// When each message was acknowledged and when a reader at another node was told of it. Whoever wanders from node to
/// node, or is taken out of rooms, is away in between, and not counted.
fn across(history: &History, acknowledged: &HashMap<MessageId, (Micros, usize)>) -> Vec<(Micros, Micros)> {
    let staying: HashSet<usize> = history.readers.iter().filter(|l| !l.stays_in.is_empty()).map(|l| l.reader).collect();
    let mut homes: HashMap<usize, HashSet<usize>> = HashMap::new();
    for receipt in &history.receipts {
        if let Seen::Opened { node, .. } = &receipt.seen {
            homes.entry(receipt.reader).or_default().insert(*node);
        }
    }
    let mut found = Vec::new();
    for receipt in history.receipts.iter().filter(|receipt| staying.contains(&receipt.reader)) {
        let (Seen::Span(span), Some(home)) = (&receipt.seen, homes.get(&receipt.reader)) else { continue };
        let new = span.messages.iter().filter(|message| message.seq == message.rev);
        for (end, node) in new.filter_map(|message| acknowledged.get(&message.id)) {
            if home.len() == 1 && !home.contains(node) {
                found.push((*end, receipt.at));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use types::RoomId;
    use uuid::Uuid;

    use super::super::check::Listener;
    use super::super::record::{Operation, Receipt, SeenMessage, Span};
    use super::*;

    #[test]
    fn a_message_counts_where_it_was_acknowledged_and_only_across_nodes() {
        let (room, user) = (RoomId(Uuid::nil()), UserId(Uuid::nil()));
        let (second, id) = (1_000_000, MessageId(Uuid::nil()));
        let post = |invoke, end, outcome| {
            let act = Act::Post { room, message: id, number: 1 };
            Operation { who: user, node: 0, act, invoke, end, outcome }
        };
        // Of 4 seconds each: settling ends after 1, before after 3, and what is published is lost until 7.
        let mut history = History {
            operations: vec![
                post(2 * second, 2 * second + 5_000, Outcome::Unknown(String::new())),
                post(4 * second, 4 * second + 7_000, Outcome::Ok(Some(1))),
            ],
            ..History::default()
        };
        for (reader, node) in [(0, 0), (1, 1)] {
            let message = SeenMessage { id, seq: 1, rev: 1 };
            let (messages, others) = (vec![message], Vec::new());
            let span = Span { room, since: 0, rev: 1, feed: false, reset: None, messages, others };
            let opened = Seen::Opened { node, held: Vec::new() };
            history.receipts.push(Receipt { reader, at: 0, seen: opened });
            history.receipts.push(Receipt { reader, at: 4 * second + 907_000, seen: Seen::Span(span) });
            history.readers.push(Listener { reader, user, stays_in: vec![room] });
        }
        let parts = parts(&history, 4);
        let of = |name| parts.iter().find(|part| part.part == name).unwrap();
        assert_eq!((of("before").send_errors, of("before").acknowledged), (1, 0));
        let lost = of("all that is published lost");
        assert_eq!((lost.send_errors, lost.acknowledged, lost.delivered_across), (0, 1, 1));
        assert_eq!((lost.ack_ms.1, lost.delivery_across_ms.1), (7.0, 900.0));
    }
}
