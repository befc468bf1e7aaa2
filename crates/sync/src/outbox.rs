//! What was written and is not confirmed yet: posts, edits and deletions, in order, one under way per room.
//!
//! All of it may be sent again without harm: a post carries its id, an edit sets the text, what is deleted stays so.
//! So it can be kept through a reload or a crash (serde); after those and after a lost connection call
//! [`Outbox::lost`], and everything that was under way is sent again.

use serde::{Deserialize, Serialize};
use types::{Changes, ErrorCode, Message, MessageId, NewMessage, RoomId, Time};

use crate::pending::{Act, Pending, PendingState};
use crate::sorted::Sorted;

/// The pending acts of every room.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Outbox {
    rooms: Sorted<RoomId, Vec<Pending>>,
}

impl Outbox {
    /// Adds a message at the end of its room's queue, under the id given. The same again changes nothing.
    pub fn push(&mut self, room: RoomId, id: MessageId, message: NewMessage, written_at: Time) {
        let queue = self.rooms.or_default(room);
        if !queue.iter().any(|pending| pending.id == id) {
            queue.push(Pending::new(id, Act::Post(NewMessage { id: Some(id), ..message }), written_at));
        }
    }

    /// The writer changes a message, stored or pending. What the server can't have yet is changed where it stands; one
    /// that is being deleted stays as it is.
    pub fn edit(&mut self, room: RoomId, id: MessageId, body: String, written_at: Time) {
        let queue = self.rooms.or_default(room);
        if !queue.iter().any(|pending| pending.id == id && pending.act == Act::Delete) {
            match queue.iter_mut().rev().find(|pending| pending.id == id).filter(|pending| pending.is_open()) {
                Some(pending) => {
                    if let Act::Post(NewMessage { body: text, .. }) | Act::Edit(text) = &mut pending.act {
                        *text = body;
                    }
                    pending.wait();
                }
                None => queue.push(Pending::new(id, Act::Edit(body), written_at)),
            }
        }
        self.tidy();
    }

    /// The writer deletes a message, stored or pending. Of what the server can't have yet nothing is left.
    pub fn remove(&mut self, room: RoomId, id: MessageId, written_at: Time) {
        let queue = self.rooms.or_default(room);
        let never_sent = queue.iter().any(|pending| pending.id == id && pending.is_post() && pending.is_open());
        queue.retain(|pending| pending.id != id || !pending.is_open() || pending.act == Act::Delete);
        match queue.iter_mut().find(|pending| pending.id == id && pending.act == Act::Delete) {
            Some(deletion) if deletion.state != PendingState::Sent => deletion.wait(),
            None if !never_sent => queue.push(Pending::new(id, Act::Delete, written_at)),
            _ => {}
        }
        self.tidy();
    }

    /// The next act of a room to send, now marked as sent; none while one is under way. What follows on a refused post
    /// waits until that one is dealt with.
    pub fn next_to_send(&mut self, room: RoomId) -> Option<Pending> {
        let queue = self.rooms.get_mut(&room)?;
        if queue.iter().any(|pending| pending.state == PendingState::Sent) {
            return None;
        }
        let ids: Vec<MessageId> = queue.iter().map(|pending| pending.id).collect();
        let mut waiting = queue.iter_mut().zip(1..).filter(|(pending, _)| pending.state == PendingState::Waiting);
        let (next, _) = waiting.find(|(pending, place)| !ids.iter().take(place - 1).any(|id| *id == pending.id))?;
        next.state = PendingState::Sent;
        next.tried = true;
        Some(next.clone())
    }

    /// What is under way.
    pub fn under_way(&self) -> impl Iterator<Item = (RoomId, &Pending)> {
        let all = self.rooms.iter().flat_map(|(room, queue)| queue.iter().map(|pending| (*room, pending)));
        all.filter(|(_, pending)| pending.state == PendingState::Sent)
    }

    /// The message was stored. Answers whether it was pending.
    pub fn confirmed(&mut self, id: MessageId) -> bool {
        self.drop_where(|pending| pending.id == id && pending.is_post())
    }

    /// An edit or a deletion was carried out; a later edit of the same message stays.
    pub fn done(&mut self, id: MessageId, act: &Act) -> bool {
        self.drop_where(|pending| pending.id == id && pending.act == *act)
    }

    /// Rows that came by the stream confirm as well as an answer does.
    pub fn settle(&mut self, changes: &Changes) {
        self.settle_with(changes.room_id, &changes.messages);
    }

    /// As [`settle`](Self::settle), for the rows of a page.
    pub fn settle_with(&mut self, room: RoomId, messages: &[Message]) {
        let Some(queue) = self.rooms.get_mut(&room) else { return };
        queue.retain(|pending| {
            let row = messages.iter().find(|message| message.id == pending.id);
            !row.is_some_and(|row| match &pending.act {
                Act::Post(_) => true,
                Act::Edit(body) => pending.tried && row.body == *body,
                Act::Delete => row.deleted_at.is_some(),
            })
        });
        self.tidy();
    }

    /// What was under way for this message was refused. `retryable`: it keeps its turn and is sent again; otherwise it
    /// waits for its writer and the later ones go on. What was to follow on a refused post becomes part of it.
    pub fn failed(&mut self, id: MessageId, code: ErrorCode, retryable: bool) {
        let Some(queue) = self.rooms.values_mut().find(|queue| queue.iter().any(|pending| pending.is_sent(id))) else {
            return;
        };
        let Some(refused) = queue.iter_mut().find(|pending| pending.is_sent(id)) else { return };
        refused.attempts = refused.attempts.saturating_add(1);
        if retryable {
            refused.state = PendingState::Waiting;
            return;
        }
        refused.state = PendingState::Failed(code);
        refused.tried = false;
        let (post, gone) = (refused.is_post(), refused.act == Act::Delete && code == ErrorCode::NotFound);
        if post {
            let follows = queue.iter().rfind(|pending| pending.id == id && !pending.is_post());
            let last = follows.map(|pending| pending.act.clone());
            queue.retain(|pending| pending.id != id || (pending.is_post() && last != Some(Act::Delete)));
            if let Some(Act::Edit(body)) = last {
                let post = queue.iter_mut().find(|pending| pending.id == id);
                if let Some(Act::Post(message)) = post.map(|pending| &mut pending.act) {
                    message.body = body;
                }
            }
        } else if gone {
            queue.retain(|pending| pending.id != id || pending.act != Act::Delete);
        }
        self.tidy();
    }

    /// The writer wants what was refused of this message sent again.
    pub fn retry(&mut self, id: MessageId) {
        for pending in self.rooms.values_mut().flatten().filter(|pending| pending.id == id) {
            if matches!(pending.state, PendingState::Failed(_)) {
                pending.wait();
            }
        }
    }

    /// The writer no longer wants what was refused of this message, nor what follows on it. What is under way can't be
    /// taken back here.
    pub fn discard(&mut self, id: MessageId) -> bool {
        self.drop_where(|pending| pending.id == id && pending.state != PendingState::Sent)
    }

    /// The connection was lost: what was under way is sent again.
    pub fn lost(&mut self) {
        for pending in self.rooms.values_mut().flatten() {
            if pending.state == PendingState::Sent {
                pending.state = PendingState::Waiting;
            }
        }
    }

    /// Takes everything pending in a room out and hands it back.
    pub fn take_room(&mut self, room: RoomId) -> Vec<Pending> {
        self.rooms.remove(&room).unwrap_or_default()
    }

    /// The room takes nothing more from its writer: what was pending waits for them, refused with this code, so that no
    /// text is lost.
    pub fn refuse(&mut self, room: RoomId, code: ErrorCode) {
        let queue = self.rooms.or_default(room);
        queue.retain(|pending| pending.act != Act::Delete);
        queue.iter_mut().for_each(|pending| pending.state = PendingState::Failed(code));
        self.tidy();
    }

    /// What is pending in a room, in order.
    pub fn of(&self, room: RoomId) -> &[Pending] {
        self.rooms.get(&room).map_or(&[], Vec::as_slice)
    }

    /// What is to become of a message that is posted or being posted: the last edit or deletion pending.
    pub fn change_of(&self, room: RoomId, id: MessageId) -> Option<&Pending> {
        self.of(room).iter().rfind(|pending| pending.id == id && !pending.is_post())
    }

    /// Rooms with something pending.
    pub fn rooms(&self) -> impl Iterator<Item = RoomId> {
        self.rooms.keys().copied()
    }

    fn drop_where(&mut self, matches: impl Fn(&Pending) -> bool) -> bool {
        let mut dropped = false;
        for queue in self.rooms.values_mut() {
            let before = queue.len();
            queue.retain(|pending| !matches(pending));
            dropped |= queue.len() < before;
        }
        self.tidy();
        dropped
    }

    fn tidy(&mut self) {
        self.rooms.retain(|_, queue| !queue.is_empty());
    }
}
