//! What is tortured: nodes on one Postgres (and one Redis), each behind links that can be broken, and the people.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use client::Client;
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use types::{Register, User, UserId};

use crate::host::proxy::{Address, Proxy, Upstream};
use crate::host::redis::Redis;
use crate::host::{Launch, Node, Postgres};

/// How long a node is started again and again before the run is given up.
const PATIENCE: Duration = Duration::from_secs(90);
/// The password of everyone.
pub const PASSWORD: &str = "a long quiet evening";

/// A node and its links.
pub struct Station {
    /// Where clients reach it.
    pub url: String,
    /// Its link to clients.
    pub clients: Proxy,
    /// Its link to Postgres.
    pub database: Proxy,
    /// Its link to Redis.
    pub redis: Option<Proxy>,
    address: Address,
    launch: Launch,
    node: Mutex<Option<Node>>,
}

/// The whole.
pub struct Town {
    /// The nodes.
    pub stations: Vec<Station>,
    /// The database.
    pub postgres: Postgres,
    /// The Redis, where there is one.
    pub redis: Option<Mutex<Redis>>,
    data: String,
}

/// What a town is built of.
pub struct Foundation<'a> {
    /// The program `confab`.
    pub server: &'a Path,
    /// How many nodes.
    pub nodes: usize,
    /// Whether they share a Redis.
    pub redis: bool,
    /// A fault put into the server on purpose.
    pub fault: Option<&'a str>,
    /// Where everything is kept.
    pub folder: &'a Path,
}

/// Somebody with an account.
#[derive(Clone)]
pub struct Person {
    /// Their client, signed in, at no node in particular.
    pub client: Client,
    /// Who they are.
    pub user: User,
}

impl Person {
    /// Their id.
    pub fn id(&self) -> UserId {
        self.user.id
    }
}

impl Town {
    /// Builds it and waits until every node serves.
    pub async fn found(foundation: &Foundation<'_>) -> Result<Arc<Town>> {
        let postgres = Postgres::start(foundation.folder).await?;
        let sql = postgres.connect().await?;
        let setting = async |name: &str| -> Result<String> {
            Ok(sql.query_one(&format!("SELECT current_setting('{name}')"), &[]).await?.try_get(0)?)
        };
        let data = setting("data_directory").await?;
        let socket = setting("unix_socket_directories").await?;
        let socket = Path::new(socket.trim_matches('"')).join(".s.PGSQL.5432");
        let redis = match foundation.redis {
            true => Some(Redis::start(foundation.folder).await?),
            false => None,
        };
        let mut stations = Vec::new();
        for number in 0..foundation.nodes {
            let address = Address::default();
            let clients = Proxy::start(Upstream::Node(address.clone())).await?;
            let database = Proxy::start(Upstream::Postgres(socket.clone())).await?;
            let redis = match &redis {
                Some(redis) => Some(Proxy::start(Upstream::Redis(redis.socket())).await?),
                None => None,
            };
            let folder = foundation.folder.join(format!("node-{number}"));
            let url = format!("postgres://confab@{}/confab", database.address);
            let mut launch = Launch::new(foundation.server, &url, &folder);
            let set = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            launch.variables = vec![set("CONFAB_DATABASE_POOL", "12"), set("CONFAB_STOP_SECONDS", "5")];
            launch.variables.extend(redis.as_ref().map(|r| set("REDIS_URL", &format!("redis://{}/", r.address))));
            launch.variables.extend(foundation.fault.map(|fault| set("CONFAB_SEEDED_FAULT", fault)));
            let url = format!("http://{}", clients.address);
            stations.push(Station { url, clients, database, redis, address, launch, node: Mutex::new(None) });
        }
        let town = Town { stations, postgres, redis: redis.map(Mutex::new), data };
        for station in &town.stations {
            station.up().await?;
        }
        Ok(Arc::new(town))
    }

    /// A node; any number names one.
    pub fn station(&self, number: usize) -> Result<&Station> {
        self.stations.get(number % self.stations.len().max(1)).context("a town without nodes")
    }

    /// Kills Postgres, as a crash would; its supervisor starts it again.
    pub fn kill_postgres(&self) -> Result<()> {
        let text = std::fs::read_to_string(Path::new(&self.data).join("postmaster.pid"))?;
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).and_then(Pid::from_raw);
        Ok(kill_process(pid.context("no process in postmaster.pid")?, Signal::KILL)?)
    }

    /// The links of all nodes to Redis.
    pub fn links_to_redis(&self) -> impl Iterator<Item = &Proxy> + Clone {
        self.stations.iter().filter_map(|station| station.redis.as_ref())
    }

    /// Answers to a COMMIT that were cut off so far.
    pub fn answers_cut(&self) -> u64 {
        self.stations.iter().map(|station| station.database.answers_cut()).sum()
    }

    /// Makes an account.
    pub async fn person(&self, name: &str) -> Result<Person> {
        let client = Client::new(&self.station(0)?.url);
        let register = Register {
            username: name.into(),
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            ..Register::default()
        };
        let user = client.register(&register).await?.user;
        Ok(Person { client, user })
    }

    /// Signs somebody in once more, at a node.
    pub async fn second_device(&self, person: &Person, node: usize) -> Result<Client> {
        let client = Client::new(&self.station(node)?.url);
        client.sign_in(&person.user.username, PASSWORD).await?;
        Ok(client)
    }

    /// Ends every fault and waits until every node serves.
    pub async fn heal(&self) -> Result<()> {
        use crate::host::proxy::Mode;
        if let Some(redis) = &self.redis {
            redis.lock().await.restart().await?;
        }
        for station in &self.stations {
            station.clients.set(Mode::Pass);
            station.database.set(Mode::Pass);
            station.database.cut_commits(0);
            station.database.cut_commit_answers(0);
            if let Some(redis) = &station.redis {
                redis.set(Mode::Pass);
            }
            station.up().await?;
        }
        Ok(())
    }
}

impl Station {
    /// Starts the node, unless it runs; one that can't reach its database yet is started again.
    pub async fn up(&self) -> Result<()> {
        let mut node = self.node.lock().await;
        let deadline = Instant::now() + PATIENCE;
        while node.is_none() {
            match Node::start(&self.launch).await {
                Ok(started) => {
                    *self.address.lock() = Some(started.address());
                    *node = Some(started);
                }
                Err(error) if Instant::now() > deadline => bail!("a node does not come up: {error:#}"),
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
        Ok(())
    }

    /// Kills the node; whether it was running.
    pub async fn kill(&self) -> Result<bool> {
        match self.node.lock().await.take() {
            Some(node) => node.kill().await.map(|()| true),
            None => Ok(false),
        }
    }

    /// Stops the node as an operator does.
    pub async fn stop(&self) -> Result<()> {
        match self.node.lock().await.take() {
            Some(node) => node.stop().await,
            None => Ok(()),
        }
    }

    /// Freezes the node for a while.
    pub async fn freeze(&self, time: Duration) -> Result<()> {
        let node = self.node.lock().await;
        let Some(node) = node.as_ref() else { return Ok(()) };
        node.freeze()?;
        sleep(time).await;
        node.thaw()
    }
}
