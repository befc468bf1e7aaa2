//! What was posted and is not confirmed: sent in order, one under way per room, again after every loss and every refusal
//! that passes. The ids make that harmless.

use std::collections::BTreeMap;
use std::time::Duration;

use sync::{Act, Outbox, Pending};
use tokio::time::Instant;
use types::socket::{ClientFrame, ServerFrame};
use types::{Changes, ErrorCode, MessageId, NewMessage, RoomId};
use uuid::Uuid;

use super::back::pause;
use super::{Live, Update};
use crate::{ClientError, Socket};

/// Attempts after which a fault of the server is told.
const MOST_ATTEMPTS: u32 = 5;

impl Live {
    /// Posts a message, under the id it has or a new one. [`next`](Live::next) sends it, however often the connection
    /// is lost meanwhile, and tells what became of it: [`Update::Posted`] or [`Update::Refused`].
    pub fn post(&mut self, room: RoomId, message: NewMessage) -> MessageId {
        let id = message.id.unwrap_or_else(|| MessageId(Uuid::now_v7()));
        self.posts.outbox.push(room, id, message, chrono::Utc::now());
        id
    }

    /// What is not confirmed yet: keep it (it is `serde`) wherever it should outlive the program.
    pub fn outbox(&self) -> &Outbox {
        &self.posts.outbox
    }

    /// The same, to send a refused message again or to delete it.
    pub fn outbox_mut(&mut self) -> &mut Outbox {
        &mut self.posts.outbox
    }

    /// Goes on with what was kept: what was under way then is sent again.
    pub fn with_outbox(mut self, outbox: Outbox) -> Self {
        self.posts.outbox = outbox;
        self.posts.lost();
        self
    }
}

/// The outbox and what is being done about it.
#[derive(Default)]
pub(super) struct Posts {
    outbox: Outbox,
    /// Being said: kept until it is, since who says it may be dropped in the middle.
    saying: Option<ClientFrame>,
    /// Rooms whose next post waits until then.
    pauses: BTreeMap<RoomId, Instant>,
}

impl Posts {
    /// Says whatever may be said now.
    pub(super) async fn say(&mut self, socket: &mut Socket) -> Result<(), ClientError> {
        loop {
            if self.saying.is_none() {
                self.saying = self.next_frame();
            }
            let Some(frame) = &self.saying else { return Ok(()) };
            socket.send(frame).await?;
            self.saying = None;
        }
    }

    /// When a room's pause ends.
    pub(super) fn wake(&self) -> Option<Instant> {
        self.pauses.values().min().copied()
    }

    /// The connection was lost: what was under way is sent by the next one.
    pub(super) fn lost(&mut self) {
        self.outbox.lost();
        self.saying = None;
        self.pauses.clear();
    }

    /// Takes the rows' messages for confirmed; tells which were pending.
    pub(super) fn settle(&mut self, changes: &Changes) -> Vec<Update> {
        let room = changes.room_id;
        let pending = self.outbox.of(room).iter().map(|pending| pending.id);
        let posted: Vec<Update> = pending
            .filter(|id| changes.messages.iter().any(|message| message.id == *id))
            .map(|id| Update::Posted { room, id })
            .collect();
        self.outbox.settle(changes);
        posted
    }

    /// Takes an answer, if it is one to a pending post; what is to be told of it, if anything.
    pub(super) fn answered(&mut self, frame: &ServerFrame) -> Option<Option<Update>> {
        match frame {
            ServerFrame::Ok { reference, .. } => {
                let (room, id, _) = self.find(reference)?;
                self.outbox.confirmed(id);
                Some(Some(Update::Posted { room, id }))
            }
            ServerFrame::Error { reference: Some(reference), code, retry_after_ms, .. } => {
                let (room, id, attempts) = self.find(reference)?;
                let again = passes(*code, attempts);
                self.outbox.failed(id, *code, again);
                if !again {
                    return Some(Some(Update::Refused { room, id, code: *code }));
                }
                let pause = retry_after_ms.map_or_else(|| pause(attempts + 1), Duration::from_millis);
                self.pauses.insert(room, Instant::now() + pause);
                Some(None)
            }
            _ => None,
        }
    }

    fn next_frame(&mut self) -> Option<ClientFrame> {
        let now = Instant::now();
        self.pauses.retain(|_, until| *until > now);
        let rooms: Vec<RoomId> = self.outbox.rooms().filter(|room| !self.pauses.contains_key(room)).collect();
        rooms.into_iter().find_map(|room_id| {
            // Nothing but posts is put into it here.
            let pending = self.outbox.next_to_send(room_id)?;
            let Act::Post(message) = pending.act else { return None };
            Some(ClientFrame::Post { reference: pending.id.to_string(), room_id, message })
        })
    }

    /// Where a post is pending, and how often it was refused.
    fn find(&self, reference: &str) -> Option<(RoomId, MessageId, u32)> {
        let id: MessageId = reference.parse().ok()?;
        let of = |room| self.outbox.of(room).iter().find(|pending: &&Pending| pending.id == id);
        self.outbox.rooms().find_map(|room| of(room).map(|pending| (room, id, pending.attempts)))
    }
}

/// Whether a refusal may be another answer later: too much at once, a database that is away, a session to be renewed. A
/// fault of the server is believed after some attempts.
fn passes(code: ErrorCode, attempts: u32) -> bool {
    match code {
        ErrorCode::Internal | ErrorCode::Unknown => attempts < MOST_ATTEMPTS,
        code => matches!(code.status(), 401 | 429) || code.status() >= 500,
    }
}
