//! One shared value holds all that the server knows; there are no globals, so a test runs two nodes in one process.

use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;

use diesel::QueryDsl;
use diesel_async::RunQueryDsl;
use tokio::sync::{Notify, watch};
use types::Epoch;

use crate::accounts::{Limits, Passwords, Sessions, Tokens};
use crate::config::Config;
use crate::db::{Db, StartError};
use crate::error::Error;
use crate::messages::{NewestPages, Usernames, Writer};
use crate::metrics::Metrics;
use crate::presence::{Presence, Typing};
use crate::realtime::{Hub, Relay};
use crate::rooms::{Arrivals, ReadMarks};
use crate::search::Search;
use crate::seeded::SeededFault;

/// A handle on the shared value; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

/// What every door and verb can reach.
pub struct Inner {
    /// What the operator chose.
    pub config: Config,
    /// The pool.
    pub db: Db,
    /// Which history the revisions belong to.
    pub epoch: Epoch,
    /// Makes and checks access tokens.
    pub tokens: Tokens,
    /// Hashes and checks passwords, a few at a time.
    pub passwords: Passwords,
    /// Which sessions are good, and who is told when one ends.
    pub sessions: Sessions,
    /// How often what may be tried.
    pub limits: Limits,
    /// Local fan-out.
    pub hub: Hub,
    /// The tie to the other nodes; none for a node that runs alone.
    pub relay: Option<Relay>,
    /// Takes posts to Postgres.
    pub writer: Writer,
    /// Whose username is whose, for mentions.
    pub usernames: Usernames,
    /// The newest pages of rooms.
    pub newest: NewestPages,
    /// What the keys of webhooks are made of.
    pub hook_key: [u8; 32],
    /// Whose a bot's tokens are.
    pub bot_tokens: crate::bots::Tokens,
    /// Who is online.
    pub presence: Presence,
    /// Who is typing.
    pub typing: Typing,
    /// What sockets need to begin, read for many at once.
    pub arrivals: Arrivals,
    /// Read marks on their way to Postgres.
    pub reads: ReadMarks,
    /// What searching needs.
    pub search: Search,
    /// What is counted.
    pub metrics: Metrics,
    /// Told when the database is found to be another than at the start: this node's revisions mean nothing any more.
    pub outdated: Notify,
    phase: watch::Sender<Phase>,
    /// The first account's set-up code, while one is needed.
    pub setup_code: Option<String>,
    /// What the tests bring in: nothing in production.
    pub faults: Faults,
}

/// How far a node is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// It serves.
    Serving,
    /// It is not ready any more, asks its sockets to come back elsewhere, and answers what was asked before.
    Draining,
    /// Nobody is connected: its own tasks end.
    Ended,
}

/// Delays that a test asks for, to make races likely.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// Of 100 commits, how many wait up to `commit_delay` before they commit.
    pub delayed_commits_percent: u8,
    /// The longest such wait.
    pub commit_delay: std::time::Duration,
    /// The heads and the sessions are not looked at by the clock: what nobody tells this node, it does not know.
    pub looks_never: bool,
}

impl Faults {
    /// None.
    pub const NONE: Faults =
        Faults { delayed_commits_percent: 0, commit_delay: std::time::Duration::ZERO, looks_never: false };

    /// Waits, if this commit is one of the unlucky.
    pub async fn before_commit(&self) {
        if self.delayed_commits_percent == 0 {
            return;
        }
        let (low, _) = uuid::Uuid::new_v4().as_u64_pair();
        if low % 100 < u64::from(self.delayed_commits_percent) {
            let most = self.commit_delay.as_micros().max(1) as u64;
            tokio::time::sleep(std::time::Duration::from_micros((low >> 8) % most)).await;
        }
    }
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    /// Assembles a node on a migrated database and starts its background tasks; they end with [`App::end`].
    pub async fn start(config: Config, db_url: &str, faults: Faults) -> Result<App, StartError> {
        let db = Db::open(db_url, config.database_pool)?;
        let read = async {
            let mut conn = db.get().await?;
            if config.suffers(SeededFault::SequenceAsCursor) {
                crate::seeded::prepare(&mut conn).await?;
            }
            let key: Vec<u8> =
                crate::db::schema::site::table.select(crate::db::schema::site::token_key).first(&mut conn).await?;
            Ok::<_, Error>((crate::db::epoch(&mut conn).await?, key))
        };
        let (epoch, key) = read.await.map_err(|e| StartError(format!("the database could not be read: {e}")))?;
        let secret = config.secret.as_ref().map(|s| s.as_bytes().to_vec()).unwrap_or(key);
        let setup_code = if config.needs_setup_code() { Some(crate::accounts::setup_code(&secret)) } else { None };
        let relay = config.redis_url.as_deref().map(|url| Relay::new(url, &epoch)).transpose()?;
        let (phase, _) = watch::channel(Phase::Serving);
        let app = App(Arc::new(Inner {
            tokens: Tokens::new(&secret),
            passwords: Passwords::new(),
            sessions: Sessions::new(),
            limits: Limits::new(&config),
            hub: Hub::new(relay.is_some()),
            relay,
            writer: Writer::new(),
            usernames: Usernames::new(),
            newest: NewestPages::new(),
            hook_key: crate::accounts::secret::derive(&secret, "confab webhook key v1"),
            bot_tokens: crate::bots::Tokens::new(),
            presence: Presence::new(),
            typing: Typing::new(),
            arrivals: Arrivals::new(),
            reads: ReadMarks::new(),
            search: Search::new(),
            metrics: Metrics::new(),
            outdated: Notify::new(),
            phase,
            setup_code,
            faults,
            config,
            db,
            epoch,
        }));
        app.spawn_tasks();
        Ok(app)
    }

    /// Whether a test wants something to happen among a transaction's statements, so that they can't be sent all at once.
    pub fn may_dawdle(&self) -> bool {
        self.faults.delayed_commits_percent > 0
            || [
                SeededFault::PublishBeforeCommit,
                SeededFault::SequenceAsCursor,
                SeededFault::ForgetfulDedupe,
                SeededFault::AckBeforeCommit,
            ]
            .iter()
            .any(|fault| self.config.suffers(*fault))
    }

    fn spawn_tasks(&self) {
        self.background(crate::messages::flow::run(self.clone()));
        if !self.faults.looks_never && !self.config.suffers(SeededFault::NoTailSweep) {
            self.background(crate::realtime::sweep::run(self.clone()));
        }
        self.background(crate::realtime::relay::run(self.clone()));
        self.background(crate::rooms::reads::run(self.clone()));
        self.background(crate::rooms::arrival::run(self.clone()));
        self.background(crate::scheduled::due::run(self.clone()));
        self.background(crate::saved::remind::run(self.clone()));
        self.background(crate::polls::close::run(self.clone()));
        self.background(crate::bots::outgoing::scan::run(self.clone()));
        self.background(crate::bots::outgoing::deliver::run(self.clone()));
        self.background(crate::search::index::run(self.clone()));
        self.background(crate::accounts::sessions::answer(self.clone()));
        self.background(crate::presence::run(self.clone()));
        self.background(crate::accounts::sessions::run(self.clone()));
    }

    /// Runs a task until it ends or the node does.
    fn background(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut phase = self.phase.subscribe();
        tokio::spawn(async move {
            tokio::select! {
                () = task => {}
                _ = phase.wait_for(|phase| *phase == Phase::Ended) => {}
            }
        });
    }

    /// The first step of a planned stop: not ready any more, no new sockets, and those that are open are told to come
    /// back.
    pub fn drain(&self) {
        self.phase.send_if_modified(|phase| std::mem::replace(phase, (*phase).max(Phase::Draining)) < Phase::Draining);
    }

    /// The last: the node's own tasks end.
    pub fn end(&self) {
        self.phase.send_replace(Phase::Ended);
    }

    /// Whether the node stops.
    pub fn is_stopping(&self) -> bool {
        *self.phase.borrow() != Phase::Serving
    }

    /// Waits for the first step of a planned stop.
    pub async fn stopping(&self) {
        // The sender lives as long as this value.
        let _ = self.phase.subscribe().wait_for(|phase| *phase != Phase::Serving).await;
    }

    /// Runs a change to its end even if the asker goes away: commit and publish are never torn apart.
    pub async fn finish<T: Send + 'static>(
        &self,
        change: impl Future<Output = Result<T, Error>> + Send + 'static,
    ) -> Result<T, Error> {
        tokio::spawn(change).await.map_err(Error::internal)?
    }
}
