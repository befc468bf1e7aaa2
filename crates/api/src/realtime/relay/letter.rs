//! What one node tells the others: a line of JSON, and for rows the encoded frame after it, as it goes to the sockets.
//! So a frame is encoded once in the whole cluster, and a node that only hands it on never reads its rows.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use types::{Rev, RoomId, Seq, SessionId, UserId};

use crate::presence::Here;
use crate::realtime::span::{Frame, Names, Part};
use crate::realtime::{Encoded, NodeId, Topic};

/// A letter and its sender.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Letter {
    /// Who tells; one's own letters come back and are passed over.
    pub(super) node: NodeId,
    /// What it tells.
    pub(super) said: Said,
}

/// What is told.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(super) enum Said {
    /// Rows of the stream whose channel this is; the frame follows after the line.
    Rows(Rows),
    /// Sessions that were ended.
    Ended { sessions: Vec<SessionId> },
    /// Somebody in the room whose channel this is types, or has stopped.
    Typing { user_id: UserId, typing: bool },
    /// Who is connected to the sender, or is not any more.
    Here { people: Vec<Here> },
    /// The sender knows nothing yet: say who is connected to you.
    Ask,
}

/// What the hub must know of a frame it did not make.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Rows {
    since: Rev,
    rev: Rev,
    last_seq: Seq,
    #[serde(default, skip_serializing_if = "Names::is_nobody")]
    names: Names,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left: Vec<UserId>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    deleted: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    joined: Vec<RoomId>,
}

impl Rows {
    /// Of a part made here.
    pub(super) fn of(part: &Part) -> Rows {
        let Frame { since, rev, last_seq, .. } = *part.frame;
        let (names, joined) = (part.frame.names.clone(), part.frame.joined.clone());
        Rows { since, rev, last_seq, names, left: part.left.clone(), deleted: part.deleted, joined }
    }

    /// The part as its maker had it.
    pub(super) fn part(self, topic: Topic, text: Encoded) -> Part {
        let Rows { since, rev, last_seq, names, left, deleted, joined } = self;
        Part { frame: Arc::new(Frame { topic, since, rev, last_seq, names, text, joined }), left, deleted }
    }
}

/// Writes a letter, with the frame it carries.
pub(super) fn write(letter: &Letter, frame: &[u8]) -> Vec<u8> {
    // A wire type that can't be encoded would be a fault of this program; what is empty is not read by anybody.
    let mut bytes = serde_json::to_vec(letter).unwrap_or_default();
    if !frame.is_empty() {
        bytes.push(b'\n');
        bytes.extend_from_slice(frame);
    }
    bytes
}

/// Reads a letter; none if this is none that this version knows.
pub(super) fn read(bytes: &[u8]) -> Option<(Letter, Encoded)> {
    let line = bytes.iter().position(|byte| *byte == b'\n');
    let (letter, frame) = match line {
        Some(end) => (bytes.get(..end)?, bytes.get(end + 1..)?),
        None => (bytes, &[][..]),
    };
    let letter = serde_json::from_slice(letter).ok()?;
    // Browsers hang up at a text that is none.
    str::from_utf8(frame).ok()?;
    Some((letter, Encoded::text(frame)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_letter_is_read_as_it_was_written() {
        let user_id = UserId(Uuid::now_v7());
        let room_id = RoomId(Uuid::now_v7());
        let frame = Frame {
            topic: Topic::Room(room_id),
            since: 4,
            rev: 6,
            last_seq: 5,
            names: serde_json::from_value(serde_json::json!({ "people": [user_id], "all": true })).unwrap(),
            text: Encoded::text(b"{\"body\":\"two\\nlines\"}"),
            joined: vec![room_id],
        };
        let part = Part { frame: Arc::new(frame), left: vec![user_id], deleted: true };
        let said = Said::Rows(Rows::of(&part));
        let (letter, text) = read(&write(&Letter { node: NodeId(7), said }, part.frame.text.payload())).unwrap();
        let Said::Rows(rows) = letter.said else { panic!("{letter:?}") };
        let again = rows.part(part.frame.topic, text);
        assert_eq!(format!("{again:?}"), format!("{part:?}"));
        for said in [
            Said::Ended { sessions: vec![SessionId(Uuid::now_v7())] },
            Said::Typing { user_id, typing: true },
            Said::Here { people: vec![Here { user_id, in_use: Some(false), seen: None }] },
            Said::Ask,
        ] {
            let letter = Letter { node: NodeId(u64::MAX), said };
            assert_eq!(read(&write(&letter, b"")).unwrap(), (letter, Encoded::text(b"")));
        }
    }

    #[test]
    fn what_is_no_letter_is_passed_over() {
        for bytes in [&b""[..], b"{}", b"\n", b"{\"node\":1,\"said\":{\"kind\":\"sung\"}}", b"\xff"] {
            assert!(read(bytes).is_none(), "{bytes:?}");
        }
    }
}
