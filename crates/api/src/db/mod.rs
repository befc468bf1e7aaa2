//! Postgres: the pool, the migrations and what must hold before the server starts.
//!
//! The truth lives here and nowhere else. `schema.rs` mirrors the migrations, [`embedded`] runs a private cluster when
//! no DATABASE_URL is given.

mod batch;
mod cursor;
pub mod embedded;
pub mod feed;
pub mod schema;

pub use batch::Batch;
pub use cursor::Cursor;

use std::time::Duration;

use diesel::sql_types::{Bool, Integer, Text};
use diesel::{ConnectionError, ConnectionResult, QueryableByName, sql_query};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures_util::FutureExt;
use tokio_postgres::tls::NoTlsStream;
use types::Epoch;

use crate::error::Error;

/// The steps from an empty database to today's.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

/// A connection lent by the pool.
pub type Conn = Object<AsyncPgConnection>;

/// How long a request waits for a free connection before it is told to come back.
const WAIT: Duration = Duration::from_secs(5);

/// A connection whose other end acknowledges nothing for this long is given up.
const DEAD_AFTER: Duration = Duration::from_secs(10);

/// What holds on every connection of the pool: no statement outlives the request that asked for it by much.
const LIMITS: &str = "SET statement_timeout = '30s'; SET idle_in_transaction_session_timeout = '60s'";

/// The oldest server that is supported.
const OLDEST: i32 = 150_000;

/// Held while migrations run, so that nodes starting together take turns.
const MIGRATION_LOCK: i64 = 0x636f_6e66_6162;

/// The pool.
#[derive(Clone)]
pub struct Db {
    pool: Pool<AsyncPgConnection>,
    url: String,
}

impl Db {
    /// Opens a pool of at most `size` connections; none is made yet.
    pub fn open(url: &str, size: usize) -> Result<Db, StartError> {
        let mut config = ManagerConfig::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| connect(url.to_owned()).boxed());
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(deadpool::Runtime::Tokio1)
            .wait_timeout(Some(WAIT))
            .create_timeout(Some(WAIT))
            .recycle_timeout(Some(WAIT))
            .build()
            .map_err(|e| StartError(format!("the connection pool could not be made: {e}")))?;
        Ok(Db { pool, url: url.to_owned() })
    }

    /// A connection of its own, outside the pool, for who sends statements without waiting for each answer.
    pub async fn dedicate(&self) -> Result<tokio_postgres::Client, Error> {
        let away = |error| Error::unavailable(format!("no database connection: {error}"));
        let (client, wire) = dial(&self.url).await.map_err(away)?;
        // It ends with the client.
        tokio::spawn(wire);
        client.batch_execute(LIMITS).await?;
        Ok(client)
    }

    /// Lends a connection; `unavailable` when Postgres is away or all are busy for too long.
    pub async fn get(&self) -> Result<Conn, Error> {
        self.pool.get().await.map_err(|e| Error::unavailable(format!("no database connection: {e}")))
    }

    /// Connections in use and in all.
    pub fn gauge(&self) -> (usize, usize) {
        let status = self.pool.status();
        (status.size.saturating_sub(status.available), status.size)
    }
}

/// Cuts what was read with one row more than `limit` asks for; whether there is that one more.
pub fn page<T>(rows: &mut Vec<T>, limit: i64) -> bool {
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = rows.len() > most;
    rows.truncate(most);
    more
}

type Dialled = (tokio_postgres::Client, tokio_postgres::Connection<tokio_postgres::Socket, NoTlsStream>);

/// Opens a connection that notices a dead network: the operating system alone would wait for a quarter of an hour.
async fn dial(url: &str) -> Result<Dialled, tokio_postgres::Error> {
    let mut config: tokio_postgres::Config = url.parse()?;
    config.connect_timeout(WAIT).keepalives_idle(DEAD_AFTER).tcp_user_timeout(DEAD_AFTER);
    config.connect(tokio_postgres::NoTls).await
}

async fn connect(url: String) -> ConnectionResult<AsyncPgConnection> {
    let failed = |error: tokio_postgres::Error| ConnectionError::BadConnection(error.to_string());
    let (client, wire) = dial(&url).await.map_err(failed)?;
    let mut conn = AsyncPgConnection::try_from_client_and_connection(client, wire).await?;
    conn.batch_execute(LIMITS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

#[derive(QueryableByName)]
struct Identity {
    #[diesel(sql_type = Text)]
    epoch: String,
}

/// Which history the database's revisions belong to: a restore brings another uuid or system, a promotion another
/// timeline, and either starts another epoch.
pub async fn epoch(conn: &mut AsyncPgConnection) -> Result<Epoch, Error> {
    let identity: Identity = sql_query(
        "SELECT md5(site.uuid::text || s.system_identifier::text || c.timeline_id::text) AS epoch \
         FROM site, pg_control_system() s, pg_control_checkpoint() c",
    )
    .get_result(conn)
    .await?;
    Ok(Epoch(identity.epoch))
}

/// Why the server does not start; the text is for the operator.
#[derive(Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Integer)]
    number: i32,
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Extension {
    #[diesel(sql_type = Bool)]
    may_be_made: bool,
}

/// Searching needs the extension `pg_trgm`: it must be there, or be one that this account may make.
async fn check_extension(conn: &mut AsyncPgConnection) -> Result<(), StartError> {
    let found: Vec<Extension> = sql_query(
        "SELECT e.installed_version IS NOT NULL OR has_database_privilege(current_database(), 'CREATE') AS may_be_made \
         FROM pg_available_extensions e WHERE e.name = 'pg_trgm'",
    )
    .load(conn)
    .await
    .map_err(|e| StartError(format!("the database does not tell its extensions: {e}")))?;
    let message = match found.as_slice() {
        [Extension { may_be_made: true }] => return Ok(()),
        [] => {
            "the database server lacks the extension pg_trgm: install PostgreSQL's contrib package \
             (postgresql-contrib; Debian's postgresql has it)"
        }
        _ => {
            "searching needs the extension pg_trgm, which this account may not make: let the database's owner run \
             CREATE EXTENSION pg_trgm in it"
        }
    };
    Err(StartError(message.into()))
}

/// Brings the database up to date: one node at a time, and only on a server that is new enough.
pub async fn migrate(url: &str) -> Result<(), StartError> {
    let failed = |what: &str, e: &dyn std::fmt::Display| StartError(format!("{what}: {e}"));
    let mut conn = tokio::time::timeout(WAIT * 2, AsyncPgConnection::establish(url))
        .await
        .map_err(|e| failed("the database does not answer", &e))?
        .map_err(|e| failed("the database can't be reached", &e))?;
    let version: Version = sql_query(
        "SELECT current_setting('server_version_num')::integer AS number, current_setting('server_version') AS name",
    )
    .get_result(&mut conn)
    .await
    .map_err(|e| failed("the database does not tell its version", &e))?;
    if version.number < OLDEST {
        return Err(StartError(format!("PostgreSQL {} is too old: 15 or newer is needed", version.name)));
    }
    check_extension(&mut conn).await?;
    sql_query(format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .execute(&mut conn)
        .await
        .map_err(|e| failed("the migration lock could not be taken", &e))?;
    // The lock belongs to this connection and ends with it. A blocking thread, so that any runtime will do.
    let mut harness = AsyncMigrationHarness::new(conn);
    let migrated = move || harness.run_pending_migrations(MIGRATIONS).map(|_| ()).map_err(|e| e.to_string());
    let done = tokio::task::spawn_blocking(migrated).await.map_err(|e| failed("a migration failed", &e))?;
    done.map_err(|e| failed("a migration failed", &e))?;
    Ok(())
}
