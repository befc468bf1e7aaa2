//! What is somebody's alone: on all their devices, and nobody else's.

mod blocks;
mod drafts;
mod preferences;
mod saved;
mod scheduled;
mod scheduled_nodes;

use client::Socket;
use types::MeChanges;
use types::socket::ServerFrame;

/// The next changes of one's own stream in which `pick` finds something.
pub(crate) async fn next_own<T>(socket: &mut Socket, what: &str, mut pick: impl FnMut(MeChanges) -> Option<T>) -> T {
    let pick = |frame| match frame {
        ServerFrame::MeChanges(changes) => pick(changes),
        _ => None,
    };
    socket.expect(what, pick).await.unwrap()
}
