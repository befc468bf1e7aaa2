//! The embedded Postgres: made at first, kept afterwards, and neither lost nor doubled by kills.

mod observation;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, Instant};

use api::db::embedded::{Embedded, EmbeddedError};
use diesel_async::{AsyncConnection, AsyncPgConnection, SimpleAsyncConnection};
use rustix::process::{Signal, geteuid, kill_process};

use self::observation::{
    connect, data, data_dir, keep, kept, number, postmaster, quick, socket_of, start, until_busy, until_replaced,
    until_stopped, url_of_stopped,
};

#[tokio::test]
async fn a_first_start_makes_a_database_that_takes_connections() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    let mut confab = connect(&cluster.url()).await;
    assert_eq!(number(&mut confab, "SELECT count(*) AS number FROM pg_class WHERE relname = 'kept'").await, 0);
    let mut other = connect(&cluster.url_for("postgres")).await;
    assert_eq!(number(&mut other, "SELECT 7::bigint AS number").await, 7);
    cluster.stop().await.unwrap();
    assert!(AsyncPgConnection::establish(&url_of_stopped(dir.path())).await.is_err());
}

#[tokio::test]
async fn capitals_and_order_do_not_depend_on_the_machine() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    let mut confab = connect(&cluster.url()).await;
    let lowered = "SELECT (lower('ÄÖÜ') = 'äöü')::int::bigint AS number";
    assert_eq!(number(&mut confab, lowered).await, 1);
    let ordered = "SELECT ('Z' < 'a' AND 'z' < 'ä')::int::bigint AS number";
    assert_eq!(number(&mut confab, ordered).await, 1);
    let checked = "SELECT (current_setting('data_checksums') = 'on')::int::bigint AS number";
    assert_eq!(number(&mut confab, checked).await, 1);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_run_is_ready_soon_and_finds_what_the_first_one_wrote() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    keep(&cluster, 42).await;
    cluster.stop().await.unwrap();
    let begin = Instant::now();
    let cluster = start(dir.path()).await;
    assert_eq!(kept(&cluster).await, 42);
    let took = begin.elapsed();
    assert!(took < Duration::from_millis(1500), "an existing cluster took {took:?}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_postgres_is_started_again_even_if_a_backend_of_it_is_busy() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    keep(&cluster, 42).await;
    let mut busy = connect(&cluster.url()).await;
    let busy =
        tokio::spawn(async move { busy.batch_execute("SELECT count(*) FROM generate_series(1, 100000000000)").await });
    until_busy(&cluster).await;
    let begin = Instant::now();
    kill_process(postmaster(dir.path()).unwrap(), Signal::KILL).unwrap();
    busy.await.unwrap().unwrap_err();
    assert_eq!(kept(&cluster).await, 42);
    let took = begin.elapsed();
    assert!(took < Duration::from_secs(5), "a restart took {took:?}");
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_postgres_killed_again_and_again_keeps_coming_back() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    for round in 1..=3 {
        keep(&cluster, round).await;
        kill_process(postmaster(dir.path()).unwrap(), Signal::KILL).unwrap();
        until_replaced(dir.path()).await;
        assert_eq!(kept(&cluster).await, round);
    }
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_postgres_left_running_is_replaced_without_loss() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    keep(&cluster, 42).await;
    let left = postmaster(dir.path()).unwrap();
    cluster.leave_running().await.unwrap();
    let cluster = start(dir.path()).await;
    assert_ne!(postmaster(dir.path()), Some(left));
    assert_eq!(kept(&cluster).await, 42);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_pid_file_that_names_another_process_neither_stops_it_nor_the_start() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    keep(&cluster, 42).await;
    let pid_file = data(dir.path()).join("postmaster.pid");
    let text = fs::read_to_string(&pid_file).unwrap();
    cluster.stop().await.unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&pid_file, format!("{}\n{rest}", std::process::id())).unwrap();
    let cluster = start(dir.path()).await;
    assert_eq!(kept(&cluster).await, 42);
    cluster.stop().await.unwrap();
}

#[tokio::test]
async fn a_second_server_on_the_same_data_directory_is_refused_by_name() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    let error = Embedded::start_with(dir.path(), quick()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::InUse { .. }), "{error}");
    let text = error.to_string();
    let real = dir.path().canonicalize().unwrap();
    assert!(text.contains(&format!("process {}", std::process::id())), "{text}");
    assert!(text.contains(&real.display().to_string()), "{text}");
    assert_eq!(number(&mut connect(&cluster.url()).await, "SELECT 1::bigint AS number").await, 1);
    cluster.stop().await.unwrap();
    start(dir.path()).await.stop().await.unwrap();
}

#[tokio::test]
async fn a_cluster_whose_owner_is_dropped_stops() {
    let dir = data_dir();
    let cluster = start(dir.path()).await;
    drop(cluster);
    until_stopped(dir.path()).await;
}

#[test]
fn a_cluster_whose_runtime_ends_stops() {
    let dir = data_dir();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let cluster = runtime.block_on(start(dir.path()));
    drop(runtime);
    tokio::runtime::Runtime::new().unwrap().block_on(until_stopped(dir.path()));
    drop(cluster);
}

#[tokio::test]
async fn a_cluster_of_another_major_is_refused_with_both_named() {
    let dir = data_dir();
    start(dir.path()).await.stop().await.unwrap();
    fs::write(data(dir.path()).join("PG_VERSION"), "14\n").unwrap();
    let error = Embedded::start_with(dir.path(), quick()).await.unwrap_err();
    assert!(matches!(error, EmbeddedError::OtherMajor { made_by: 14, .. }), "{error}");
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_works_as_well() {
    let dir = data_dir();
    let long = dir.path().join("ä, b\"".repeat(12)).join("c".repeat(60));
    let cluster = start(&long).await;
    keep(&cluster, 42).await;
    assert_eq!(kept(&cluster).await, 42);
    let socket = socket_of(&long);
    assert!(!socket.starts_with(dir.path()), "{}", socket.display());
    assert_eq!(fs::metadata(&socket).unwrap().mode() & 0o777, 0o700);
    cluster.stop().await.unwrap();
    fs::remove_dir_all(&socket).unwrap();
}

#[tokio::test]
async fn a_strange_path_is_no_hindrance() {
    let dir = data_dir();
    let strange = dir.path().join("ä, b\"%2F c");
    let cluster = start(&strange).await;
    assert!(socket_of(&strange).starts_with(dir.path()));
    keep(&cluster, 42).await;
    assert_eq!(kept(&cluster).await, 42);
    cluster.stop().await.unwrap();
}

/// As root, Postgres runs as an account that can't enter such a folder; as anyone else, it can.
#[tokio::test]
async fn a_data_directory_in_a_closed_folder_works() {
    let closed = data_dir();
    fs::set_permissions(closed.path(), Permissions::from_mode(0o700)).unwrap();
    let dir = closed.path().join("data");
    let cluster = start(&dir).await;
    keep(&cluster, 42).await;
    cluster.stop().await.unwrap();
    let cluster = start(&dir).await;
    assert_eq!(kept(&cluster).await, 42);
    cluster.stop().await.unwrap();
    let pointer = fs::read_to_string(dir.join("postgres.path")).ok();
    assert_eq!(pointer.is_some(), geteuid().is_root());
    if let Some(folder) = pointer {
        fs::remove_dir_all(folder.trim()).unwrap();
    }
}
