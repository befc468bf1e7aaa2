//! One trial: a town is founded, people write and read, blows fall, everything settles, the checker judges.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use fastrand::Rng;
use serde::Serialize;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};
use types::{RoomId, RoomKind};

use super::blows::{self, Fallen};
use super::check::{Held, History, Listener, Violation, check};
use super::churner::{self, Churning};
use super::figures::Figures;
use super::plan::{self, Blow, Wanted};
use super::reader::{Known, Listening, Reader};
use super::record::{Recorder, write_lines};
use super::town::{Foundation, Person, Town};
use super::truth;
use super::writer::{Writer, Writing};

/// Rooms of a trial.
const ROOMS: usize = 6;
/// Writers in each, beside the one who is taken out and in.
const WRITERS: usize = 5;
/// The longest that writers take to settle, or readers to hold everything, once all is healed.
const SETTLED: Duration = Duration::from_secs(60);

/// How a trial is made.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The program `confab`.
    pub server: PathBuf,
    /// Of the plan and everyone's choices.
    pub seed: u64,
    /// Posts per second that are tried.
    pub rate: u32,
    /// The blows that are drawn.
    pub wanted: Wanted,
    /// Those that fall at a time of their own beside them.
    pub script: Vec<(Duration, Blow)>,
    /// A fault put into the server on purpose.
    pub fault: Option<&'static str>,
    /// Where the records are kept; none = nowhere.
    pub log: Option<PathBuf>,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Of the plan and everyone's choices.
    pub seed: u64,
    /// The fault put into the server on purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<&'static str>,
    /// Kills of nodes that ran.
    pub kills: usize,
    /// Kills of Postgres.
    pub postgres_kills: usize,
    /// Other blows.
    pub others: usize,
    /// What was counted and measured.
    #[serde(flatten)]
    pub figures: Figures,
    /// Broken promises.
    #[serde(skip)]
    pub violations: Vec<Violation>,
    /// All that was written down.
    #[serde(skip)]
    pub history: History,
}

/// Those who write and read.
struct People {
    writers: Vec<Writing>,
    churning: Vec<Churning>,
    readers: Vec<Listening>,
    listeners: Vec<Listener>,
    rooms: Vec<RoomId>,
}

impl Trial {
    /// Runs it.
    pub async fn run(&self) -> Result<Verdict> {
        let folder = crate::host::folder("torture")?;
        let result = self.run_in(folder.path()).await;
        if let (Some(log), Err(_)) = (&self.log, &result) {
            keep_logs(folder.path(), log);
        }
        result
    }

    async fn run_in(&self, folder: &Path) -> Result<Verdict> {
        let (nodes, redis) = (self.wanted.nodes, self.wanted.redis);
        let foundation = Foundation { server: &self.server, nodes, redis, fault: self.fault, folder };
        let town = Town::found(&foundation).await?;
        let People { writers, churning, readers, listeners, rooms } = self.people(&town).await?;
        let recorder = Recorder::new();
        let (stop_writing, writing) = watch::channel(false);
        let (stop_reading, reading) = watch::channel(false);
        let mut reading_tasks = JoinSet::new();
        let mut known = Vec::new();
        for listening in readers {
            let (reader, knows) = Reader::new(listening, town.clone(), recorder.clone());
            known.push(knows);
            reading_tasks.spawn(reader.run(reading.clone()));
        }
        let mut writing_tasks = JoinSet::new();
        for one in writers {
            writing_tasks.spawn(Writer::new(one, town.clone(), recorder.clone()).run(writing.clone()));
        }
        for one in churning {
            writing_tasks.spawn(churner::run(one, town.clone(), recorder.clone(), writing.clone()));
        }
        let began = Instant::now();
        let fallen = blows::fall(&town, self.blows()).await?;
        sleep(self.wanted.time.saturating_sub(began.elapsed())).await;
        let seconds = began.elapsed().as_secs_f64();
        town.heal().await?;
        stop_writing.send_replace(true);
        let settled = async { while writing_tasks.join_next().await.is_some() {} };
        timeout(SETTLED, settled).await.context("the writers did not settle")?;
        let late = quiet(&town, &rooms, &known).await?;
        stop_reading.send_replace(true);
        let held: Vec<Held> = reading_tasks.join_all().await.into_iter().flatten().collect();
        let truth = truth::read(&town.postgres, &rooms).await?;
        let (operations, receipts) = recorder.take();
        let history = History { operations, receipts, readers: listeners, held, truth };
        let mut verdict = self.judge(fallen, seconds, late, history);
        verdict.figures.commit_answers_cut = town.answers_cut();
        if let Some(log) = &self.log {
            keep(folder, log, &verdict)?;
        }
        Ok(verdict)
    }

    fn blows(&self) -> Vec<(Duration, Blow)> {
        let mut blows = plan::draw(self.seed, &self.wanted);
        blows.extend(self.script.iter().cloned());
        blows.sort_by_key(|(at, _)| *at);
        blows
    }

    fn judge(&self, fallen: Fallen, seconds: f64, settled_after: Duration, history: History) -> Verdict {
        Verdict {
            seed: self.seed,
            fault: self.fault,
            kills: fallen.nodes,
            postgres_kills: fallen.postgres,
            others: fallen.others,
            figures: Figures::of(&history, seconds, settled_after),
            violations: check(&history),
            history,
        }
    }

    /// Makes the accounts and the rooms.
    async fn people(&self, town: &Arc<Town>) -> Result<People> {
        let mut rng = Rng::with_seed(self.seed);
        let nodes = self.wanted.nodes;
        let every = Duration::from_secs_f64(((WRITERS + 1) * ROOMS) as f64 / f64::from(self.rate.max(1)));
        let mut people = People {
            writers: Vec::new(),
            churning: Vec::new(),
            readers: Vec::new(),
            listeners: Vec::new(),
            rooms: Vec::new(),
        };
        // One at each node, and one who wanders.
        let mut watchers = Vec::new();
        for number in 0..=nodes {
            watchers.push(town.person(&format!("watcher{number}")).await?);
        }
        for number in 0..ROOMS {
            let admin = town.person(&format!("admin{number}")).await?;
            let kind = if number % 2 == 0 { RoomKind::Public } else { RoomKind::Private };
            let room = admin.client.create_room(&format!("room {number}"), kind).await?.id;
            people.rooms.push(room);
            let mut members = watchers.clone();
            for writer in 0..=WRITERS {
                let person = town.person(&format!("writer{number}-{writer}")).await?;
                members.push(person.clone());
                let (home, socket, stays) = (rng.usize(0..nodes), writer % 2 == 0, writer < WRITERS);
                people.writers.push(Writing { person, room, home, stays, socket, every, rng: rng.fork() });
            }
            let ids: Vec<_> = members.iter().map(Person::id).collect();
            admin.client.add_members(room, &ids).await?;
            // The last writer is the one who is taken out and in.
            if let Some(person) = members.pop() {
                people.listen(&person, vec![room], Vec::new(), Some(number % nodes), rng.fork());
                people.churning.push(Churning { admin, person, room, rng: rng.fork() });
            }
        }
        for (number, watcher) in watchers.iter().enumerate() {
            let home = (number < nodes).then_some(number);
            people.listen(watcher, people.rooms.clone(), people.rooms.clone(), home, rng.fork());
        }
        Ok(people)
    }
}

impl People {
    fn listen(&mut self, who: &Person, rooms: Vec<RoomId>, stays_in: Vec<RoomId>, home: Option<usize>, rng: Rng) {
        let number = self.readers.len();
        let (user, client) = (who.id(), who.client.clone());
        self.readers.push(Listening { number, user, client, rooms, home, rng });
        self.listeners.push(Listener { reader: number, user, stays_in });
    }
}

/// Waits until nothing moves and every reader has come to the head of each of its rooms, or for as long as that may
/// take; how long it took.
async fn quiet(town: &Town, rooms: &[RoomId], known: &[Known]) -> Result<Duration> {
    let began = Instant::now();
    let mut before = None;
    while began.elapsed() < SETTLED {
        let mut heads = truth::heads(&town.postgres).await?;
        heads.retain(|room, _| rooms.contains(room));
        let at_head = known.iter().all(|known| known.lock().iter().all(|(room, rev)| heads.get(room) == Some(rev)));
        if at_head && before.as_ref() == Some(&heads) {
            break;
        }
        before = Some(heads);
        sleep(Duration::from_millis(500)).await;
    }
    Ok(began.elapsed())
}

/// Writes down what was done and seen, and what the nodes said.
fn keep(folder: &Path, log: &Path, verdict: &Verdict) -> Result<()> {
    std::fs::create_dir_all(log)?;
    write_lines(&log.join("operations.jsonl"), &verdict.history.operations)?;
    write_lines(&log.join("receipts.jsonl"), &verdict.history.receipts)?;
    write_lines(&log.join("violations.jsonl"), &verdict.violations)?;
    keep_logs(folder, log);
    Ok(())
}

fn keep_logs(folder: &Path, log: &Path) {
    let _ = std::fs::create_dir_all(log);
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        // A node that never started has no log.
        let _ = std::fs::copy(entry.path().join("confab.log"), log.join(&name).with_extension("log"));
    }
}
