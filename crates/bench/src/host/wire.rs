//! As much of Postgres's protocol as is needed to see a COMMIT go by: where a message ends, and what it says.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use parking_lot::Mutex;

/// Cuts a stream of bytes into whole messages.
#[derive(Debug)]
pub(super) struct Messages {
    bytes: Vec<u8>,
    /// The first message of a client has no letter before its length.
    first: bool,
}

impl Messages {
    /// What a client sends.
    pub(super) fn of_client() -> Messages {
        Messages { bytes: Vec::new(), first: true }
    }

    /// What Postgres sends.
    pub(super) fn of_server() -> Messages {
        Messages { bytes: Vec::new(), first: false }
    }

    /// Takes bytes as they came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole message.
    pub(super) fn next(&mut self) -> Option<Vec<u8>> {
        let letter = usize::from(!self.first);
        let length: [u8; 4] = self.bytes.get(letter..letter + 4)?.try_into().ok()?;
        let end = letter + usize::try_from(u32::from_be_bytes(length)).ok()?;
        if self.bytes.len() < end {
            return None;
        }
        let rest = self.bytes.split_off(end);
        self.first = false;
        Some(std::mem::replace(&mut self.bytes, rest))
    }
}

/// Of each request that Postgres has not answered yet, whether it is the commit of a transaction that adds rows.
pub(super) type UnderWay = Arc<Mutex<VecDeque<bool>>>;

/// What a client has asked for so far: statements may be sent without waiting for answers, so whether a transaction adds
/// rows is seen by what it asks. Outside BEGIN and COMMIT each request is a transaction of its own; of these only the one
/// that stores posts counts, since it adds rows whenever it does not fail.
#[derive(Debug)]
pub(super) struct Asked {
    /// Names of prepared statements that add rows, and of those that store posts.
    adding: HashSet<Vec<u8>>,
    storing: HashSet<Vec<u8>>,
    /// One of the former was asked for in this transaction.
    adds: bool,
    /// One of the latter was asked for in this request.
    stores: bool,
    /// A transaction was begun.
    begun: bool,
    under_way: UnderWay,
}

impl Asked {
    /// Nothing yet.
    pub(super) fn new(under_way: UnderWay) -> Asked {
        Asked { adding: HashSet::new(), storing: HashSet::new(), adds: false, stores: false, begun: false, under_way }
    }

    /// Takes a message; whether it is the commit of a transaction that adds rows.
    pub(super) fn commits(&mut self, message: &[u8]) -> bool {
        let mut words = body(message).split(|byte| *byte == 0);
        let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        match message.first() {
            // Parse: a name and its statement.
            Some(b'P') => {
                let statement = String::from_utf8_lossy(second).to_ascii_uppercase();
                note(&mut self.adding, first, statement.contains("INSERT INTO"));
                note(&mut self.storing, first, statement.contains("INSERT_POSTS("));
            }
            // Bind: a portal and the name of a statement.
            Some(b'B') => {
                self.adds |= self.adding.contains(second);
                self.stores |= self.storing.contains(second);
            }
            Some(b'Q') => return self.asks(&first.to_ascii_uppercase()),
            // Sync.
            Some(b'S') => {
                let commits = std::mem::take(&mut self.stores) && !self.begun;
                self.adds &= self.begun;
                self.under_way.lock().push_back(commits);
                return commits;
            }
            // The first message of all has no letter; it is answered as a request is.
            Some(0) => self.under_way.lock().push_back(false),
            _ => {}
        }
        false
    }

    fn asks(&mut self, words: &[u8]) -> bool {
        let begins = words.starts_with(b"BEGIN") || words.starts_with(b"START TRANSACTION");
        let commits = words == b"COMMIT" && self.adds;
        if begins || words == b"COMMIT" || words == b"ROLLBACK" {
            (self.begun, self.adds) = (begins, false);
        }
        self.under_way.lock().push_back(commits);
        commits
    }
}

fn note(names: &mut HashSet<Vec<u8>>, name: &[u8], is_one: bool) {
    match is_one {
        true => _ = names.insert(name.to_vec()),
        false => _ = names.remove(name),
    }
}

/// What a message of Postgres says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// A statement was done.
    Done,
    /// A request is answered.
    Ready,
    /// Anything else, also that a transaction was not committed.
    Other,
}

/// Reads a message of Postgres.
pub(super) fn said(message: &[u8]) -> Said {
    match message.first() {
        Some(b'C') if body(message) != b"ROLLBACK\0" => Said::Done,
        Some(b'Z') => Said::Ready,
        _ => Said::Other,
    }
}

fn body(message: &[u8]) -> &[u8] {
    message.get(5..).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(letter: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
        [&[letter], &length[..], body].concat()
    }

    #[test]
    fn messages_are_found_however_they_are_torn() {
        let start = [&9u32.to_be_bytes()[..], b"hello"].concat();
        let commit = message(b'Q', b"COMMIT\0");
        let mut messages = Messages::of_client();
        let mut found = Vec::new();
        for byte in [start.as_slice(), commit.as_slice()].concat() {
            messages.push(&[byte]);
            found.extend(messages.next());
        }
        assert_eq!(found, [start, commit]);
    }

    #[test]
    fn a_commit_is_seen_by_what_was_asked_before_it() {
        let (begin, commit) = (message(b'Q', b"BEGIN\0"), message(b'Q', b"COMMIT\0"));
        let (sync, under_way) = (message(b'S', b""), UnderWay::default());
        let mut asked = Asked::new(under_way.clone());
        asked.commits(&message(b'P', b"s0\0SELECT 1\0\0\0"));
        asked.commits(&message(b'P', b"s1\0WITH x AS (SELECT 1) insert into t SELECT 1\0\0\0"));
        asked.commits(&message(b'P', b"s2\0SELECT insert_posts($1)\0\0\0"));
        for (statement, adds, stores) in [(b"\0s0\0", false, false), (b"\0s1\0", true, false), (b"\0s2\0", false, true)]
        {
            assert!(!asked.commits(&begin) && !asked.commits(&message(b'B', statement)) && !asked.commits(&sync));
            assert_eq!(asked.commits(&commit), adds);
            assert!(!asked.commits(&commit), "it was asked for once");
            assert_eq!(under_way.lock().drain(..).collect::<Vec<_>>(), [false, false, adds, false]);
            // The same as a transaction of its own.
            assert!(!asked.commits(&message(b'B', statement)));
            assert_eq!((asked.commits(&sync), asked.commits(&sync)), (stores, false));
            assert!(!asked.commits(&begin) && !asked.commits(&commit), "it is done");
            assert_eq!(under_way.lock().drain(..).collect::<Vec<_>>(), [stores, false, false, false]);
        }
        asked.commits(&begin);
        asked.commits(&message(b'B', b"\0s1\0"));
        asked.commits(&message(b'Q', b"ROLLBACK\0"));
        assert!(!asked.commits(&sync) && !asked.commits(&commit), "what was rolled back adds nothing");
    }

    #[test]
    fn postgres_says_what_became_of_a_request() {
        assert_eq!(said(&message(b'C', b"COMMIT\0")), Said::Done);
        assert_eq!(said(&message(b'C', b"SELECT 1\0")), Said::Done);
        assert_eq!(said(&message(b'C', b"ROLLBACK\0")), Said::Other);
        assert_eq!(said(&message(b'Z', b"I")), Said::Ready);
        assert_eq!(said(&message(b'E', b"SFATAL\0\0")), Said::Other);
    }
}
