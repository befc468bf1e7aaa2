//! All come back in the same moment: each costs a share of a query, not queries of its own.

use client::{Resume, Socket};
use diesel::QueryableByName;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use types::RoomKind;

use crate::support::Town;

/// People who come back at once.
const PEOPLE: usize = 120;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    commits: i64,
}

/// Transactions of the town so far. A statement alone is one, and the clock of the database's own counts is waited for.
async fn commits(town: &Town) -> i64 {
    let mut connection = town.connect().await;
    let wait = "SELECT pg_stat_force_next_flush()";
    diesel::sql_query(wait).execute(&mut connection).await.unwrap();
    diesel::sql_query("SELECT xact_commit AS commits FROM pg_stat_database WHERE datname = current_database()")
        .get_result::<Count>(&mut connection)
        .await
        .unwrap()
        .commits
}

#[tokio::test]
async fn a_storm_of_those_who_missed_nothing_costs_few_queries() {
    let town = Town::found("storm").await;
    let ada = town.person("ada").await;
    let room = ada.create_room("garden", RoomKind::Public).await.unwrap().id;
    ada.say(room, "hello").await;
    // One person on many devices is as many sessions; half of them with one room watched, half with none.
    let mut devices = Vec::new();
    for _ in 0..PEOPLE {
        devices.push(ada.second_device().await);
    }
    let rev = ada.changes(room, 0, None).await.unwrap().rev;
    let heads = ada.heads().await.unwrap();
    let resume = |watches: bool| Resume {
        epoch: Some(heads.epoch.clone()),
        rooms: watches.then_some((room, rev)).into_iter().collect(),
        me: Some(heads.me),
        site: Some(heads.site),
    };
    let before = commits(&town).await;
    let storm = devices.iter().enumerate().map(|(n, device)| {
        let resume = resume(n % 2 == 0);
        async move {
            let mut socket = Socket::open(&device.client, &resume).await.unwrap();
            socket.ready().await.unwrap();
            socket
        }
    });
    let _sockets = futures_util::future::join_all(storm).await;
    let cost = commits(&town).await - before;
    println!("{cost} transactions for {PEOPLE} clients");
    // What the node does each second besides is among them, and on a busy machine this takes some seconds.
    assert!(cost < i64::try_from(PEOPLE).unwrap(), "{cost} transactions: one for each client, or more");
}
