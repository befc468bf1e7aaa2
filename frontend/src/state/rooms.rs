//! My rooms: their rows, my role, and what is unread in each. A direct conversation has no name: where it is read it is
//! called by its people, so that whoever shows a room need not ask of what kind it is.

use leptos::prelude::*;
use sync::Sorted;
use types::{Changes, Mark, MyRoom, Rev, Room, RoomId, RoomKind, RoomRole, Seq, SiteRole, Unread, UserId};

use super::People;
use crate::clock;
use crate::i18n::{Key as Text, t};
use crate::letters::lower;

/// My rooms as a signal.
#[derive(Clone, Copy)]
pub struct Rooms {
    list: RwSignal<Sorted<RoomId, MyRoom>>,
    known: RwSignal<bool>,
    told: RwSignal<bool>,
    people: People,
    me: RwSignal<Option<UserId>>,
}

impl Rooms {
    /// None yet.
    pub fn new(people: People, me: RwSignal<Option<UserId>>) -> Self {
        let (known, told) = (RwSignal::new(false), RwSignal::new(false));
        Self { list: RwSignal::new(Sorted::new()), known, told, people, me }
    }

    /// Whether there is a list, as the server told it or as the device kept it; tracked.
    pub fn known(self) -> bool {
        self.known.get()
    }

    /// Whether the server told the list, so that a room that is not in it is not mine; tracked.
    pub fn told(self) -> bool {
        self.told.get()
    }

    /// The same, untracked.
    pub fn told_now(self) -> bool {
        self.told.get_untracked()
    }

    /// The list as the device kept it, unless there is one.
    pub fn remember(self, items: Vec<MyRoom>) {
        if !self.known.get_untracked() {
            self.list.set(items.into_iter().map(|item| (item.room.id, item)).collect());
            self.known.set(true);
        }
    }

    /// All of them, untracked.
    pub fn all_now(self) -> Vec<MyRoom> {
        self.list.with_untracked(|list| list.values().cloned().collect())
    }

    /// Replaces the list with what the server told; what is newer here stays. `reads`: where I read just now, so that my
    /// mark may not have reached the server when it counted. Answers whether it had not for some room.
    pub fn replace(self, items: Vec<MyRoom>, reads: impl Fn(RoomId) -> bool) -> bool {
        let held = self.list.with_untracked(Clone::clone);
        let mut behind = false;
        let merged = items.into_iter().map(|told| {
            let id = told.room.id;
            let Some(held) = held.get(&id) else { return (id, told) };
            let ahead = held.read_seq > told.read_seq && reads(id);
            behind |= ahead;
            (id, merge(held, told, ahead))
        });
        let merged: Sorted<RoomId, MyRoom> = merged.collect();
        if merged != held {
            self.list.set(merged);
        }
        for arrived in [self.known, self.told] {
            if !arrived.get_untracked() {
                arrived.set(true);
            }
        }
        behind
    }

    /// Rooms held here that are not among these, by name.
    pub fn beside(self, items: &[MyRoom]) -> Vec<(RoomId, String)> {
        let told: Sorted<RoomId, ()> = items.iter().map(|item| (item.room.id, ())).collect();
        self.list.with_untracked(|list| {
            let others = list.values().filter(|item| !told.contains_key(&item.room.id));
            others.filter_map(|item| Some((item.room.id, item.room.name.clone()?))).collect()
        })
    }

    /// Another history began: whatever the server tells next is newer than what is held.
    pub fn doubt(self) {
        self.list.update(|list| {
            for item in list.values_mut() {
                (item.rev, item.last_seq, item.room.rev) = (0, 0, 0);
            }
        });
    }

    /// Takes one out.
    pub fn remove(self, room: RoomId) {
        if self.list.with_untracked(|list| list.contains_key(&room)) {
            self.list.update(|list| {
                list.remove(&room);
            });
        }
    }

    /// A room of mine, tracked.
    pub fn get(self, room: RoomId) -> Option<MyRoom> {
        self.list.with(|list| list.get(&room).cloned()).map(|item| self.called(item))
    }

    /// A room of mine, untracked.
    pub fn get_now(self, room: RoomId) -> Option<MyRoom> {
        untrack(|| self.held(room).map(|item| self.called(item)))
    }

    /// A room of mine as it is kept.
    fn held(self, room: RoomId) -> Option<MyRoom> {
        self.list.with_untracked(|list| list.get(&room).cloned())
    }

    /// With the names of its people as the name of a direct conversation.
    fn called(self, mut item: MyRoom) -> MyRoom {
        if item.room.kind == RoomKind::Direct {
            item.room.name = Some(self.people_of(&item.room));
        }
        item
    }

    /// What a direct conversation is called, tracked: by the names of the others; alone, one writes notes.
    pub fn people_of(self, room: &Room) -> String {
        let names: Vec<String> = self.others(room).map(|user| self.people.person(user).name()).collect();
        if names.is_empty() { t(Text::NotesToSelf).to_owned() } else { names.join(", ") }
    }

    /// The people of a direct conversation besides me, tracked.
    pub fn others(self, room: &Room) -> impl Iterator<Item = UserId> {
        let me = self.me.get();
        room.user_ids.iter().copied().filter(move |user| Some(*user) != me)
    }

    /// With whom I talk one to one, as far as the list shows it; tracked.
    pub fn partners(self) -> Vec<UserId> {
        let shown: Vec<Room> = self.list.with(|list| {
            let two = |item: &&MyRoom| item.room.user_ids.len() == 2 && !is_hidden(item);
            list.values().filter(two).map(|item| item.room.clone()).collect()
        });
        shown.iter().flat_map(|room| self.others(room)).collect()
    }

    /// The room of mine with this name, tracked.
    pub fn named(self, wanted: &str) -> Option<RoomId> {
        self.list.with(|list| list.values().find(|item| name(&item.room) == wanted).map(|item| item.room.id))
    }

    /// Whether there are none, tracked.
    pub fn is_empty(self) -> bool {
        self.list.with(|list| list.is_empty())
    }

    /// My rooms in the order they are shown, by name without case.
    pub fn sorted(self) -> Vec<MyRoom> {
        let shown: Vec<MyRoom> =
            self.list.with(|list| list.values().filter(|item| !is_hidden(item)).cloned().collect());
        let mut rooms: Vec<MyRoom> = shown.into_iter().map(|item| self.called(item)).collect();
        rooms.sort_by_cached_key(|item| (item.room.kind == RoomKind::Direct, lower(name(&item.room))));
        rooms
    }

    /// A room that is not watched has moved: shows that something is new, unless it is what I am `posting` there. How
    /// much of it is others', only the server knows.
    pub fn bump(self, room: RoomId, rev: Rev, last_seq: Seq, posting: bool) {
        self.change(room, |item| {
            if last_seq > item.last_seq && !posting {
                item.unread = item.unread.max(1);
            }
            item.rev = item.rev.max(rev);
            if last_seq > item.last_seq {
                (item.last_seq, item.last_at) = (last_seq, Some(clock::now()));
            }
        });
    }

    /// A watched room has moved: its row, and my role, if my row came with it.
    pub fn follow(self, changes: &Changes, me: Option<UserId>, site: SiteRole) {
        self.change(changes.room_id, |item| {
            if let Some(room) = changes.room.as_ref().filter(|room| room.rev > item.room.rev) {
                item.room = room.clone();
            }
            if let Some(mine) = changes.members.iter().rfind(|member| Some(member.user_id) == me) {
                item.role = mine.role.effective(site, item.room.kind);
            }
            let newest = changes.messages.iter().max_by_key(|message| message.seq);
            if let Some(newest) = newest.filter(|newest| newest.seq > item.last_seq) {
                item.last_seq = newest.seq;
                item.last_at = Some(newest.created_at).max(item.last_at);
            }
            item.rev = item.rev.max(changes.rev);
        });
    }

    /// How many of others' messages lie above my mark, and how many of those name me, counted from the rows held.
    pub fn count(self, room: RoomId, unread: usize, mentions: usize) {
        self.change(room, |item| (item.unread, item.mentions) = (unread as i64, mentions as i64));
    }

    /// What the server counted just now, unless something newer is known. `reads`: I read here so lately that it may
    /// not know.
    pub fn counted(self, told: &Unread, reads: bool) {
        self.change(told.room_id, |item| {
            if told.last_seq >= item.last_seq && !(reads && item.read_seq > told.read_seq) {
                item.last_seq = told.last_seq;
                item.read_seq = told.read_seq;
                (item.unread, item.mentions) = (told.unread, told.mentions);
            }
        });
    }

    /// What lies above a place is to be unread to me again.
    pub fn unread_from(self, room: RoomId, seq: Seq, unread: usize, mentions: usize) {
        self.change(room, |item| {
            item.read_seq = seq;
            (item.unread, item.mentions) = (unread as i64, mentions as i64);
        });
    }

    /// How I keep a room, as my own stream told it.
    pub fn kept(self, mark: &Mark) {
        self.change(mark.room_id, |item| {
            (item.hidden_seq, item.muted, item.favourite) = (mark.hidden_seq, mark.muted, mark.favourite);
        });
    }

    /// My mark of a room, as my own stream told it.
    pub fn mark(self, mark: &Mark) {
        self.change(mark.room_id, |item| {
            item.read_seq = mark.read_seq;
            if mark.read_seq >= item.last_seq {
                item.unread = 0;
                item.mentions = 0;
            }
        });
    }

    /// I have read a room up to a place.
    pub fn read(self, room: RoomId, seq: Seq, unread: usize) {
        self.change(room, |item| {
            item.read_seq = item.read_seq.max(seq);
            item.unread = unread as i64;
            item.mentions = 0;
        });
    }

    /// Tracks that something moved in any of them.
    pub fn moved(self) {
        self.list.track();
    }

    /// My role in a room, tracked.
    pub fn role(self, room: RoomId) -> Option<RoomRole> {
        self.list.with(|list| list.get(&room).map(|item| item.role))
    }

    /// Whether I may invite people to a room, tracked. Nobody is led into an archived one.
    pub fn may_invite(self, room: RoomId) -> bool {
        let invites = |item: &MyRoom| item.role >= RoomRole::Moderator && item.room.archived_at.is_none();
        self.list.with(|list| list.get(&room).is_some_and(invites))
    }

    /// The rooms with something unread and the places of their newest messages, tracked.
    pub fn unread(self) -> Vec<(RoomId, Seq)> {
        self.list.with(|list| {
            let unread = list.values().filter(|item| item.unread > 0 && !item.muted);
            unread.map(|item| (item.room.id, item.last_seq)).collect()
        })
    }

    /// How many messages are for me in all rooms, tracked.
    pub fn for_me(self) -> i64 {
        self.list.with(|list| list.values().map(for_me).sum())
    }

    /// The changed row alone wakes the readers, and only if it is another.
    fn change(self, room: RoomId, change: impl FnOnce(&mut MyRoom)) {
        let Some(held) = self.held(room) else { return };
        let mut item = held.clone();
        change(&mut item);
        if item != held {
            self.list.update(|list| {
                list.insert(room, item);
            });
        }
    }
}

/// How many unread messages of a room are for me: those that name me, and all that are said to me alone.
pub fn for_me(item: &MyRoom) -> i64 {
    if item.room.kind == RoomKind::Direct && !item.muted { item.unread } else { item.mentions }
}

/// Whether it is out of the list until something new is written in it.
pub fn is_hidden(item: &MyRoom) -> bool {
    item.hidden_seq > 0 && item.last_seq <= item.hidden_seq
}

/// What a room is called.
fn name(room: &Room) -> &str {
    room.name.as_deref().unwrap_or_default()
}

/// A row the server told beside the one held: of each part what is newer. `ahead`: my mark here is.
fn merge(held: &MyRoom, told: MyRoom, ahead: bool) -> MyRoom {
    MyRoom {
        role: if told.rev < held.rev { held.role } else { told.role },
        room: if told.room.rev < held.room.rev { held.room.clone() } else { told.room },
        rev: told.rev.max(held.rev),
        last_seq: told.last_seq.max(held.last_seq),
        last_at: told.last_at.max(held.last_at),
        read_seq: if ahead { held.read_seq } else { told.read_seq },
        unread: if ahead { told.unread.min(held.unread) } else { told.unread },
        mentions: if ahead { told.mentions.min(held.mentions) } else { told.mentions },
        hidden_seq: told.hidden_seq,
        muted: told.muted,
        favourite: told.favourite,
    }
}

#[cfg(test)]
#[path = "rooms_tests.rs"]
mod tests;
