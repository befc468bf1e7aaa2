//! A server small enough to be seen to be right: the rows of one room in their last state, each under its own revision.

use std::collections::BTreeMap;

use types::*;

use super::{at, event, message, message_id, room_id, user};
use crate::Asked;

/// What happens to the room.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Post(u8),
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

#[derive(Debug, Clone)]
pub(crate) struct Server {
    pub(crate) epoch: Epoch,
    pub(crate) rev: Rev,
    pub(crate) room: Room,
    pub(crate) messages: BTreeMap<Seq, Message>,
    pub(crate) members: BTreeMap<UserId, Member>,
    pub(crate) events: BTreeMap<Seq, Event>,
}

enum Row {
    Room(Room),
    Message(Message),
    Member(Member),
    Event(Event),
}

impl Server {
    pub(crate) fn new() -> Self {
        let room = Room {
            id: room_id(),
            kind: RoomKind::Public,
            name: Some("general".into()),
            topic: String::new(),
            archived_at: None,
            deleted_at: None,
            first_seq: 1,
            created_at: at(0),
            rev: 1,
        };
        let events = BTreeMap::from([(2, event(2, EventKind::Created))]);
        let (messages, members) = (BTreeMap::new(), BTreeMap::new());
        Self { epoch: Epoch("one".into()), rev: 2, room, messages, members, events }
    }

    /// Does one act in one commit and answers with its span, or nothing if there was nothing to do.
    pub(crate) fn act(&mut self, act: &Act) -> Option<Changes> {
        let before = self.rev;
        match act {
            Act::Post(author) => {
                let seq = self.next();
                self.messages.insert(seq, message(seq, *author));
            }
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
        rows.extend(self.messages.values().map(|row| (row.rev, Row::Message(row.clone()))));
        rows.extend(self.members.values().map(|row| (row.rev, Row::Member(row.clone()))));
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
                Row::Message(row) => changes.messages.push(row),
                Row::Member(row) => changes.members.push(row),
                Row::Event(row) => changes.events.push(row),
            }
        }
        changes
    }

    /// The socket's answer to a client that is too far behind: the newest page instead of what was missed.
    pub(crate) fn reset(&self, limit: usize) -> Changes {
        let MessagePage { items: messages, events, previous, .. } = self.page(Asked::Newest, limit);
        let room = Some(self.room.clone());
        Changes { reset: true, room, messages, events, previous, ..self.span(0, self.rev, false) }
    }

    fn span(&self, since: Rev, rev: Rev, more: bool) -> Changes {
        Changes {
            room_id: room_id(),
            epoch: self.epoch.clone(),
            since,
            rev,
            more,
            reset: false,
            room: None,
            messages: vec![],
            members: vec![],
            events: vec![],
            users: vec![],
            previous: None,
        }
    }

    /// A page of history.
    pub(crate) fn page(&self, asked: Asked, limit: usize) -> MessagePage {
        let all: Vec<&Message> = self.messages.values().collect();
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
        let items = all[from..to].iter().map(|message| (*message).clone()).collect();
        let events = self.events.range(low..=high).map(|(_, event)| event.clone()).collect();
        MessagePage { items, events, users: vec![], next, previous, rev: self.rev }
    }

    /// The id of some message, for a page around it.
    pub(crate) fn some_message(&self, pick: usize) -> MessageId {
        let count = self.messages.len().max(1);
        self.messages.values().nth(pick % count).map_or(message_id(0), |message| message.id)
    }
}
