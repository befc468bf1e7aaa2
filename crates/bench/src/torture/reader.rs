//! A reader: a socket that comes back after every loss with what it holds, heals gaps from the feed, and writes down
//! every frame as it came. `client::Live` does the same for programs, but hides the frames that the checker looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use client::{Client, ClientError, Resume, Socket};
use fastrand::Rng;
use parking_lot::Mutex;
use sync::{Outcome, RoomState};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use types::socket::{ClientFrame, ServerFrame};
use types::{Changes, ErrorCode, Rev, RoomId, UserId, limits};

use super::check::{Held, Row};
use super::record::{Recorder, Seen, Span};
use super::town::Town;

/// A reader that hears nothing for this long comes back: shorter than a client's patience, as the runs are short.
const SILENCE: Duration = Duration::from_secs(6);
/// How long it waits for a connection, an answer of the feed, or `ready`.
const PATIENCE: Duration = Duration::from_secs(5);

/// How a reader listens.
pub struct Listening {
    /// Its number.
    pub number: usize,
    /// Who it is.
    pub user: UserId,
    /// Their client.
    pub client: Client,
    /// The rooms it watches.
    pub rooms: Vec<RoomId>,
    /// The node it prefers; none = another after each loss, and it leaves by itself now and then.
    pub home: Option<usize>,
    /// Draws its nodes.
    pub rng: Rng,
}

/// What a reader knows at this moment, for those who wait for it.
pub type Known = Arc<Mutex<BTreeMap<RoomId, Rev>>>;

/// A reader at work.
pub struct Reader {
    listening: Listening,
    town: Arc<Town>,
    recorder: Recorder,
    known: Known,
    states: BTreeMap<RoomId, RoomState>,
    /// Watched, and not lost to a removal.
    mine: BTreeSet<RoomId>,
    me: Option<Rev>,
    epoch: Option<types::Epoch>,
    attempts: usize,
}

impl Reader {
    /// A reader that holds nothing yet.
    pub fn new(listening: Listening, town: Arc<Town>, recorder: Recorder) -> (Reader, Known) {
        let known = Known::new(Mutex::new(listening.rooms.iter().map(|room| (*room, 0)).collect()));
        let states = listening.rooms.iter().map(|room| (*room, RoomState::new(*room))).collect();
        let mine = listening.rooms.iter().copied().collect();
        let reader = Reader {
            listening,
            town,
            recorder,
            known: known.clone(),
            states,
            mine,
            me: None,
            epoch: None,
            attempts: 0,
        };
        (reader, known)
    }

    /// Reads until told to stop, and gives what is held then.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) -> Vec<Held> {
        loop {
            tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return self.held(),
                ended = self.connection() => {
                    let why = ended.err().map_or("left".into(), |error| error.to_string());
                    self.note(Seen::Closed { why });
                }
            }
            sleep(Duration::from_millis(self.listening.rng.u64(10..200))).await;
        }
    }

    fn note(&self, seen: Seen) {
        self.recorder.receipt(self.listening.number, seen);
    }

    /// One connection, to its end.
    async fn connection(&mut self) -> Result<(), ClientError> {
        let node = match self.listening.home {
            // Its own node, unless that does not answer.
            Some(home) => home + self.attempts % 2 * self.attempts,
            None => self.listening.rng.usize(0..self.town.stations.len()),
        };
        self.attempts += 1;
        let Ok(station) = self.town.station(node) else { return Err(ClientError::NotSignedIn) };
        let client = self.listening.client.at(&station.url);
        if self.attempts > 1 {
            // A token that has run out is renewed by this.
            within(client.me()).await?;
        }
        let rooms: BTreeMap<_, _> =
            self.states.values().filter(|s| self.mine.contains(&s.id())).map(|s| (s.id(), s.rev())).collect();
        let held = rooms.iter().map(|(room, rev)| (*room, *rev)).collect();
        let resume = Resume { epoch: self.epoch.clone(), rooms, me: self.me, site: None };
        let mut socket = within(Socket::open(&client, &resume)).await?;
        self.note(Seen::Opened { node: node % self.town.stations.len(), held });
        let frames = if self.listening.home.is_none() { self.listening.rng.usize(20..4_000) } else { usize::MAX };
        for _ in 0..frames {
            let frame = timeout(SILENCE, socket.next()).await;
            let frame = match frame {
                Ok(frame) => frame?,
                // A live connection answers; a dead one is left.
                Err(_) => {
                    let frame = ClientFrame::Observe { reference: Some("alive".into()), user_ids: Vec::new() };
                    socket.send(&frame).await?;
                    within(socket.next()).await?
                }
            };
            self.take(&client, &mut socket, frame).await?;
        }
        Ok(())
    }

    async fn take(&mut self, client: &Client, socket: &mut Socket, frame: ServerFrame) -> Result<(), ClientError> {
        match frame {
            ServerFrame::Hello { epoch, .. } => self.epoch = Some(epoch),
            ServerFrame::Ready { .. } => self.attempts = 0,
            ServerFrame::Changes(changes) => self.apply(client, &changes).await?,
            ServerFrame::Gone { room_id } => {
                self.mine.remove(&room_id);
                self.known.lock().remove(&room_id);
                self.note(Seen::Gone { room: room_id });
            }
            ServerFrame::Rooms { items } => {
                for item in items {
                    self.watch(socket, item.room.id).await?;
                }
            }
            ServerFrame::MeChanges(changes) => {
                self.me = Some(changes.rev);
                for mark in changes.marks.iter().filter(|mark| mark.joined) {
                    self.watch(socket, mark.room_id).await?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Watches a room that is theirs again.
    async fn watch(&mut self, socket: &mut Socket, room: RoomId) -> Result<(), ClientError> {
        let Some(state) = self.states.get(&room).filter(|_| !self.mine.contains(&room)) else { return Ok(()) };
        let rev = state.rev();
        self.mine.insert(room);
        self.known.lock().insert(room, rev);
        self.note(Seen::Watched { room, rev });
        socket.send(&ClientFrame::Watch { reference: None, room_id: room, rev }).await
    }

    async fn apply(&mut self, client: &Client, changes: &Changes) -> Result<(), ClientError> {
        self.note(Seen::Span(Span::of(changes, false)));
        let Some(state) = self.states.get_mut(&changes.room_id) else { return Ok(()) };
        match state.apply(changes) {
            Outcome::Gap { .. } => self.heal(client, changes.room_id).await?,
            Outcome::OtherEpoch => state.forget(),
            Outcome::Applied | Outcome::Known | Outcome::Reset => {}
        }
        if let Some(state) = self.states.get(&changes.room_id) {
            self.known.lock().insert(changes.room_id, state.rev());
        }
        Ok(())
    }

    /// Asks the feed for what was missed.
    async fn heal(&mut self, client: &Client, room: RoomId) -> Result<(), ClientError> {
        loop {
            let Some(since) = self.states.get(&room).map(RoomState::rev) else { return Ok(()) };
            let feed = match within(client.changes(room, since, Some(limits::CHANGES_MAX))).await {
                Err(error) if matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::NotAMember)) => {
                    return Ok(());
                }
                feed => feed?,
            };
            self.note(Seen::Span(Span::of(&feed, true)));
            if let Some(state) = self.states.get_mut(&room) {
                let _ = state.apply(&feed);
            }
            if !feed.more {
                return Ok(());
            }
        }
    }

    fn held(&self) -> Vec<Held> {
        let mine = self.states.values().filter(|state| self.mine.contains(&state.id()));
        mine.map(|state| Held {
            reader: self.listening.number,
            room: state.id(),
            rev: state.rev(),
            from: state.window().and_then(sync::Window::previous).unwrap_or(0),
            messages: state.messages().map(|message| row(state, message)).collect(),
        })
        .collect()
    }
}

/// A message as it is compared.
fn row(state: &RoomState, message: &types::Message) -> Row {
    Row {
        id: message.id,
        seq: message.seq,
        rev: message.rev,
        author: message.author_id,
        body: message.body.clone(),
        deleted: message.deleted_at.is_some(),
        replies: message.reply_count,
        reactions: state.reactions(message.id).iter().map(|reacted| reacted.count).sum(),
    }
}

/// An answer, within a reader's patience.
async fn within<T>(answer: impl Future<Output = Result<T, ClientError>>) -> Result<T, ClientError> {
    timeout(PATIENCE, answer).await.unwrap_or_else(|_| Err(ClientError::Deadline("an answer".into())))
}
