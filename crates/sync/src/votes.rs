//! The votes on the polls of a room. Each is a row that stays for ever, with the numbers right after it: of each poll the
//! newest row tells how many chose what, of each person the newest row tells what they chose. A page brings the newest
//! rows of its polls, so the numbers are always right, and people beyond those rows are unknown here.

use types::{MessageId, Seq, UserId, Vote};

use crate::Sorted;

/// What is known of the votes on a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally<'a> {
    /// How many chose each option.
    pub counts: &'a [i64],
    /// How many voted.
    pub voters: i64,
    /// The votes that are known and stand, the earliest first; none of an anonymous poll.
    pub votes: Vec<&'a Vote>,
}

impl Tally<'_> {
    /// What somebody chose, nothing if they did not vote; `None` if it is not known here.
    pub fn of(&self, user_id: UserId) -> Option<Vec<i64>> {
        let vote = self.votes.iter().find(|vote| vote.user_id == Some(user_id));
        match vote {
            Some(vote) => Some(vote.options.clone()),
            None => (self.votes.len() as i64 == self.voters).then(Vec::new),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Held {
    newest: Vote,
    people: Sorted<UserId, Vote>,
}

/// All that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Votes(Sorted<MessageId, Held>);

impl Votes {
    /// Rows held.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets all polls but these, by id and place.
    pub(crate) fn retain(&mut self, keep: impl Fn(MessageId, Seq) -> bool) {
        self.0.retain(|id, held| keep(*id, held.newest.seq));
    }

    /// The votes on a poll.
    pub(crate) fn of(&self, id: MessageId) -> Option<Tally<'_>> {
        let held = self.0.get(&id)?;
        let mut votes: Vec<&Vote> = held.people.values().filter(|vote| !vote.options.is_empty()).collect();
        votes.sort_by_key(|vote| vote.rev);
        Some(Tally { counts: &held.newest.counts, voters: held.newest.voters, votes })
    }

    /// The rows of a poll, as a page would bring them.
    pub(crate) fn rows(&self, id: MessageId) -> Vec<Vote> {
        let Some(held) = self.0.get(&id) else { return Vec::new() };
        let older = held.people.values().filter(|vote| vote.rev != held.newest.rev);
        older.chain([&held.newest]).cloned().collect()
    }

    /// Adds a row.
    pub(crate) fn put(&mut self, row: &Vote) {
        if !self.0.contains_key(&row.message_id) {
            self.0.insert(row.message_id, Held { newest: row.clone(), people: Sorted::new() });
        }
        let Some(held) = self.0.get_mut(&row.message_id) else { return };
        if held.newest.rev < row.rev {
            held.newest = row.clone();
        }
        let Some(user_id) = row.user_id else { return };
        if held.people.get(&user_id).is_none_or(|known| known.rev < row.rev) {
            held.people.insert(user_id, row.clone());
        }
    }
}
