//! A frame becomes a verb. No rule of the product stands here: who may do what is decided where it is done.

use std::sync::Arc;

use types::socket::{ClientFrame, ServerFrame};
use types::{ErrorCode, NewMessage, PresenceStatus, Rev, RoomId, Seq, UserId, limits};

use super::close::End;
use super::connection::Connection;
use super::wire::error_frame;
use crate::error::Error;
use crate::messages::{Draft, Lane, Posted, names};
use crate::realtime::{Interest, Topic, encode};

/// Rooms with a lane kept; above it those without a post in flight are let go.
const LANES: usize = 1_000;

impl Connection {
    /// Does what a frame asks.
    pub(super) async fn dispatch(&mut self, frame: ClientFrame) -> Result<(), End> {
        match frame {
            ClientFrame::Authenticate { .. } => {
                let error = Error::with(ErrorCode::BadFrame, "This socket is signed in already.");
                self.write(error_frame(None, &error)).await
            }
            ClientFrame::Post { reference, room_id, message } => {
                self.post(reference, room_id, message).await;
                Ok(())
            }
            ClientFrame::Typing { reference, room_id, typing } => {
                let done = self.type_in(room_id, typing);
                self.answer(reference, done).await
            }
            ClientFrame::Read { reference, room_id, seq } => {
                let done = self.read_to(room_id, seq);
                self.answer(reference, done).await
            }
            ClientFrame::Presence { reference, status } => {
                self.app.presence.set(self.caller.user_id, self.id, status == PresenceStatus::Online);
                self.answer(reference, Ok(())).await
            }
            ClientFrame::Watch { reference, room_id, rev } => self.start_watching(reference, room_id, rev).await,
            ClientFrame::Unwatch { reference, room_id } => {
                let done = self.mine(room_id).map(|()| self.stop_watching(room_id));
                self.answer(reference, done).await?;
                // It may have been the last that `ready` waited for.
                self.settle().await
            }
            ClientFrame::Observe { reference, user_ids } => self.observe(reference, user_ids).await,
        }
    }

    /// Answers a request that wants one; a refusal is told even without a `ref`.
    pub(super) async fn answer(&mut self, reference: Option<String>, done: Result<(), Error>) -> Result<(), End> {
        match (done, reference) {
            (Ok(()), Some(reference)) => {
                self.write(encode(&ServerFrame::Ok { reference, message: None, receipt: None })).await
            }
            (Ok(()), None) => Ok(()),
            (Err(error), reference) => self.write(error_frame(reference, &error)).await,
        }
    }

    /// Whether a room is this person's, as far as this socket was told.
    fn mine(&self, room_id: RoomId) -> Result<(), Error> {
        match self.streams.contains_key(&Topic::Room(room_id)) {
            true => Ok(()),
            false => Err(Error::new(ErrorCode::NotFound)),
        }
    }

    /// Queues a post before the next frame is looked at, so that a socket's posts are committed in the order they came;
    /// the answer follows.
    async fn post(&mut self, reference: String, room_id: RoomId, message: NewMessage) {
        let outbox = self.outbox.clone();
        let draft = match Draft::parse(self.caller.user_id, room_id, message) {
            Ok(draft) => names::resolved(&self.app, draft).await,
            refused => refused,
        };
        let draft = match draft {
            Ok(draft) => draft,
            Err(error) => return outbox.push(&error_frame(Some(reference), &error)),
        };
        if self.lanes.len() > LANES {
            self.lanes.retain(|_, lane| Arc::strong_count(lane) > 1);
        }
        let lane: Arc<Lane> = self.lanes.entry(room_id).or_default().clone();
        let held = lane.clone();
        self.app.writer.post(draft, Some(&lane), move |posted| {
            let text = match posted {
                Ok(Posted::New(message) | Posted::Again(message)) => {
                    encode(&ServerFrame::Ok { reference, message: Some(message), receipt: None })
                }
                Ok(Posted::Receipt(receipt)) => {
                    encode(&ServerFrame::Ok { reference, message: None, receipt: Some(receipt) })
                }
                Err(error) => error_frame(Some(reference), &error),
            };
            outbox.push(&text);
            // Only now: a socket that departs waits for its lanes to be let go of.
            drop(held);
        });
        self.app.typing.stop(&self.app, room_id, self.caller.user_id);
    }

    fn type_in(&self, room_id: RoomId, typing: bool) -> Result<(), Error> {
        self.mine(room_id)?;
        match typing {
            true => self.app.typing.start(&self.app, room_id, self.caller.user_id),
            false => self.app.typing.stop(&self.app, room_id, self.caller.user_id),
        }
        Ok(())
    }

    fn read_to(&self, room_id: RoomId, seq: Seq) -> Result<(), Error> {
        self.mine(room_id)?;
        if seq < 0 {
            return Err(Error::field("seq", "out_of_range", "A place can't be negative."));
        }
        self.app.reads.note(self.caller.user_id, room_id, seq);
        Ok(())
    }

    async fn start_watching(&mut self, reference: Option<String>, room_id: RoomId, rev: Rev) -> Result<(), End> {
        let watched = self.streams.values().filter(|p| p.watched).count();
        if watched >= limits::WATCHED_MAX {
            let most = limits::WATCHED_MAX;
            let error = Error::field("room_id", "out_of_range", format!("At most {most} rooms are watched."));
            return self.answer(reference, Err(error)).await;
        }
        self.ask_to_watch(reference, room_id, rev.max(0)).await
    }

    fn stop_watching(&mut self, room_id: RoomId) {
        let topic = Topic::Room(room_id);
        let handed_on = self.subscribe(topic, Interest::Bump);
        self.replays.retain(|t| *t != topic);
        if let Some(progress) = self.streams.get_mut(&topic) {
            // What was handed on to a watcher went straight out.
            let told = handed_on.filter(|_| progress.watched && !progress.replaying);
            progress.known = told.unwrap_or(progress.known).max(progress.known);
            progress.watched = false;
            progress.replaying = false;
            // What was held back for a replay that is not wanted any more.
            if handed_on.is_some_and(|rev| rev > progress.known) {
                self.app.hub.bump(room_id, self.id);
            }
        }
    }

    async fn observe(&mut self, reference: Option<String>, user_ids: Vec<UserId>) -> Result<(), End> {
        if user_ids.len() > limits::OBSERVED_MAX {
            let most = limits::OBSERVED_MAX;
            let error = Error::field("user_ids", "out_of_range", format!("At most {most} people are observed."));
            return self.answer(reference, Err(error)).await;
        }
        let app = self.app.clone();
        match app.presence.observe(&app, self.id, &self.outbox, user_ids).await {
            Ok(items) => {
                self.answer(reference, Ok(())).await?;
                self.write(encode(&ServerFrame::Presence { items })).await
            }
            Err(error) => self.answer(reference, Err(error)).await,
        }
    }
}
