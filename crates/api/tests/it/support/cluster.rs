//! One Postgres for all tests: every test process meets it under `target/test-postgres`, the first one starts it, and
//! it is left running for the next. Each test has a database of its own, copied from one that was migrated once.
//!
//! A test's process may be killed at any moment, so nothing waits for it to clean up: a database carries the number
//! of the process that made it, and later processes drop the databases of those that are gone.

use std::fs::{self, File, OpenOptions};
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use api::db::embedded::{Embedded, Options};
use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use rustix::process::{Pid, test_kill_process};
use tokio::sync::OnceCell;

/// What a test's database begins with; the process that made it follows.
const PREFIX: &str = "t_";

/// What the database begins with that the others are copied from; a hash of the migrations follows.
const TEMPLATE_PREFIX: &str = "template_";

/// How many databases of ended processes are dropped for each that is made: more than one, so that their number
/// shrinks, and few enough that no test waits long.
const DROPPED_AT_ONCE: usize = 2;

/// The URL of the database `postgres` of the cluster that all tests share.
pub(crate) async fn shared_cluster() -> String {
    static URL: OnceCell<String> = OnceCell::const_new();
    URL.get_or_init(find_or_start).await.clone()
}

/// Makes a migrated database for one test and gives its URL; `name` is for people who look at the cluster.
pub(crate) async fn create_database(name: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static MADE: AtomicU32 = AtomicU32::new(0);
    let admin_url = shared_cluster().await;
    let template = TEMPLATE.get_or_init(|| prepare(&admin_url)).await;
    let made = MADE.fetch_add(1, Ordering::Relaxed);
    let database: String = format!("{PREFIX}{}_{made}_{}", std::process::id(), plain(name)).chars().take(63).collect();
    let mut admin = connect(&admin_url).await;
    drop_left_over(&mut admin).await;
    // Measured without fsync: 20 ms to make and 8 ms to drop, against 30 and 16 ms by WAL_LOG.
    execute(&mut admin, &format!("CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY")).await;
    url_for(&admin_url, &database)
}

async fn find_or_start() -> String {
    let dir = cluster_dir();
    fs::create_dir_all(&dir).unwrap();
    let _lock = lock(&dir.join("start.lock")).await;
    let note = dir.join("url");
    if let Ok(url) = fs::read_to_string(&note)
        && AsyncPgConnection::establish(&url).await.is_ok()
    {
        return url;
    }
    let cluster = Embedded::start_with(&dir, Options { durable: false })
        .await
        .unwrap_or_else(|error| panic!("the tests' Postgres could not be started: {error}"));
    let url = cluster.url_for("postgres");
    cluster.leave_running().await.unwrap();
    fs::write(&note, &url).unwrap();
    url
}

/// The name of the database to copy, made at first.
async fn prepare(admin_url: &str) -> String {
    let mut admin = connect(admin_url).await;
    let template = format!("{TEMPLATE_PREFIX}{:016x}", migrations_hash());
    let _lock = lock(&cluster_dir().join("template.lock")).await;
    let existing = databases(&mut admin).await;
    if existing.contains(&template) {
        return template;
    }
    for old in existing.iter().filter(|name| name.starts_with(TEMPLATE_PREFIX)) {
        drop_database(&mut admin, old).await;
    }
    // Under another name until it is whole: whoever makes it may be killed meanwhile.
    let unfinished = format!("{TEMPLATE_PREFIX}unfinished");
    execute(&mut admin, &format!("CREATE DATABASE {unfinished}")).await;
    migrate(url_for(admin_url, &unfinished)).await;
    // The migrations' connection is closed, but Postgres may not have noticed yet.
    let disconnect =
        format!("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{unfinished}'");
    execute(&mut admin, &disconnect).await;
    execute(&mut admin, &format!("ALTER DATABASE {unfinished} RENAME TO {template}")).await;
    template
}

/// Runs the migrations in a runtime of several threads, which their harness needs and a test's runtime is not.
async fn migrate(url: String) {
    let run = move || tokio::runtime::Runtime::new().unwrap().block_on(api::db::migrate(&url));
    tokio::task::spawn_blocking(run).await.unwrap().expect("the migrations failed");
}

/// Drops some databases of processes that are gone, unless another process is about it.
async fn drop_left_over(admin: &mut AsyncPgConnection) {
    let file = open(&cluster_dir().join("drop.lock"));
    if file.try_lock().is_err() {
        return;
    }
    let left_over = databases(admin).await.into_iter().filter(|name| maker_is_gone(name));
    for name in left_over.take(DROPPED_AT_ONCE) {
        drop_database(admin, &name).await;
    }
}

/// Whether a name is that of a test's database whose process has ended.
fn maker_is_gone(database: &str) -> bool {
    let Some(number) = database.strip_prefix(PREFIX).and_then(|rest| rest.split('_').next()) else {
        return false;
    };
    let pid = number.parse().ok().and_then(Pid::from_raw);
    pid.is_some_and(|pid| test_kill_process(pid) == Err(rustix::io::Errno::SRCH))
}

async fn drop_database(admin: &mut AsyncPgConnection, name: &str) {
    execute(admin, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
}

#[derive(QueryableByName)]
struct Database {
    #[diesel(sql_type = Text)]
    name: String,
}

async fn databases(admin: &mut AsyncPgConnection) -> Vec<String> {
    let rows: Vec<Database> =
        diesel::sql_query("SELECT datname::text AS name FROM pg_database ORDER BY oid").load(admin).await.unwrap();
    rows.into_iter().map(|row| row.name).collect()
}

async fn execute(admin: &mut AsyncPgConnection, statement: &str) {
    admin.batch_execute(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
}

async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.unwrap_or_else(|error| panic!("the tests' Postgres is away: {error}"))
}

/// Another database of the same cluster.
fn url_for(admin_url: &str, database: &str) -> String {
    let (server, _) = admin_url.rsplit_once('/').unwrap();
    format!("{server}/{database}")
}

/// A name that needs no quotes.
fn plain(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '_' }
    };
    name.chars().map(plain).collect()
}

/// What the files of the migrations say, as one number.
fn migrations_hash() -> u64 {
    let mut files = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        hasher.write(file.as_os_str().as_encoded_bytes());
        hasher.write(&fs::read(file).unwrap());
    }
    hasher.finish()
}

/// Where the cluster is: in the `target` folder that this test was built into.
fn cluster_dir() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("test-postgres")
}

fn open(path: &Path) -> File {
    OpenOptions::new().write(true).create(true).truncate(false).open(path).unwrap()
}

/// Waits for a lock that another test process may hold, off the runtime's thread.
async fn lock(path: &Path) -> File {
    let file = open(path);
    tokio::task::spawn_blocking(move || file.lock().map(|()| file)).await.unwrap().unwrap()
}
