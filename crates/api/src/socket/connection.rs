//! The task that owns one socket: it selects over what the client says, what it must act upon, the clock, and the ends of
//! session and node. Live rows of a room pass it by: they go from the hub into the queue that the connection writes. While
//! a room is replayed the hub holds them back, and the replay reads until the head.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use actix_ws::AggregatedMessageStream;
use tokio::sync::mpsc;
use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{Rev, RoomId};

use super::close::End;
use super::wire::{TICK, Wire, greet, reference_of, unreadable};
use crate::accounts::{Caller, Cut};
use crate::app::App;
use crate::bots::scope::needed_by;
use crate::messages::Lane;
use crate::realtime::{Bumps, Encoded, Frame, Interest, Out, Outbox, Pen, Slowness, Topic, encode};
use crate::seeded::SeededFault;

/// Bumps are told at most this often.
const BUMPS: Duration = Duration::from_secs(1);
/// The latest a client is asked to come back after a planned stop.
const RESTART_SPREAD_MS: u64 = 5_000;
/// What was posted before a planned stop is answered within this, or the client asks again elsewhere.
const ANSWERED_WITHIN: Duration = Duration::from_secs(3);
/// How often it is looked whether all is answered.
const MOMENT: Duration = Duration::from_millis(20);

/// How far a socket is with a stream.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    /// Up to where it was told.
    pub known: Rev,
    /// Whether it wants the rows.
    pub watched: bool,
    /// Whether rows are being read for it.
    pub replaying: bool,
    /// Whether what it holds means nothing any more.
    pub stale: bool,
}

/// A signed-in socket.
pub(super) struct Connection {
    pub app: App,
    pub caller: Caller,
    pub id: u64,
    pub outbox: Outbox,
    pub streams: HashMap<Topic, Progress>,
    pub replays: VecDeque<Topic>,
    pub lanes: HashMap<RoomId, Arc<Lane>>,
    wire: Wire,
    acts: mpsc::Receiver<Out>,
    bumps: Bumps,
    slowness: Slowness,
    ready: bool,
    bumped: Option<tokio::time::Instant>,
    /// Replay waits until then: the database was away.
    pub(super) replay_after: tokio::time::Instant,
}

/// Runs a socket from its upgrade to its end.
///
/// What is done now and then is boxed while it lasts: a task is as large as the largest thing it may wait for, and a socket
/// mostly waits for nothing but the next frame.
pub(super) async fn run(app: App, pen: Pen, mut stream: AggregatedMessageStream) {
    app.metrics.sockets.inc();
    let mut wire = Wire::new(pen, app.config.rate_limits);
    let end = match Box::pin(greet(&app, &mut wire, &mut stream)).await {
        Ok((caller, cut, first)) => {
            let mut connection = Connection::new(&app, caller, wire);
            let end = connection.live(&mut stream, cut, first).await;
            connection.leave();
            wire = connection.wire;
            end
        }
        Err(end) => end,
    };
    if end == End::Close(CloseCode::Slow) {
        app.metrics.slow_closes.inc();
    }
    wire.close(end).await;
    app.metrics.sockets.dec();
}

impl Connection {
    fn new(app: &App, caller: Caller, wire: Wire) -> Connection {
        let (outbox, acts) = wire.pen.open(caller.user_id, app.config.suffers(SeededFault::DropOnLag));
        Connection {
            app: app.clone(),
            caller,
            id: app.hub.connection(),
            outbox,
            streams: HashMap::new(),
            replays: VecDeque::new(),
            lanes: HashMap::new(),
            acts,
            bumps: wire.pen.bumps(),
            slowness: wire.pen.slowness(),
            wire,
            ready: false,
            bumped: None,
            replay_after: tokio::time::Instant::now(),
        }
    }

    async fn live(&mut self, stream: &mut AggregatedMessageStream, mut cut: Cut, first: ClientFrame) -> End {
        match self.serve(stream, &mut cut, first).await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn serve(
        &mut self,
        stream: &mut AggregatedMessageStream,
        cut: &mut Cut,
        first: ClientFrame,
    ) -> Result<std::convert::Infallible, End> {
        let slowness = self.slowness.clone();
        let app = self.app.clone();
        let stopping = app.stopping();
        tokio::pin!(stopping);
        tokio::select! {
            biased;
            () = cut.ended() => return Err(End::Close(CloseCode::SessionEnded)),
            begun = Box::pin(self.begin(first)) => begun?,
        }
        let mut clock = tokio::time::interval(TICK);
        loop {
            // What a write waits for must not keep a cut waiting: each turn is raced against the ends.
            let turn = self.turn(stream, &mut clock);
            tokio::select! {
                biased;
                () = cut.ended() => return Err(End::Close(CloseCode::SessionEnded)),
                () = slowness.wait() => return Err(End::Close(CloseCode::Slow)),
                () = &mut stopping => break,
                done = turn => done?,
            }
        }
        tokio::select! {
            biased;
            () = cut.ended() => Err(End::Close(CloseCode::SessionEnded)),
            () = slowness.wait() => Err(End::Close(CloseCode::Slow)),
            ended = Box::pin(self.depart()) => Err(ended.err().unwrap_or(End::Close(CloseCode::Restart))),
        }
    }

    /// A planned stop: says when to come back, and answers what was posted before. What the client still sends is not
    /// read any more; it asks again elsewhere, under the same id.
    async fn depart(&mut self) -> Result<(), End> {
        let spread = u64::from(self.id as u32 % 97) * RESTART_SPREAD_MS / 97;
        self.write(encode(&ServerFrame::Restart { after_ms: 500 + spread })).await?;
        let deadline = tokio::time::Instant::now() + ANSWERED_WITHIN;
        // A lane is held by the answer to come, which goes into the queue just before it lets go.
        while self.lanes.values().any(|lane| Arc::strong_count(lane) > 1) && tokio::time::Instant::now() < deadline {
            tokio::time::sleep(MOMENT).await;
        }
        Ok(())
    }

    /// One thing: a frame in, a frame out, a tick, or a page of replay.
    async fn turn(
        &mut self,
        stream: &mut AggregatedMessageStream,
        clock: &mut tokio::time::Interval,
    ) -> Result<(), End> {
        let flush = self.bumped.map_or_else(tokio::time::Instant::now, |last| last + BUMPS);
        let replaying = !self.replays.is_empty() && !self.wire.draining;
        tokio::select! {
            biased;
            incoming = stream.recv() => match self.wire.text(incoming).await? {
                Some(text) => Box::pin(self.read(&text)).await,
                None => Ok(()),
            },
            _ = clock.tick() => self.wire.tick().await,
            out = self.acts.recv() => match out {
                Some(out) => Box::pin(self.pass(out)).await,
                None => Err(End::Gone),
            },
            () = tokio::time::sleep_until(self.replay_after), if replaying => Box::pin(self.replay()).await,
            () = until_bumped(&self.bumps, flush), if self.ready => self.bump().await,
        }
    }

    async fn read(&mut self, text: &str) -> Result<(), End> {
        match serde_json::from_str::<ClientFrame>(text) {
            Ok(frame) => match self.caller.may(Some(needed_by(&frame))) {
                Ok(()) => self.dispatch(frame).await,
                Err(error) => self.wire.error(reference_of(text), &error).await,
            },
            Err(error) => self.wire.error(reference_of(text), &unreadable(&error)).await,
        }
    }

    /// Writes to the client.
    pub(super) async fn write(&mut self, text: Encoded) -> Result<(), End> {
        self.wire.write(text).await
    }

    /// Hands on what the hub gave.
    async fn pass(&mut self, out: Out) -> Result<(), End> {
        match out {
            Out::Gone(room_id) => self.gone(room_id).await,
            Out::Frame(frame) => {
                self.welcome(&frame.joined).await?;
                self.hand(&frame).await
            }
        }
    }

    async fn hand(&mut self, frame: &Frame) -> Result<(), End> {
        let Some(progress) = self.streams.get_mut(&frame.topic) else { return Ok(()) };
        if progress.replaying || frame.rev <= progress.known {
            return Ok(());
        }
        if frame.since > progress.known {
            progress.replaying = true;
            self.replays.push_back(frame.topic);
            return Ok(());
        }
        progress.known = frame.rev;
        self.write(frame.text.clone()).await
    }

    /// A room is not this person's any more.
    pub(super) async fn gone(&mut self, room_id: RoomId) -> Result<(), End> {
        let topic = Topic::Room(room_id);
        self.streams.remove(&topic);
        // Taken in again before its turn came, they would be given rows of a room that they do not watch any more.
        self.replays.retain(|waiting| *waiting != topic);
        self.app.hub.unsubscribe(topic, self.id);
        self.write(encode(&ServerFrame::Gone { room_id })).await?;
        let observed = self.app.presence.observed_by(self.id);
        if !observed.is_empty() {
            // Who shares no other room is not seen any more.
            let app = self.app.clone();
            let _ = app.presence.observe(&app, self.id, &self.outbox, observed).await;
        }
        // It may have been the last that `ready` waited for.
        self.settle().await
    }

    async fn bump(&mut self) -> Result<(), End> {
        self.bumped = Some(tokio::time::Instant::now());
        for (room_id, rev, last_seq, named) in self.bumps.take() {
            let told = self.streams.get_mut(&Topic::Room(room_id));
            if let Some(progress) = told.filter(|p| !p.watched && p.known < rev) {
                progress.known = rev;
                self.write(encode(&ServerFrame::Bump { room_id, rev, last_seq, named })).await?;
            }
        }
        Ok(())
    }

    /// Says `ready` once nothing is left to replay.
    pub(super) async fn settle(&mut self) -> Result<(), End> {
        if self.ready || !self.replays.is_empty() {
            return Ok(());
        }
        self.ready = true;
        self.app.presence.set(self.caller.user_id, self.id, true);
        self.write(encode(&ServerFrame::Ready { user_id: self.caller.user_id })).await
    }

    /// Listens to a stream; gives the revision it was handed on to, or none if its head must be told.
    pub(super) fn subscribe(&self, topic: Topic, interest: Interest) -> Option<Rev> {
        self.app.hub.subscribe(topic, self.id, &self.outbox, interest)
    }

    fn leave(&mut self) {
        for topic in self.streams.keys() {
            self.app.hub.unsubscribe(*topic, self.id);
        }
        for topic in [Topic::Me(self.caller.user_id), Topic::Site] {
            self.app.hub.unsubscribe(topic, self.id);
        }
        self.app.presence.leave(self.caller.user_id, self.id);
        self.app.typing.stop_everywhere(&self.app, self.caller.user_id);
    }
}

async fn until_bumped(bumps: &Bumps, not_before: tokio::time::Instant) {
    bumps.wait().await;
    tokio::time::sleep_until(not_before).await;
}

#[cfg(test)]
mod tests {
    use super::run;

    fn size<A, B, C, F: Future>(_: impl Fn(A, B, C) -> F) -> usize {
        size_of::<F>()
    }

    /// A node has as many of these as people have tabs.
    #[test]
    fn a_resting_socket_is_small() {
        let size = size(run);
        assert!(size <= 4096, "{size} bytes");
    }
}
