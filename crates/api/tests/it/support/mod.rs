//! What every test needs: a town with its own database and one node or more, its people, and words to expect refusals.

mod cluster;
mod node;
mod person;
mod redis;
mod refusal;
mod town;

pub(crate) use cluster::create_database;
pub(crate) use node::Node;
pub(crate) use person::{PASSWORD, Person, next_changes};
pub(crate) use redis::Redis;
pub(crate) use refusal::Refused;
pub(crate) use town::{Town, registration};

use std::time::Duration;

/// Waits until something is so that nobody tells of, asking again and again for at most ten seconds.
pub(crate) async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let asked = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), asked).await.unwrap_or_else(|_| panic!("never happened: {what}"));
}
