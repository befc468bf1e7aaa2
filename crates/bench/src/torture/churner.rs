//! One who is taken out of a room and in again, over and over, by its admin.

use std::sync::Arc;
use std::time::Duration;

use fastrand::Rng;
use tokio::sync::watch;
use tokio::time::sleep;
use types::RoomId;

use super::record::{Act, Recorder};
use super::town::{Person, Town};
use super::writer::until_known;

/// How somebody is taken out and in.
pub struct Churning {
    /// Who takes them out and in.
    pub admin: Person,
    /// Who is taken.
    pub person: Person,
    /// Where.
    pub room: RoomId,
    /// Draws the pauses.
    pub rng: Rng,
}

/// Goes on until told to stop; in the end they are in.
pub async fn run(mut churning: Churning, town: Arc<Town>, recorder: Recorder, stop: watch::Receiver<bool>) {
    let Churning { admin, person, room, rng } = &mut churning;
    let (room, user) = (*room, person.id());
    let mut node = rng.usize(0..town.stations.len());
    for cycle in 0.. {
        sleep(Duration::from_millis(rng.u64(500..2_500))).await;
        if *stop.borrow() {
            return;
        }
        node += rng.usize(0..2);
        let remove = Act::Remove { room, user, cycle };
        // Refused: they are out already, by an attempt whose answer was lost.
        until_known(&town, &recorder, admin, &mut node, remove).await;
        sleep(Duration::from_millis(rng.u64(100..1_500))).await;
        let add = Act::Add { room, user, cycle };
        until_known(&town, &recorder, admin, &mut node, add).await;
    }
}
