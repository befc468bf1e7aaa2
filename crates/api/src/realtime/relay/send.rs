//! Letters on their way to Redis: what has gathered goes in one pipeline, in order, over one connection.

use std::sync::atomic::Ordering;
use std::time::Duration;

use deadpool_redis::redis::Pipeline;
use deadpool_redis::{Connection, PoolError};
use tokio::time::{sleep, timeout};

use super::{Relay, WITHIN};
use crate::app::App;

/// Letters of one pipeline at most.
const BATCH: usize = 256;
/// The pause before a Redis that was away is tried again.
const PAUSE: Duration = Duration::from_millis(250);

/// Sends what is queued, until the relay is gone.
pub(super) async fn run(app: &App, relay: &Relay) {
    let Some(mut rx) = relay.rx.lock().take() else { return };
    let mut letters = Vec::with_capacity(BATCH);
    let mut connection: Option<Connection> = None;
    while rx.recv_many(&mut letters, BATCH).await > 0 {
        let bytes: usize = letters.iter().map(|(_, bytes)| bytes.len()).sum();
        relay.waiting.fetch_sub(bytes, Ordering::AcqRel);
        let mut pipeline = Pipeline::with_capacity(letters.len());
        for (channel, bytes) in &letters {
            pipeline.cmd("PUBLISH").arg(channel).arg(bytes).ignore();
        }
        let count = letters.len() as u64;
        letters.clear();
        match publish(relay, &mut connection, &pipeline).await {
            Ok(()) => app.metrics.relayed.inc_by(count),
            Err(error) => {
                tracing::debug!(%error, "what was to be told to the other nodes is lost");
                app.metrics.unrelayed.inc_by(count);
                connection = None;
                sleep(PAUSE).await;
            }
        }
    }
}

async fn publish(
    relay: &Relay,
    connection: &mut Option<Connection>,
    pipeline: &Pipeline,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    // Kept for as long as it works: taking it from the pool anew would ask Redis whether it is there each time.
    if connection.is_none() {
        let taken: Result<Connection, PoolError> = relay.pool.get().await;
        *connection = Some(taken?);
    }
    if let Some(connection) = connection {
        timeout(WITHIN, pipeline.query_async::<()>(connection)).await??;
    }
    Ok(())
}
