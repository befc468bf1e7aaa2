//! The reactions to the messages of a room: numbers as pages count them, people as rows tell them.
//!
//! A page tells all emoji of its messages as they were at its revision, with the first people of each; a row tells one
//! person's change and how many there were right after it. So of each emoji the newest of both tells the number, and of
//! each person the newest of both tells whether theirs stands. Where there are more people than a page names, only some
//! are known here.

use types::{Message, MessageId, Reaction, ReactionCount, Rev, Seq, UserId};

use crate::Sorted;

/// One emoji of a message as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reacted<'a> {
    /// The emoji.
    pub emoji: &'a str,
    /// How many people.
    pub count: i64,
    /// Those of them that are known, who came first first: all, unless there are more than a page names.
    pub user_ids: Vec<UserId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Held {
    count: i64,
    /// Where `count` was told.
    rev: Rev,
    first_rev: Rev,
    /// Whether each person's stands, and where that was told.
    people: Sorted<UserId, (bool, Rev)>,
}

/// The emoji of a message, by their texts, and the message's place.
type OfMessage = (Seq, Sorted<String, Held>);

/// All that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reactions(Sorted<MessageId, OfMessage>);

impl Reactions {
    /// Messages of which something is known.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Forgets all messages but these, by id and place.
    pub(crate) fn retain(&mut self, keep: impl Fn(MessageId, Seq) -> bool) {
        self.0.retain(|id, (seq, _)| keep(*id, *seq));
    }

    /// The emoji of a message, the earliest first.
    pub(crate) fn of(&self, id: MessageId) -> Vec<Reacted<'_>> {
        let Some((_, held)) = self.0.get(&id) else { return Vec::new() };
        let mut standing: Vec<(&String, &Held)> = held.iter().filter(|(_, held)| held.count > 0).collect();
        standing.sort_by_key(|(emoji, held)| (held.first_rev, *emoji));
        standing.into_iter().map(|(emoji, held)| held.reacted(emoji)).collect()
    }

    /// What a page of that revision would tell of a message.
    pub(crate) fn counts(&self, id: MessageId) -> Vec<ReactionCount> {
        let held = |emoji: &str| self.0.get(&id)?.1.iter().find(|(known, _)| *known == emoji);
        let first_rev = |emoji: &str| held(emoji).map_or(0, |(_, held)| held.first_rev);
        let count = |reacted: Reacted<'_>| ReactionCount {
            message_id: id,
            emoji: reacted.emoji.into(),
            count: reacted.count,
            first_rev: first_rev(reacted.emoji),
            user_ids: reacted.user_ids,
        };
        self.of(id).into_iter().map(count).collect()
    }

    /// Adds a row.
    pub(crate) fn put(&mut self, row: &Reaction) {
        let held = self.held(row.message_id, row.seq, &row.emoji, row.rev);
        if row.rev > held.rev {
            if held.count == 0 {
                held.first_rev = row.rev;
            }
            (held.count, held.rev) = (row.count, row.rev);
        }
        held.tell(row.user_id, !row.removed, row.rev);
    }

    /// Adds what a page of revision `rev` tells of its messages.
    pub(crate) fn put_page(&mut self, messages: &[Message], counts: &[ReactionCount], rev: Rev) {
        for message in messages {
            let told: Vec<&ReactionCount> = counts.iter().filter(|count| count.message_id == message.id).collect();
            if let Some((_, held)) = self.0.get_mut(&message.id) {
                // What the page does not tell had gone by then.
                let gone = held.iter_mut().filter(|(emoji, _)| !told.iter().any(|count| count.emoji == **emoji));
                gone.for_each(|(_, held)| held.settle(0, &[], rev));
            }
            for count in told {
                let held = self.held(message.id, message.seq, &count.emoji, count.first_rev);
                held.first_rev = held.first_rev.min(count.first_rev);
                held.settle(count.count, &count.user_ids, rev);
            }
        }
    }

    /// An emoji of a message, known since a revision if it was not known before.
    fn held(&mut self, id: MessageId, seq: Seq, emoji: &str, since: Rev) -> &mut Held {
        let (place, known) = self.0.or_default(id);
        *place = seq;
        let emoji = emoji.to_owned();
        if !known.contains_key(&emoji) {
            known.insert(emoji.clone(), Held { first_rev: since, ..Held::default() });
        }
        known.or_default(emoji)
    }
}

impl Held {
    fn reacted<'a>(&self, emoji: &'a str) -> Reacted<'a> {
        let mut people: Vec<(Rev, UserId)> =
            self.people.iter().filter(|(_, (stands, _))| *stands).map(|(id, (_, rev))| (*rev, *id)).collect();
        people.sort_unstable();
        Reacted { emoji, count: self.count, user_ids: people.into_iter().map(|(_, id)| id).collect() }
    }

    fn tell(&mut self, user_id: UserId, stands: bool, rev: Rev) {
        if self.people.get(&user_id).is_none_or(|(_, told)| *told < rev) {
            self.people.insert(user_id, (stands, rev));
        }
    }

    /// How it was at a revision: the number, and the first people.
    fn settle(&mut self, count: i64, first: &[UserId], rev: Rev) {
        if rev > self.rev {
            (self.count, self.rev) = (count, rev);
        }
        for user_id in first {
            // Whoever is known to stand since before keeps their place in the order.
            if self.people.get(user_id).is_none_or(|(stands, _)| !stands) {
                self.tell(*user_id, true, rev);
            }
        }
        if count == first.len() as i64 {
            for (id, (stands, told)) in self.people.iter_mut() {
                if *stands && *told <= rev && !first.contains(id) {
                    (*stands, *told) = (false, rev);
                }
            }
        }
    }
}
