//! What a program holds while it listens: it connects, comes back after every loss, and heals gaps from the feed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use sync::{MeState, Outcome, RoomState, SiteState};
use tokio::time::{Instant, sleep, sleep_until, timeout};
use types::socket::{ClientFrame, ServerFrame};
use types::{Changes, ErrorCode, RoomId, limits};

use crate::{Client, ClientError, Resume, Socket};

/// The longest pause before the first attempt after a loss, and the longest of all.
const PAUSE_FIRST: Duration = Duration::from_millis(500);
const PAUSE_MOST: Duration = Duration::from_secs(30);

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
    /// Any other frame: bumps, typing, presence, answers.
    Frame(ServerFrame),
    /// The connection was lost; the next call comes back.
    Lost,
}

/// Rooms as they are, kept up to date.
pub struct Live {
    client: Client,
    rooms: BTreeMap<RoomId, RoomState>,
    me: Option<MeState>,
    site: Option<SiteState>,
    socket: Option<Socket>,
    attempts: u32,
    /// The server stops and asked us not to come back before.
    not_before: Option<Instant>,
    /// Rooms of which something was missed and must be asked for.
    gaps: BTreeSet<RoomId>,
    /// The same of one's own stream and of the site's.
    me_gap: bool,
    site_gap: bool,
}

impl Live {
    /// Listens as the person the client is signed in as; nothing is watched yet.
    pub fn new(client: Client) -> Self {
        Self {
            client,
            rooms: BTreeMap::new(),
            me: None,
            site: None,
            socket: None,
            attempts: 0,
            not_before: None,
            gaps: BTreeSet::new(),
            me_gap: false,
            site_gap: false,
        }
    }

    /// Watches a room from now on, starting from nothing.
    pub async fn watch(&mut self, room: RoomId) -> Result<(), ClientError> {
        self.resume(RoomState::new(room)).await
    }

    /// Watches a room from what was kept of it.
    pub async fn resume(&mut self, state: RoomState) -> Result<(), ClientError> {
        let frame = ClientFrame::Watch { reference: None, room_id: state.id(), rev: state.rev() };
        self.rooms.insert(state.id(), state);
        match &mut self.socket {
            Some(socket) => socket.send(&frame).await,
            None => Ok(()),
        }
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

    /// Waits for the next thing that happens. An error is final: the session has ended, or the server refuses us. It
    /// may be dropped while it waits (in a `select!`); the next call goes on where it was.
    pub async fn next(&mut self) -> Result<Update, ClientError> {
        loop {
            let healed = match self.gaps.first().copied() {
                Some(room) => self.heal_room(room).await,
                None if self.me_gap => self.heal_me().await,
                None if self.site_gap => self.heal_site().await,
                None => Ok(None),
            };
            match healed {
                Ok(Some(update)) => return Ok(update),
                Ok(None) => {}
                Err(error) if error.is_passing() => {
                    // What is missing is asked for by the next connection.
                    self.lose();
                    return Ok(Update::Lost);
                }
                Err(error) => return Err(error),
            }
            let Some(socket) = &mut self.socket else {
                self.connect().await?;
                continue;
            };
            let frame = timeout(Duration::from_millis(limits::SILENCE_MS), socket.next()).await;
            match frame.unwrap_or_else(|_| Err(ClientError::Deadline("a sign of life".into()))) {
                Ok(frame) => {
                    if let Some(update) = self.take(frame) {
                        return Ok(update);
                    }
                }
                Err(error) if error.is_passing() => {
                    self.lose();
                    return Ok(Update::Lost);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn lose(&mut self) {
        (self.socket, self.me_gap, self.site_gap) = (None, false, false);
        self.gaps.clear();
    }

    /// Reads on until the replay is over.
    pub async fn ready(&mut self) -> Result<(), ClientError> {
        while self.next().await? != Update::Ready {}
        Ok(())
    }

    /// Tries until it is connected: at first at once, after a loss with a pause of full jitter that grows with each
    /// failure, after a planned stop not before the server said.
    async fn connect(&mut self) -> Result<(), ClientError> {
        loop {
            if let Some(moment) = self.not_before {
                sleep_until(moment).await;
                self.not_before = None;
            }
            if self.attempts > 0 {
                let most = PAUSE_FIRST.saturating_mul(1 << (self.attempts - 1).min(6)).min(PAUSE_MOST);
                sleep(most.mul_f64(fastrand::f64())).await;
            }
            self.attempts = self.attempts.saturating_add(1);
            match self.try_connect().await {
                Ok(socket) => {
                    self.socket = Some(socket);
                    return Ok(());
                }
                Err(error) if error.is_passing() => {}
                Err(error) => return Err(error),
            }
        }
    }

    async fn try_connect(&mut self) -> Result<Socket, ClientError> {
        // The server lets a socket outlive its token but not begin with one that has run out.
        if self.attempts > 1
            && let Err(error) = self.client.me().await
        {
            return Err(error);
        }
        let resume = Resume {
            epoch: self.rooms.values().map(|room| room.epoch().clone()).find(|epoch| !epoch.0.is_empty()),
            rooms: self.rooms.iter().map(|(id, room)| (*id, room.rev())).collect(),
            me: self.me.as_ref().map(MeState::rev),
            site: self.site.as_ref().map(SiteState::rev),
        };
        Socket::open(&self.client, &resume).await
    }

    fn take(&mut self, frame: ServerFrame) -> Option<Update> {
        match frame {
            ServerFrame::Ready { .. } => {
                // Not none: after the next loss there is a pause, or all clients would come back in the same moment.
                self.attempts = 1;
                Some(Update::Ready)
            }
            ServerFrame::Changes(changes) => self.take_changes(changes),
            ServerFrame::MeChanges(changes) => {
                let start = || MeState::starting(changes.epoch.clone(), changes.since);
                let outcome = self.me.get_or_insert_with(start).apply(&changes);
                self.me_gap |= matches!(outcome, Outcome::Gap { .. });
                if matches!(outcome, Outcome::OtherEpoch) {
                    return Some(self.start_afresh());
                }
                Some(Update::Streams)
            }
            ServerFrame::SiteChanges(changes) => {
                let start = || SiteState::starting(changes.epoch.clone(), changes.since);
                let outcome = self.site.get_or_insert_with(start).apply(&changes);
                self.site_gap |= matches!(outcome, Outcome::Gap { .. });
                if matches!(outcome, Outcome::OtherEpoch) {
                    return Some(self.start_afresh());
                }
                Some(Update::Streams)
            }
            ServerFrame::Gone { room_id } => {
                self.rooms.remove(&room_id);
                Some(Update::Gone(room_id))
            }
            ServerFrame::Restart { after_ms } => {
                self.not_before = Some(Instant::now() + Duration::from_millis(after_ms));
                None
            }
            ServerFrame::Hello { .. } | ServerFrame::Heartbeat {} => None,
            other => Some(Update::Frame(other)),
        }
    }

    fn take_changes(&mut self, changes: Changes) -> Option<Update> {
        let room = self.rooms.get_mut(&changes.room_id)?;
        match room.apply(&changes) {
            Outcome::Applied | Outcome::Reset => Some(Update::Room(changes)),
            Outcome::Known => None,
            Outcome::Gap { .. } => {
                self.gaps.insert(changes.room_id);
                None
            }
            Outcome::OtherEpoch => Some(self.start_afresh()),
        }
    }

    /// Nothing held means anything any more: come back with empty hands, and the server starts us afresh.
    fn start_afresh(&mut self) -> Update {
        self.rooms.values_mut().for_each(RoomState::forget);
        (self.me, self.site) = (None, None);
        self.lose();
        Update::Lost
    }

    /// Asks the feed for one page of what was missed; the frames meanwhile wait in the socket.
    async fn heal_room(&mut self, id: RoomId) -> Result<Option<Update>, ClientError> {
        let Some(since) = self.rooms.get(&id).map(RoomState::rev) else {
            self.gaps.remove(&id);
            return Ok(None);
        };
        let feed = match self.client.changes(id, since, Some(limits::CHANGES_MAX)).await {
            Ok(feed) => feed,
            Err(error) if matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::NotAMember)) => {
                self.gaps.remove(&id);
                self.rooms.remove(&id);
                return Ok(Some(Update::Gone(id)));
            }
            Err(error) => return Err(error),
        };
        // From here on nothing waits, so what is applied is told.
        if !feed.more {
            self.gaps.remove(&id);
        }
        Ok(self.take_changes(feed))
    }

    async fn heal_me(&mut self) -> Result<Option<Update>, ClientError> {
        let Some(since) = self.me.as_ref().map(MeState::rev) else { return Ok(None) };
        let feed = self.client.me_changes(since, None).await?;
        self.me_gap = feed.more;
        Ok(self.take(ServerFrame::MeChanges(feed)))
    }

    async fn heal_site(&mut self) -> Result<Option<Update>, ClientError> {
        let Some(since) = self.site.as_ref().map(SiteState::rev) else { return Ok(None) };
        let feed = self.client.site_changes(since, None).await?;
        self.site_gap = feed.more;
        Ok(self.take(ServerFrame::SiteChanges(feed)))
    }
}
