//! A batch of posts that only say something, as one statement that is a transaction of its own (`insert_posts`, a function
//! of the database): all of them are stored, or none. Of a batch through a transaction's statements, half of Postgres's work
//! is to take in the statements, to make ready for them and to answer each.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use tokio_postgres::error::SqlState;
use types::{Rev, RoomId, Seq};
use uuid::Uuid;

use super::Draft;

pub(super) const STATEMENT: &str = "SELECT insert_posts($1, $2, $3, $4, $5, $6, $7, $8, $9)";
/// What `insert_posts` says of a post whose author may not post there.
const NOT_ALL: &str = "CF001";

/// What the statement is given.
pub(super) struct Plain<'a> {
    pub room_ids: Vec<Uuid>,
    pub counts: Vec<i32>,
    pub ids: Vec<Uuid>,
    /// The place of each post's room among the rooms, from 1.
    pub rooms: Vec<i32>,
    /// The place of each among the posts of its room, from 1.
    pub places: Vec<i32>,
    pub author_ids: Vec<Uuid>,
    pub bodies: Vec<&'a str>,
    pub fingerprints: Vec<&'a [u8]>,
    pub posted_at: DateTime<Utc>,
}

impl<'a> Plain<'a> {
    /// Puts rooms in order of id and posts in the order they came; none if one of them says more.
    pub(super) fn of(drafts: &'a [Draft], posted_at: DateTime<Utc>) -> Option<Plain<'a>> {
        if !drafts.iter().all(Draft::is_plain) {
            return None;
        }
        let mut counts: BTreeMap<RoomId, i32> = BTreeMap::new();
        let mut places = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let count = counts.entry(draft.room_id).or_default();
            *count += 1;
            places.push(*count);
        }
        let numbers: HashMap<RoomId, i32> = counts.keys().copied().zip(1..).collect();
        Some(Plain {
            room_ids: counts.keys().map(|id| id.0).collect(),
            counts: counts.into_values().collect(),
            ids: drafts.iter().map(|d| d.id.0).collect(),
            rooms: drafts.iter().map(|d| numbers.get(&d.room_id).copied().unwrap_or_default()).collect(),
            places,
            author_ids: drafts.iter().map(|d| d.author_id.0).collect(),
            bodies: drafts.iter().map(|d| d.body.as_str()).collect(),
            fingerprints: drafts.iter().map(|d| d.fingerprint.as_slice()).collect(),
            posted_at,
        })
    }

    /// The place of each post, given the revisions the rooms had before.
    pub(super) fn seqs(&self, since: &[Rev]) -> impl Iterator<Item = Option<Seq>> {
        self.rooms.iter().zip(&self.places).map(|(room, place)| {
            let before = usize::try_from(*room - 1).ok().and_then(|room| since.get(room));
            before.map(|rev| rev + Seq::from(*place))
        })
    }
}

/// Whether the batch must go the longer way, which stores those that can be: one of them may not be posted, or has an id
/// that is taken.
pub(super) fn stores_none(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| code.code() == NOT_ALL || *code == SqlState::UNIQUE_VIOLATION)
}

#[cfg(test)]
mod tests {
    use types::{MessageId, NewMessage, UserId};

    use super::*;

    fn draft(id: u128, room: u128, body: &str) -> Draft {
        let new = NewMessage { id: Some(MessageId(Uuid::from_u128(id))), body: body.into(), ..NewMessage::default() };
        Draft::parse(UserId(Uuid::nil()), RoomId(Uuid::from_u128(room)), new).unwrap()
    }

    #[test]
    fn rooms_come_in_order_of_id_and_their_posts_as_they_came() {
        let ids: Vec<u128> = (0..5).map(|_| Uuid::now_v7().as_u128()).collect();
        let drafts: Vec<Draft> = [9, 4, 9, 9, 4].iter().zip(&ids).map(|(room, id)| draft(*id, *room, "hi")).collect();
        let plain = Plain::of(&drafts, crate::now()).unwrap();
        assert_eq!(plain.room_ids, [Uuid::from_u128(4), Uuid::from_u128(9)]);
        assert_eq!(plain.counts, [2, 3]);
        assert_eq!(
            (plain.rooms.as_slice(), plain.places.as_slice()),
            ([2, 1, 2, 2, 1].as_slice(), [1, 1, 2, 3, 2].as_slice())
        );
        let seqs: Vec<Option<Seq>> = plain.seqs(&[10, 20]).collect();
        assert_eq!(seqs, [21, 11, 22, 23, 12].map(Some));
        assert!(plain.seqs(&[10]).any(|seq| seq.is_none()), "a room that was not told has no places");
    }

    #[test]
    fn one_that_says_more_makes_the_batch_another() {
        let mut drafts = vec![draft(Uuid::now_v7().as_u128(), 1, "hi"), draft(Uuid::now_v7().as_u128(), 1, "ho")];
        if let Some(second) = drafts.last_mut() {
            second.parent_id = Some(MessageId(Uuid::nil()));
        }
        assert!(Plain::of(&drafts, crate::now()).is_none());
    }
}
