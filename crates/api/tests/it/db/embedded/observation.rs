//! What a test sees of an embedded cluster from outside: its answers, its files and its process.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use api::db::embedded::{Embedded, Options};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rustix::process::Pid;
use tempfile::TempDir;

/// How long anything may take before a test fails.
const PATIENCE: Duration = Duration::from_secs(30);

/// A data directory that every account may enter, as `/var/lib/confab` is.
pub(super) fn data_dir() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), Permissions::from_mode(0o755)).unwrap();
    dir
}

pub(super) fn quick() -> Options {
    Options { durable: false }
}

pub(super) async fn start(dir: &Path) -> Embedded {
    Embedded::start_with(dir, quick()).await.unwrap()
}

/// Connects, as soon as that is possible.
pub(super) async fn connect(url: &str) -> AsyncPgConnection {
    within(async {
        loop {
            match AsyncPgConnection::establish(url).await {
                Ok(connection) => break connection,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

pub(super) async fn number(connection: &mut AsyncPgConnection, query: &str) -> i64 {
    let row: Number = diesel::sql_query(query).get_result(connection).await.unwrap();
    row.number
}

/// Writes a number, in place of an earlier one.
pub(super) async fn keep(cluster: &Embedded, number: i64) {
    let write = format!("DROP TABLE IF EXISTS kept; CREATE TABLE kept AS SELECT {number}::bigint AS number");
    connect(&cluster.url()).await.batch_execute(&write).await.unwrap();
}

/// Reads the number, as soon as the cluster takes connections.
pub(super) async fn kept(cluster: &Embedded) -> i64 {
    number(&mut connect(&cluster.url()).await, "SELECT number FROM kept").await
}

pub(super) async fn until_busy(cluster: &Embedded) {
    let mut watcher = connect(&cluster.url()).await;
    let busy = "SELECT count(*) AS number FROM pg_stat_activity WHERE query LIKE '%generate_series%' \
                AND pid <> pg_backend_pid()";
    within(async { while number(&mut watcher, busy).await == 0 {} }).await;
}

/// Waits until another postmaster than the one at the call is at work.
pub(super) async fn until_replaced(dir: &Path) {
    let before = postmaster(dir);
    within(async {
        while postmaster(dir).is_none() || postmaster(dir) == before {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

/// Waits until the postmaster has removed its file, the last thing it does.
pub(super) async fn until_stopped(dir: &Path) {
    within(async {
        while postmaster(dir).is_some() {
            tokio::task::yield_now().await;
        }
    })
    .await;
}

pub(super) async fn within<T>(event: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, event).await.expect("it took too long")
}

pub(super) fn data(dir: &Path) -> PathBuf {
    dir.join("postgres/data")
}

pub(super) fn postmaster(dir: &Path) -> Option<Pid> {
    let text = fs::read_to_string(data(dir).join("postmaster.pid")).ok()?;
    Pid::from_raw(text.lines().next()?.parse().ok()?)
}

/// The folder of the socket, as the running postmaster wrote it down.
pub(super) fn socket_of(dir: &Path) -> PathBuf {
    let text = fs::read_to_string(data(dir).join("postmaster.pid")).unwrap();
    PathBuf::from(text.lines().nth(4).unwrap())
}

pub(super) fn url_of_stopped(dir: &Path) -> String {
    let socket = dir.join("postgres/socket").display().to_string();
    format!("postgres://confab@{}/confab", socket.replace('/', "%2F"))
}
