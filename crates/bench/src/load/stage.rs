//! What every scenario plays on: one Postgres, its people and rooms, and a server started anew for each measurement.

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;

use anyhow::{Context, Result};
use client::{Client, Resume};
use futures_util::{Stream, StreamExt, TryStreamExt, stream};
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::time::{Duration, Instant};
use types::socket::ClientFrame;
use types::{Register, RoomId, RoomKind, UserId, limits};

use super::wire::Wire;
use super::{Options, Scenario, search};
use crate::host::{self, Launch, Node, Postgres, confab};

/// Requests and connections made at once while something is set up.
const AT_ONCE: usize = 48;
/// Access tokens live ten minutes: older than this they are renewed before a scenario.
const FRESH: Duration = Duration::from_secs(240);
/// The longest a server may take to index the long history.
const SETTLED: Duration = Duration::from_secs(900);

/// A set stage.
pub(super) struct Stage {
    pub(super) options: Options,
    pub(super) postgres: Postgres,
    /// All are in the hall.
    pub(super) people: Vec<Client>,
    /// The room of everybody.
    pub(super) hall: RoomId,
    /// The room of all writers.
    pub(super) market: RoomId,
    /// A room for each writer.
    pub(super) desks: Vec<RoomId>,
    /// The room with a long history.
    pub(super) library: RoomId,
    /// Whether there are messages to search already.
    pub(super) searched: AtomicBool,
    program: PathBuf,
    folder: TempDir,
    renewed: Mutex<Instant>,
}

impl Stage {
    /// Starts a Postgres, makes the people and rooms through the API, and writes the long history.
    pub(super) async fn set(options: Options) -> Result<Stage> {
        let program = confab(options.server.as_deref())?;
        let folder = host::folder("load")?;
        let postgres = Postgres::start(&folder.path().join("data")).await?;
        let node = Node::start(&Launch::new(&program, postgres.url(), &folder.path().join("node"))).await?;
        let count = options.readers.max(options.writers).max(options.history_clients).max(1);
        eprintln!("making {count} people");
        let people = people(&Client::new(&node.url), count).await?;
        let ids: Vec<UserId> = people.iter().filter_map(Client::user_id).collect();
        let owner = people.first().context("nobody is there")?;
        let (some, readers) = (ids.get(..options.writers.max(options.history_clients)), Some(ids.as_slice()));
        let hall = room(owner, "hall", readers).await?;
        let market = room(owner, "market", some).await?;
        let library = room(owner, "library", some).await?;
        let desks = stream::iter(people.iter().take(options.writers).cloned().enumerate())
            .map(|(place, person)| async move { room(&person, &format!("desk {place}"), None).await })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        node.stop().await?;
        write_history(&postgres, library, options.messages).await?;
        let renewed = Mutex::new(Instant::now());
        Ok(Stage {
            options,
            postgres,
            people,
            hall,
            market,
            desks,
            library,
            searched: AtomicBool::new(false),
            program,
            folder,
            renewed,
        })
    }

    /// Whether a scenario was asked for.
    pub(super) fn wants(&self, scenario: Scenario) -> bool {
        self.options.scenarios.is_empty() || self.options.scenarios.contains(&scenario)
    }

    /// A server of its own. What was written is indexed first, so that no measurement has that beside it.
    pub(super) async fn node(&self) -> Result<Node> {
        let node = self.node_now().await?;
        search::wait(self, SETTLED).await?;
        Ok(node)
    }

    /// A server of its own, whatever it has to do yet.
    pub(super) async fn node_now(&self) -> Result<Node> {
        let folder = self.options.logs.clone().unwrap_or_else(|| self.folder.path().join("node"));
        Node::start(&Launch::new(&self.program, self.postgres.url(), &folder)).await
    }

    /// Where scratch files may lie.
    pub(super) fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Renews the access tokens if they are old.
    pub(super) async fn refresh(&self) -> Result<()> {
        let mut renewed = self.renewed.lock().await;
        if renewed.elapsed() < FRESH {
            return Ok(());
        }
        let node = self.node().await?;
        let all = stream::iter(&self.people).map(|person| person.at(&node.url));
        all.map(|person| async move { person.refresh().await }).buffer_unordered(AT_ONCE).try_collect::<()>().await?;
        node.stop().await?;
        *renewed = Instant::now();
        Ok(())
    }

    /// A person, counted round and round.
    pub(super) fn person(&self, place: usize) -> Result<&Client> {
        self.people.iter().cycle().nth(place % self.people.len().max(1)).context("nobody is there")
    }

    /// Connects somebody and waits until what follows is live.
    pub(super) async fn enter(&self, node: &Node, place: usize, resume: &Resume) -> Result<Wire> {
        let mut wire = self.knock(node, place, resume).await?;
        wire.expect("{\"type\":\"ready\"").await?;
        Ok(wire)
    }

    /// Connects somebody and says who it is, without waiting for an answer.
    pub(super) async fn knock(&self, node: &Node, place: usize, resume: &Resume) -> Result<Wire> {
        let mut wire = Wire::connect(node.address(), "/api/v1/socket").await?;
        let token = self.person(place)?.access_token().context("not signed in")?;
        let Resume { epoch, rooms, me, site } = resume.clone();
        let frame = ClientFrame::Authenticate { token, epoch, rooms, me, site };
        wire.outlet.text(&serde_json::to_string(&frame)?).await?;
        Ok(wire)
    }

    /// Connects the first so many people, each watching what `watch` says of their place.
    pub(super) fn arrivals<'a>(
        &'a self,
        node: &'a Node,
        count: usize,
        watch: Option<RoomId>,
    ) -> impl Stream<Item = Result<Wire>> + 'a {
        let arrivals =
            (0..count).map(move |place| async move { self.enter(node, place, &Resume::watching(watch)).await });
        stream::iter(arrivals).buffered(AT_ONCE)
    }

    /// Stops the Postgres.
    pub(super) async fn clear(self) -> Result<()> {
        self.postgres.stop().await
    }
}

async fn people(door: &Client, count: usize) -> Result<Vec<Client>> {
    let names = (0..count).map(|place| format!("reader{place}"));
    let made = names.map(|name| {
        let person = door.anonymous();
        async move {
            let email = format!("{name}@example.org");
            let register =
                Register { username: name, email, password: "waves on a far shore".into(), ..Register::default() };
            person.register(&register).await?;
            anyhow::Ok(person)
        }
    });
    // The first becomes the owner: alone, so that nobody else tries to.
    let mut made = stream::iter(made);
    let first = made.next().await.context("nobody to make")?.await?;
    let rest: Vec<Client> = made.buffered(AT_ONCE).try_collect().await?;
    Ok(std::iter::once(first).chain(rest).collect())
}

pub(super) async fn room(admin: &Client, name: &str, members: Option<&[UserId]>) -> Result<RoomId> {
    let room = admin.create_room(name, RoomKind::Private).await?.id;
    for some in members.unwrap_or_default().chunks(limits::ADD_MEMBERS_MAX) {
        let others: Vec<UserId> = some.iter().copied().filter(|id| Some(*id) != admin.user_id()).collect();
        if !others.is_empty() {
            admin.add_members(room, &others).await?;
        }
    }
    Ok(room)
}

/// Writes many messages at once, with the places and the head that posts would have left. No server runs meanwhile.
async fn write_history(postgres: &Postgres, room: RoomId, count: i64) -> Result<()> {
    eprintln!("writing {count} messages");
    let sql = postgres.connect().await?;
    let statement = format!(
        "BEGIN;
         WITH people AS (
             SELECT user_id, row_number() OVER (ORDER BY user_id) - 1 AS place, count(*) OVER () AS all_of_them
             FROM members WHERE room_id = '{room}' AND left_at IS NULL
         ), head AS (SELECT rev FROM room_heads WHERE room_id = '{room}')
         INSERT INTO messages (id, room_id, seq, rev, author_id, body, fingerprint, created_at)
         SELECT gen_random_uuid(), '{room}', head.rev + n, head.rev + n, people.user_id,
                'What was said as number ' || n || ' ' || repeat('and a little more ', 1 + (n % 7)::integer),
                sha256(n::text::bytea), now() - (({count} - n) || ' seconds')::interval
         FROM head, generate_series(1, {count}::bigint) n JOIN people ON people.place = n % people.all_of_them
         ORDER BY n;
         UPDATE room_heads SET rev = rev + {count}, last_seq = rev + {count} WHERE room_id = '{room}';
         CREATE TABLE floor_rows (
             id uuid PRIMARY KEY, room_id uuid NOT NULL, body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now()
         );
         COMMIT;"
    );
    sql.batch_execute(&statement).await?;
    sql.batch_execute("VACUUM ANALYZE").await?;
    sql.batch_execute("CHECKPOINT").await?;
    Ok(())
}
