//! A town: one database, its nodes, and the people who live there.

use std::net::{Ipv4Addr, SocketAddr};

use api::Config;
use api::app::Faults;
use client::Client;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use types::{Register, Registration};

use super::person::PASSWORD;
use super::{Node, Person, create_database};

/// A database with one node; anyone may register, and nothing is counted against them.
pub(crate) struct Town {
    pub(crate) node: Node,
    config: Config,
    faults: Faults,
    database: String,
}

impl Town {
    /// Founds a town for the test of this name.
    pub(crate) async fn found(test: &str) -> Town {
        Self::found_with(test, Faults::default(), |_| {}).await
    }

    /// Founds a town whose operator chose otherwise.
    pub(crate) async fn found_with(test: &str, faults: Faults, choose: impl FnOnce(&mut Config)) -> Town {
        let database = create_database(test).await;
        let mut config = Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            registration: Registration::Open,
            rate_limits: false,
            // Tests run beside one another on one Postgres.
            database_pool: 5,
            stop_seconds: 1,
            presence_grace_seconds: 1,
            ..Config::default()
        };
        choose(&mut config);
        let node = Node::start(config.clone(), faults, &database).await;
        Town { node, config, faults, database }
    }

    /// Another node on the same database, with the same faults.
    pub(crate) async fn second_node(&self) -> Node {
        Node::start(self.config.clone(), self.faults, &self.database).await
    }

    /// Stops the node and starts it again at the same address.
    pub(crate) async fn restart(&mut self) {
        self.node.stop().await;
        self.start().await;
    }

    /// Starts the node again that was stopped, at the same address.
    pub(crate) async fn start(&mut self) {
        let url = self.node.url.clone();
        let (config, database) = (self.config.clone(), self.database.clone());
        self.node = Node::start_at(&url, config, Faults::default(), &database).await;
    }

    /// A client nobody is signed in with.
    pub(crate) fn stranger(&self) -> Client {
        Client::new(&self.node.url)
    }

    /// Makes an account of this name. The first one is the owner's.
    pub(crate) async fn person(&self, name: &str) -> Person {
        let client = self.stranger();
        let user = client.register(&registration(name)).await.unwrap_or_else(|error| panic!("{name}: {error}")).user;
        Person { client, user }
    }

    /// Ada, who owns the site, and Mina and David, who do not.
    pub(crate) async fn three(&self) -> (Person, Person, Person) {
        let ada = self.person("ada").await;
        let (mina, david) = tokio::join!(self.person("mina"), self.person("david"));
        (ada, mina, david)
    }

    /// Takes the database away from everyone, or gives it back.
    pub(crate) async fn let_in(&self, anyone: bool) {
        let (server, name) = self.database.rsplit_once('/').unwrap();
        let mut admin = AsyncPgConnection::establish(&format!("{server}/postgres")).await.unwrap();
        admin.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {anyone}")).await.unwrap();
        if !anyone {
            let cut = format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'");
            admin.batch_execute(&cut).await.unwrap();
        }
    }

    /// A connection to the database, beside the server's.
    pub(crate) async fn connect(&self) -> AsyncPgConnection {
        AsyncPgConnection::establish(&self.database).await.unwrap()
    }

    /// Waits until a question to the database, whose answer is called `held`, is answered with yes.
    pub(crate) async fn until(&self, question: &str) {
        #[derive(diesel::QueryableByName)]
        struct Answer {
            #[diesel(sql_type = diesel::sql_types::Bool)]
            held: bool,
        }
        let mut connection = self.connect().await;
        while !diesel::sql_query(question).get_result::<Answer>(&mut connection).await.unwrap().held {
            tokio::task::yield_now().await;
        }
    }

    /// Does something to the database behind the server's back.
    pub(crate) async fn execute(&self, statement: &str) {
        let mut connection = self.connect().await;
        connection.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
}

/// What somebody of this name registers with.
pub(crate) fn registration(name: &str) -> Register {
    Register {
        username: name.into(),
        email: format!("{name}@example.org"),
        password: PASSWORD.into(),
        ..Register::default()
    }
}
