//! Keeps Postgres running: when it ends without having been told to, it is started again at once.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;
use tracing::{error, info, warn};

use super::cluster::Cluster;
use super::error::EmbeddedError;
use super::leftover;
use super::postmaster::Postmaster;

/// How long to wait after a restart that failed.
const PAUSE: Duration = Duration::from_millis(250);

/// How the supervision ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    /// Postgres is stopped.
    Stop,
    /// Postgres goes on without a supervisor.
    Leave,
}

/// Runs until an order comes; an owner that is gone without one means [`Order::Stop`].
pub(super) async fn supervise(
    cluster: Cluster,
    mut postmaster: Postmaster,
    mut orders: oneshot::Receiver<Order>,
) -> Result<(), EmbeddedError> {
    loop {
        tokio::select! {
            biased;
            order = &mut orders => match order {
                Ok(Order::Leave) => {
                    postmaster.leave();
                    return Ok(());
                }
                Ok(Order::Stop) | Err(_) => return postmaster.stop().await,
            },
            ended = postmaster.wait() => match ended {
                Ok(status) => warn!("Postgres ended unexpectedly ({status}) and is started again"),
                Err(error) => warn!(%error, "Postgres is lost and is started again"),
            },
        }
        postmaster = tokio::select! {
            biased;
            // A start that is under way is dropped, which ends it.
            _ = &mut orders => return Ok(()),
            restarted = restart(&cluster) => restarted,
        };
    }
}

/// Tries until it works.
async fn restart(cluster: &Cluster) -> Postmaster {
    loop {
        let started = match leftover::end(cluster).await {
            Ok(()) => Postmaster::start(cluster).await,
            Err(error) => Err(error),
        };
        match started {
            Ok(postmaster) => {
                info!("Postgres is ready again");
                return postmaster;
            }
            Err(error) => error!(%error, "Postgres could not be started again"),
        }
        sleep(PAUSE).await;
    }
}
