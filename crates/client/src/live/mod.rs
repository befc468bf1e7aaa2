//! What a program holds while it listens: it connects, comes back after every loss, heals gaps from the feed, and sends
//! what was posted through it until that is confirmed.

mod back;
mod errand;
mod posts;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sync::{MeState, Outcome, RoomState, SiteState};
use tokio::time::{Instant, timeout_at};
use types::socket::{ClientFrame, ServerFrame};
use types::{Changes, ErrorCode, MessageId, RoomId, limits};

use crate::{Client, ClientError, Socket};
use back::Back;
use errand::Errand;
use posts::Posts;

/// Nothing heard for this long: the connection is dead.
const SILENCE: Duration = Duration::from_millis(limits::SILENCE_MS);

/// What has just happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Update {
    /// The replay is over: everything watched is up to date, and what follows is live.
    Ready,
    /// A watched room changed: these rows are held now. After a gap, rows come that were asked for.
    Room(Changes),
    /// A room is not ours any more.
    Gone(RoomId),
    /// One's own stream or the site's moved.
    Streams,
    /// A message given to [`Live::post`] is stored; the outbox holds it no longer.
    Posted {
        /// Where.
        room: RoomId,
        /// Its id.
        id: MessageId,
    },
    /// A message given to [`Live::post`] was refused for good. It stays in the outbox until it is sent again or deleted;
    /// those behind it go on.
    Refused {
        /// Where.
        room: RoomId,
        /// Its id.
        id: MessageId,
        /// Why.
        code: ErrorCode,
    },
    /// Any other frame: bumps, typing, presence, answers.
    Frame(ServerFrame),
    /// The connection was lost; the next call comes back.
    Lost,
}

/// Rooms as they are, kept up to date, and what was posted and is not confirmed yet.
pub struct Live {
    back: Back,
    rooms: BTreeMap<RoomId, RoomState>,
    me: Option<MeState>,
    site: Option<SiteState>,
    socket: Option<Socket>,
    /// Whether the replay is over.
    ready: bool,
    /// When the connection last gave a sign of life.
    heard: Instant,
    errand: Errand,
    posts: Posts,
    /// What has happened and was not told yet.
    untold: VecDeque<Update>,
}

impl Live {
    /// Listens as the person the client is signed in as; nothing is watched yet.
    pub fn new(client: Client) -> Self {
        Self {
            back: Back::new(client),
            rooms: BTreeMap::new(),
            me: None,
            site: None,
            socket: None,
            ready: false,
            heard: Instant::now(),
            errand: Errand::default(),
            posts: Posts::default(),
            untold: VecDeque::new(),
        }
    }

    /// Another node, at this address: after a loss they are tried in turn.
    pub fn or_at(mut self, base_url: &str) -> Self {
        self.back.or_at(base_url);
        self
    }

    /// Watches a room from now on, starting from nothing.
    pub async fn watch(&mut self, room: RoomId) -> Result<(), ClientError> {
        self.resume(RoomState::new(room)).await
    }

    /// Watches a room from what was kept of it.
    pub async fn resume(&mut self, state: RoomState) -> Result<(), ClientError> {
        let frame = ClientFrame::Watch { reference: None, room_id: state.id(), rev: state.rev() };
        self.rooms.insert(state.id(), state);
        if let Some(socket) = &mut self.socket {
            return socket.send(&frame).await;
        }
        // Whoever is on the way to the server does not know of it.
        self.errand = Errand::default();
        Ok(())
    }

    /// A watched room.
    pub fn room(&self, id: RoomId) -> Option<&RoomState> {
        self.rooms.get(&id)
    }

    /// One's own stream, once something of it was seen.
    pub fn me(&self) -> Option<&MeState> {
        self.me.as_ref()
    }

    /// The site's stream, once something of it was seen.
    pub fn site(&self) -> Option<&SiteState> {
        self.site.as_ref()
    }

    /// The connection, to say something on it.
    pub fn socket(&mut self) -> Option<&mut Socket> {
        self.socket.as_mut()
    }

    /// Waits for the next thing that happens; what was posted is sent meanwhile. An error is final: the session has
    /// ended, or the server refuses us. It may be dropped while it waits (in a `select!`); the next call goes on where
    /// it was.
    pub async fn next(&mut self) -> Result<Update, ClientError> {
        loop {
            if let Some(update) = self.untold.pop_front() {
                return Ok(update);
            }
            match self.go_on().await {
                Ok(()) => {}
                // What is missing is asked for by the next connection.
                Err(error) if error.is_passing() => self.lose(),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads on until the replay is over.
    pub async fn ready(&mut self) -> Result<(), ClientError> {
        while self.next().await? != Update::Ready {}
        Ok(())
    }

    /// One step: an errand that is under way or due, else what is to be said, else a frame.
    async fn go_on(&mut self) -> Result<(), ClientError> {
        if self.run_errand().await? {
            return Ok(());
        }
        let Some(socket) = &mut self.socket else { return Ok(()) };
        let silent = self.heard + SILENCE;
        if self.ready {
            let said = timeout_at(silent, self.posts.say(socket)).await;
            said.unwrap_or_else(|_| Err(ClientError::Deadline("a post to go out".into())))?;
        }
        let until = self.posts.wake().map_or(silent, |wake| wake.min(silent));
        match timeout_at(until, socket.next()).await {
            Ok(frame) => {
                let frame = frame?;
                self.heard = Instant::now();
                self.take(frame);
            }
            Err(_) if until == silent => return Err(ClientError::Deadline("a sign of life".into())),
            // A post that was refused for a while has its turn again.
            Err(_) => {}
        }
        Ok(())
    }

    fn lose(&mut self) {
        (self.socket, self.ready, self.errand) = (None, false, Errand::default());
        self.posts.lost();
        self.back.lost();
        self.untold.push_back(Update::Lost);
    }

    fn take(&mut self, frame: ServerFrame) {
        match frame {
            ServerFrame::Ready { .. } => {
                self.ready = true;
                self.back.arrived();
                self.untold.push_back(Update::Ready);
            }
            ServerFrame::Changes(changes) => self.take_changes(changes),
            ServerFrame::MeChanges(changes) => {
                let start = || MeState::starting(changes.epoch.clone(), changes.since);
                match self.me.get_or_insert_with(start).apply(&changes) {
                    Outcome::OtherEpoch => return self.start_afresh(),
                    Outcome::Gap { .. } => self.errand.gaps.me = true,
                    Outcome::Applied | Outcome::Known | Outcome::Reset => {}
                }
                self.untold.push_back(Update::Streams);
            }
            ServerFrame::SiteChanges(changes) => {
                let start = || SiteState::starting(changes.epoch.clone(), changes.since);
                match self.site.get_or_insert_with(start).apply(&changes) {
                    Outcome::OtherEpoch => return self.start_afresh(),
                    Outcome::Gap { .. } => self.errand.gaps.site = true,
                    Outcome::Applied | Outcome::Known | Outcome::Reset => {}
                }
                self.untold.push_back(Update::Streams);
            }
            ServerFrame::Gone { room_id } => self.gone(room_id),
            ServerFrame::Restart { after_ms } => self.back.not_before(Duration::from_millis(after_ms)),
            ServerFrame::Hello { .. } | ServerFrame::Heartbeat {} => {}
            answer => match self.posts.answered(&answer) {
                Some(told) => self.untold.extend(told),
                None => self.untold.push_back(Update::Frame(answer)),
            },
        }
    }

    fn take_changes(&mut self, changes: Changes) {
        let Some(room) = self.rooms.get_mut(&changes.room_id) else { return };
        let outcome = room.apply(&changes);
        match outcome {
            Outcome::OtherEpoch => return self.start_afresh(),
            Outcome::Gap { .. } => drop(self.errand.gaps.rooms.insert(changes.room_id)),
            Outcome::Applied | Outcome::Known | Outcome::Reset => {}
        }
        // Rows confirm as well as an answer does.
        let posted = self.posts.settle(&changes);
        if matches!(outcome, Outcome::Applied | Outcome::Reset) {
            self.untold.push_back(Update::Room(changes));
        }
        self.untold.extend(posted);
    }

    fn gone(&mut self, room: RoomId) {
        self.rooms.remove(&room);
        self.errand.gaps.rooms.remove(&room);
        self.untold.push_back(Update::Gone(room));
    }

    /// Nothing held means anything any more: come back with empty hands, and the server starts us afresh.
    fn start_afresh(&mut self) {
        self.rooms.values_mut().for_each(RoomState::forget);
        (self.me, self.site) = (None, None);
        self.lose();
    }
}
