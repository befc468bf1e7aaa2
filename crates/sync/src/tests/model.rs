//! A server small enough to be seen to be right: the rows of one room in their last state, each under its own revision.

use std::collections::BTreeMap;

use types::*;

use super::{at, event, message, message_id, room_id, user};
use crate::Asked;

/// What happens to the room.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Post(u8),
    /// An answer to some message, perhaps shown in the room as well.
    Reply(usize, u8, bool),
    /// Somebody reacts with one of a few emoji, or takes it back.
    React(usize, u8, u8, bool),
    /// Somebody votes on some message as if it were a poll, or takes that back: the options as bits.
    Vote(usize, u8, u8),
    Edit(usize),
    Delete(usize),
    Join(u8),
    Leave(u8),
    Role(u8, RoomRole),
    Rename(u8),
    Archive(bool),
    /// Retention: this many of the oldest messages are no longer kept.
    Retain(usize),
}

/// People that a page names of each emoji.
const NAMED: usize = 2;

#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) epoch: Epoch,
    pub(crate) rev: Rev,
    pub(crate) room: Room,
    pub(crate) messages: BTreeMap<Seq, Message>,
    pub(crate) reactions: BTreeMap<(MessageId, String, UserId), Reaction>,
    pub(crate) votes: BTreeMap<(MessageId, UserId), Vote>,
    pub(crate) members: BTreeMap<UserId, Member>,
    pub(crate) events: BTreeMap<Seq, Event>,
}

enum Row {
    Room(Room),
    Message(Box<Message>),
    Member(Member),
    Reaction(Reaction),
    Vote(Vote),
    Event(Event),
}

impl Server {
    pub(crate) fn new() -> Self {
        let room = Room {
            id: room_id(),
            kind: RoomKind::Public,
            name: Some("general".into()),
            user_ids: vec![],
            topic: String::new(),
            archived_at: None,
            deleted_at: None,
            first_seq: 1,
            category_id: None,
            created_by: super::user(0),
            created_at: at(0),
            rev: 1,
        };
        let events = BTreeMap::from([(2, event(2, EventKind::Created))]);
        let (messages, members) = (BTreeMap::new(), BTreeMap::new());
        let (reactions, votes) = (BTreeMap::new(), BTreeMap::new());
        Self { epoch: Epoch("one".into()), rev: 2, room, messages, reactions, votes, members, events }
    }

    /// Does one act in one commit and answers with its span, or nothing if there was nothing to do.
    pub(crate) fn act(&mut self, act: &Act) -> Option<Changes> {
        let before = self.rev;
        match act {
            Act::Post(author) => {
                let seq = self.next();
                self.messages.insert(seq, message(seq, *author));
            }
            Act::Reply(pick, author, in_room) => self.reply(*pick, *author, *in_room)?,
            Act::React(pick, emoji, who, standing) => self.react(*pick, *emoji, *who, *standing)?,
            Act::Vote(pick, who, bits) => self.vote(*pick, *who, *bits)?,
            Act::Edit(pick) => {
                let rev = self.rev + 1;
                let message = self.pick(*pick)?;
                (message.rev, message.body, message.edited_at) = (rev, format!("edited at {rev}"), Some(at(rev)));
                self.rev = rev;
            }
            Act::Delete(pick) => {
                let rev = self.rev + 1;
                let message = self.pick(*pick)?;
                (message.rev, message.body, message.deleted_at) = (rev, String::new(), Some(at(rev)));
                self.rev = rev;
            }
            Act::Join(who) => self.member(*who, |member| member.left_at = None, Some(EventKind::Joined)),
            Act::Leave(who) => self.member(*who, |member| member.left_at = Some(at(before)), Some(EventKind::Left)),
            Act::Role(who, role) => self.member(*who, |member| member.role = *role, None),
            Act::Rename(n) => {
                self.room.name = Some(format!("room {n}"));
                self.room.rev = self.next();
                self.event(EventKind::Renamed);
            }
            Act::Archive(archived) => {
                self.room.archived_at = archived.then(|| at(before));
                self.room.rev = self.next();
                self.event(if *archived { EventKind::Archived } else { EventKind::Unarchived });
            }
            Act::Retain(count) => {
                let first = *self.messages.keys().nth(*count)?;
                self.messages = self.messages.split_off(&first);
                (self.room.first_seq, self.room.rev) = (first, self.next());
            }
        }
        Some(self.feed(before, usize::MAX))
    }

    fn next(&mut self) -> Rev {
        self.rev += 1;
        self.rev
    }

    fn pick(&mut self, pick: usize) -> Option<&mut Message> {
        let count = self.messages.len();
        let live = self.messages.values_mut().nth(pick.checked_rem(count)?)?;
        live.deleted_at.is_none().then_some(live)
    }

    fn reply(&mut self, pick: usize, author: u8, in_room: bool) -> Option<()> {
        let parent = self.pick(pick)?.clone();
        let root = parent.thread_root_id.unwrap_or(parent.id);
        let seq = self.next();
        let (parent_id, thread_root_id) = (Some(parent.id), Some(root));
        self.messages.insert(seq, Message { parent_id, thread_root_id, in_room, ..message(seq, author) });
        let rev = self.next();
        // Retention may have taken it.
        if let Some(root) = self.messages.values_mut().find(|message| message.id == root) {
            (root.rev, root.reply_count, root.last_reply_at) = (rev, root.reply_count + 1, Some(at(seq)));
        }
        Some(())
    }

    fn react(&mut self, pick: usize, emoji: u8, who: u8, standing: bool) -> Option<()> {
        let (message_id, seq) = self.pick(pick).map(|message| (message.id, message.seq))?;
        let (emoji, user_id) = (format!("emoji {emoji}"), user(who));
        let key = (message_id, emoji.clone(), user_id);
        if self.reactions.get(&key).is_some_and(|row| !row.removed) == standing {
            return None;
        }
        let others = self.people_of(message_id, &emoji).len() as i64;
        let count = others + if standing { 1 } else { -1 };
        let rev = self.next();
        self.reactions.insert(key, Reaction { message_id, seq, emoji, user_id, removed: !standing, count, rev });
        Some(())
    }

    /// Who reacted to a message with an emoji, the earliest first.
    pub(crate) fn people_of(&self, id: MessageId, emoji: &str) -> Vec<UserId> {
        let of_emoji = |row: &&Reaction| row.message_id == id && row.emoji == emoji && !row.removed;
        let mut rows: Vec<&Reaction> = self.reactions.values().filter(of_emoji).collect();
        rows.sort_by_key(|row| row.rev);
        rows.into_iter().map(|row| row.user_id).collect()
    }

    /// What a page tells of reactions: here only the first two people, so that some stay unnamed.
    fn counts(&self, messages: &[Message]) -> Vec<ReactionCount> {
        let mut counts = Vec::new();
        for message in messages.iter().filter(|message| message.deleted_at.is_none()) {
            for emoji in (0..3_u8).map(|emoji| format!("emoji {emoji}")) {
                let mut user_ids = self.people_of(message.id, &emoji);
                let Some(first) = user_ids.first() else { continue };
                let first_rev = self.reactions[&(message.id, emoji.clone(), *first)].rev;
                let count = user_ids.len() as i64;
                user_ids.truncate(NAMED);
                counts.push(ReactionCount { message_id: message.id, emoji, count, user_ids, first_rev });
            }
        }
        counts
    }

    /// Messages at every third place are anonymous polls, all others name who voted.
    fn vote(&mut self, pick: usize, who: u8, bits: u8) -> Option<()> {
        let (message_id, seq) = self.pick(pick).map(|message| (message.id, message.seq))?;
        let options: Vec<i64> = (0..3).filter(|option| bits >> option & 1 == 1).collect();
        let user_id = user(who);
        let before = self.votes.get(&(message_id, user_id)).map(|vote| vote.options.clone()).unwrap_or_default();
        if before == options {
            return None;
        }
        let rev = self.next();
        let new = Vote { message_id, seq, user_id: Some(user_id), options, counts: vec![], voters: 0, rev };
        self.votes.insert((message_id, user_id), new);
        let (counts, voters) = self.numbers(message_id);
        let vote = self.votes.get_mut(&(message_id, user_id))?;
        (vote.counts, vote.voters) = (counts, voters);
        Some(())
    }

    /// How many chose each option of a poll, and how many voted: counted from who chose what.
    pub(crate) fn numbers(&self, id: MessageId) -> (Vec<i64>, i64) {
        let standing = || self.votes.values().filter(|vote| vote.message_id == id && !vote.options.is_empty());
        let count = |option: i64| standing().filter(|vote| vote.options.contains(&option)).count() as i64;
        ((0..3).map(count).collect(), standing().count() as i64)
    }

    /// A vote as it is told.
    fn told(vote: &Vote) -> Vote {
        match vote.seq % 3 {
            0 => Vote { user_id: None, options: vec![], ..vote.clone() },
            _ => vote.clone(),
        }
    }

    /// What a page tells of votes: here only the newest two of each poll.
    fn newest_votes(&self, messages: &[Message]) -> Vec<Vote> {
        let of = |message: &Message| {
            let mut rows: Vec<&Vote> = self.votes.values().filter(|vote| vote.message_id == message.id).collect();
            rows.sort_by_key(|vote| std::cmp::Reverse(vote.rev));
            rows.truncate(NAMED);
            rows.into_iter().rev().map(Self::told).collect::<Vec<_>>()
        };
        messages.iter().filter(|message| message.deleted_at.is_none()).flat_map(of).collect()
    }

    fn event(&mut self, kind: EventKind) {
        let seq = self.next();
        self.events.insert(seq, event(seq, kind));
    }

    fn member(&mut self, who: u8, change: impl FnOnce(&mut Member), kind: Option<EventKind>) {
        let (rev, user_id, room_id) = (self.next(), user(who), room_id());
        let new = Member { room_id, user_id, role: RoomRole::Member, joined_at: at(rev), left_at: None, rev };
        let member = self.members.entry(user_id).or_insert(new);
        change(member);
        member.rev = rev;
        if let Some(kind) = kind {
            self.event(kind);
        }
    }

    /// The rows above `since`, merged by revision, at most `limit`.
    pub(crate) fn feed(&self, since: Rev, limit: usize) -> Changes {
        let mut rows: Vec<(Rev, Row)> = vec![(self.room.rev, Row::Room(self.room.clone()))];
        rows.extend(self.messages.values().map(|row| (row.rev, Row::Message(Box::new(row.clone())))));
        rows.extend(self.members.values().map(|row| (row.rev, Row::Member(row.clone()))));
        rows.extend(self.reactions.values().map(|row| (row.rev, Row::Reaction(row.clone()))));
        rows.extend(self.votes.values().map(|row| (row.rev, Row::Vote(Self::told(row)))));
        rows.extend(self.events.values().map(|row| (row.seq, Row::Event(row.clone()))));
        rows.retain(|(rev, _)| *rev > since);
        rows.sort_by_key(|(rev, _)| *rev);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let rev = rows.last().filter(|_| more).map_or(self.rev, |(rev, _)| *rev);
        let mut changes = self.span(since, rev, more);
        for (_, row) in rows {
            match row {
                Row::Room(row) => changes.room = Some(row),
                Row::Message(row) => changes.messages.push(*row),
                Row::Member(row) => changes.members.push(row),
                Row::Reaction(row) => changes.reactions.push(row),
                Row::Vote(row) => changes.votes.push(row),
                Row::Event(row) => changes.events.push(row),
            }
        }
        changes
    }

    /// The socket's answer to a client that is too far behind: the newest page instead of what was missed.
    pub(crate) fn reset(&self, limit: usize) -> Changes {
        let page = self.page(None, Asked::Newest, limit);
        let MessagePage { items: messages, events, reactions: reaction_counts, votes, previous, .. } = page;
        let room = Some(self.room.clone());
        Changes {
            reset: true,
            room,
            messages,
            events,
            reaction_counts,
            votes,
            previous,
            ..self.span(0, self.rev, false)
        }
    }

    fn span(&self, since: Rev, rev: Rev, more: bool) -> Changes {
        Changes { rev, more, ..Changes::empty(room_id(), self.epoch.clone(), since) }
    }

    /// A page of history, or of a thread.
    pub(crate) fn page(&self, thread: Option<MessageId>, asked: Asked, limit: usize) -> MessagePage {
        let of_page = |message: &&Message| match thread {
            Some(root) => message.thread_root_id == Some(root),
            None => message.in_room,
        };
        let all: Vec<&Message> = self.messages.values().filter(of_page).collect();
        let below = |place: Seq| all.partition_point(|message| message.seq < place);
        let (from, to) = match asked {
            Asked::Newest => (all.len().saturating_sub(limit), all.len()),
            Asked::Before(place) => (below(place).saturating_sub(limit), below(place)),
            Asked::After(place) => (below(place + 1), (below(place + 1) + limit).min(all.len())),
            Asked::Around(id) => {
                let middle = all.iter().position(|message| message.id == id).unwrap_or(0);
                (middle.saturating_sub(limit / 2), (middle + limit / 2 + 1).min(all.len()))
            }
        };
        let previous = if from > 0 { all.get(from).map(|first| first.seq) } else { None };
        let next = if to < all.len() { to.checked_sub(1).map(|last| all[last].seq) } else { None };
        let (low, high) = match asked {
            Asked::Newest => (previous.unwrap_or(0), Seq::MAX),
            Asked::Before(place) => (previous.unwrap_or(0), place - 1),
            Asked::After(place) => (place + 1, next.unwrap_or(Seq::MAX)),
            Asked::Around(_) => (previous.unwrap_or(0), next.unwrap_or(Seq::MAX)),
        };
        let items: Vec<Message> = all[from..to].iter().map(|message| (*message).clone()).collect();
        let events = match thread {
            Some(_) => vec![],
            None => self.events.range(low..=high).map(|(_, event)| event.clone()).collect(),
        };
        let reactions = self.counts(&items);
        let votes = self.newest_votes(&items);
        MessagePage { items, events, reactions, votes, users: vec![], next, previous, rev: self.rev }
    }

    /// The first message of some thread.
    pub(crate) fn some_root(&self, pick: usize) -> MessageId {
        let roots: Vec<MessageId> = self.messages.values().filter_map(|message| message.thread_root_id).collect();
        roots.get(pick.checked_rem(roots.len()).unwrap_or(0)).copied().unwrap_or(message_id(0))
    }

    /// The id of some message of the history, for a page around it.
    pub(crate) fn some_message(&self, pick: usize) -> MessageId {
        let count = self.messages.len().max(1);
        self.messages.values().nth(pick % count).map_or(message_id(0), |message| message.id)
    }
}
