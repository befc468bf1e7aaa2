//! A writer: one post in flight, an unknown outcome asked for again under the same id at another node, now and then an
//! answer in a thread, a reaction, an edit, a deletion, a look at another node, and the same post again much later.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use client::{Client, ClientError, Posted, text};
use fastrand::Rng;
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};
use types::{ErrorCode, MessageId, NewMessage, RoomId, Seq};

use super::record::{Act, Outcome, Recorder};
use super::town::{Person, Town};
use super::voice::Voice;

/// How long an answer is waited for.
pub const PATIENCE: Duration = Duration::from_secs(4);
/// A post is sent once more after this, when a server that forgets would have forgotten it.
const MUCH_LATER: Duration = Duration::from_secs(33);

/// How a writer writes.
pub struct Writing {
    /// Who.
    pub person: Person,
    /// Where.
    pub room: RoomId,
    /// The node it begins with.
    pub home: usize,
    /// Whether they are a member to the end: who may be out just now can't tell a lost message from one not to be seen.
    pub stays: bool,
    /// By a socket, or by REST.
    pub socket: bool,
    /// The pause between two posts.
    pub every: Duration,
    /// Draws what it does.
    pub rng: Rng,
}

/// A writer at work.
pub struct Writer {
    writing: Writing,
    town: Arc<Town>,
    recorder: Recorder,
    voice: Voice,
    node: usize,
    number: u64,
    repeats: VecDeque<(Instant, NewMessage, u64)>,
    /// What was stored last: answered and reacted to.
    last: Option<MessageId>,
}

impl Writer {
    /// A writer who has written nothing.
    pub fn new(writing: Writing, town: Arc<Town>, recorder: Recorder) -> Writer {
        let voice = Voice::new(writing.person.client.clone(), writing.socket);
        let node = writing.home;
        Writer { writing, town, recorder, voice, node, number: 0, repeats: VecDeque::new(), last: None }
    }

    /// Writes until told to stop; what is under way is settled first.
    pub async fn run(mut self, stop: watch::Receiver<bool>) {
        let mut next = Instant::now();
        while !*stop.borrow() {
            tokio::time::sleep_until(next).await;
            next = (next + self.writing.every).max(Instant::now() - self.writing.every * 20);
            self.turn().await;
        }
    }

    /// One post and what follows on it.
    async fn turn(&mut self) {
        self.number += 1;
        let id = MessageId(uuid::Uuid::now_v7());
        // One in ten answers an earlier one, and shows in the room: who is told the room's history is told it too.
        let parent_id = self.last.filter(|_| self.writing.rng.u32(0..10) == 0);
        let text = text(&format!("{id} is number {}", self.number));
        let message = NewMessage { id: Some(id), parent_id, in_room: parent_id.is_some(), ..text };
        if self.writing.rng.u32(0..100) == 0 {
            self.twice_at_once(&message).await;
        }
        let stored = self.settle(&message, self.number).await;
        let mut gone = false;
        if let Some(seq) = stored {
            match self.writing.rng.u32(0..100) {
                0..4 if self.writing.stays => self.read_back(id, seq).await,
                4..8 => {
                    let body = format!("{id} is number {}, and better", self.number);
                    self.change(Act::Edit { message: id, body }).await;
                }
                8..10 => {
                    self.change(Act::Delete { message: id }).await;
                    gone = true;
                }
                12..20 => {
                    let emoji = self.writing.rng.choice(["👍", "🎉", "👀"]).unwrap_or("👍").into();
                    let message = self.last.unwrap_or(id);
                    let standing = self.writing.rng.u32(0..4) > 0;
                    self.change(Act::React { message, emoji, standing }).await;
                }
                10..12 => self.repeats.push_back((Instant::now() + MUCH_LATER, message, self.number)),
                _ => {}
            }
        }
        self.last = stored.filter(|_| !gone).map(|_| id).or(self.last);
        if let Some((_, message, number)) = self.repeats.pop_front_if(|(at, ..)| *at <= Instant::now()) {
            self.node += 1;
            self.settle(&message, number).await;
        }
    }

    /// Posts until the outcome is known; the place, if it was stored.
    pub async fn settle(&mut self, message: &NewMessage, number: u64) -> Option<Seq> {
        let id = message.id?;
        let room = self.writing.room;
        loop {
            let invoke = self.recorder.now();
            let node = self.node % self.town.stations.len().max(1);
            let Ok(station) = self.town.station(node) else { return None };
            let posted = timeout(PATIENCE, self.voice.post(&station.url, room, message)).await;
            let outcome = outcome(posted.unwrap_or_else(|_| {
                self.voice.hang_up();
                Err(ClientError::Deadline("an answer".into()))
            }));
            let act = Act::Post { room, message: id, number };
            self.recorder.operation(self.writing.person.id(), node, act, invoke, outcome.clone());
            match outcome {
                Outcome::Ok(seq) => return seq,
                Outcome::Fail(_) => return None,
                Outcome::Unknown(_) => {
                    // Another node, after a moment.
                    self.node += 1;
                    sleep(Duration::from_millis(self.writing.rng.u64(10..150))).await;
                }
            }
        }
    }

    /// The same post to two nodes in the same moment.
    async fn twice_at_once(&mut self, message: &NewMessage) {
        tokio::join!(self.ask(self.node, message), self.ask(self.node + 1, message));
    }

    async fn ask(&self, node: usize, message: &NewMessage) -> Option<()> {
        let (room, invoke) = (self.writing.room, self.recorder.now());
        let node = node % self.town.stations.len().max(1);
        let posted = timeout(PATIENCE, self.at(node)?.post(room, message)).await;
        let outcome = outcome(posted.unwrap_or_else(|_| Err(ClientError::Deadline("an answer".into()))));
        let act = Act::Post { room, message: message.id?, number: self.number };
        self.recorder.operation(self.writing.person.id(), node, act, invoke, outcome);
        Some(())
    }

    fn at(&self, node: usize) -> Option<Client> {
        self.town.station(node).ok().map(|station| self.writing.person.client.at(&station.url))
    }

    /// Looks for an acknowledged message at another node.
    async fn read_back(&mut self, id: MessageId, seq: Seq) {
        let node = self.writing.rng.usize(0..self.town.stations.len());
        let Some(client) = self.at(node) else { return };
        let invoke = self.recorder.now();
        let read = timeout(PATIENCE, client.message(id)).await;
        let found = match read {
            Ok(Ok(message)) => Outcome::Ok((message.seq == seq).then_some(seq)),
            Ok(Err(error)) if error.code() == Some(ErrorCode::NotFound) => Outcome::Ok(None),
            _ => return,
        };
        let act = Act::ReadBack { room: self.writing.room, message: id };
        self.recorder.operation(self.writing.person.id(), node, act, invoke, found);
    }

    async fn change(&mut self, act: Act) {
        until_known(&self.town, &self.recorder, &self.writing.person, &mut self.node, act).await;
    }
}

/// Asks one node after the other until the outcome is known.
pub async fn until_known(town: &Town, recorder: &Recorder, person: &Person, node: &mut usize, act: Act) {
    loop {
        let Ok(station) = town.station(*node) else { return };
        let invoke = recorder.now();
        let client = person.client.at(&station.url);
        let outcome = match timeout(PATIENCE, ask(&client, &act)).await {
            Ok(Ok(rev)) => Outcome::Ok(rev),
            Ok(Err(error)) => refused(&error),
            Err(_) => Outcome::Unknown("no answer".into()),
        };
        let unknown = matches!(outcome, Outcome::Unknown(_));
        recorder.operation(person.id(), *node % town.stations.len(), act.clone(), invoke, outcome);
        if !unknown {
            return;
        }
        *node += 1;
        sleep(Duration::from_millis(50)).await;
    }
}

/// Asks for a change; its revision, where the answer tells it.
async fn ask(client: &Client, act: &Act) -> Result<Option<Seq>, ClientError> {
    match act {
        Act::Edit { message, body } => client.edit(*message, body).await.map(|message| Some(message.rev)),
        Act::Delete { message } => client.delete_message(*message).await.map(|()| None),
        Act::React { message, emoji, standing: true } => client.react(*message, emoji).await.map(|()| None),
        Act::React { message, emoji, standing: false } => client.take_back(*message, emoji).await.map(|()| None),
        Act::Remove { room, user, .. } => client.remove_member(*room, *user).await.map(|()| None),
        Act::Add { room, user, .. } => client.add_members(*room, &[*user]).await.map(|()| None),
        // These are a writer's own, who looks at the answers.
        Act::Post { .. } | Act::ReadBack { .. } => Ok(None),
    }
}

/// What became of a post.
pub fn outcome(posted: Result<Posted, ClientError>) -> Outcome {
    match posted {
        Ok(posted) => Outcome::Ok(Some(posted.seq())),
        Err(error) => refused(&error),
    }
}

/// What an error says of what was asked for: only a clear no is one.
fn refused(error: &ClientError) -> Outcome {
    match error.code() {
        Some(code) if code.status() < 500 && code.status() != 429 && code.status() != 401 => Outcome::Fail(code),
        _ => Outcome::Unknown(error.to_string()),
    }
}
