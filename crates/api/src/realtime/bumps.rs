//! The rooms that have moved and that a socket does not watch: told once for several moves, and never too many to hold.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::Notify;
use types::{Rev, RoomId, Seq};

/// The unwatched rooms that have moved.
#[derive(Clone, Default)]
pub struct Bumps(Arc<Shared>);

#[derive(Default)]
struct Shared {
    rooms: Mutex<HashMap<RoomId, (Rev, Seq, bool)>>,
    bumped: Notify,
}

impl Bumps {
    /// A room has moved, and may have named who reads; several moves become one bump.
    pub(super) fn note(&self, room_id: RoomId, rev: Rev, last_seq: Seq, named: bool) {
        let mut rooms = self.0.rooms.lock();
        let entry = rooms.entry(room_id).or_insert((rev, last_seq, named));
        *entry = (entry.0.max(rev), entry.1.max(last_seq), entry.2 || named);
        drop(rooms);
        self.0.bumped.notify_one();
    }

    /// Waits until there are some; cancel-safe.
    pub async fn wait(&self) {
        while self.0.rooms.lock().is_empty() {
            self.0.bumped.notified().await;
        }
    }

    /// Takes them.
    pub fn take(&self) -> Vec<(RoomId, Rev, Seq, bool)> {
        self.0.rooms.lock().drain().map(|(room, (rev, seq, named))| (room, rev, seq, named)).collect()
    }
}
