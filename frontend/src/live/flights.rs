//! Which rooms are being caught up with, one flight per room, and how far each must get.

use sync::Sorted;
use types::{Rev, RoomId};

/// The flights under way.
#[derive(Debug, Default)]
pub(super) struct Flights(Sorted<RoomId, Rev>);

impl Flights {
    /// Something up to `to` is missing. True if a flight is to begin; one under way goes on until it is there.
    pub(super) fn begin(&mut self, room: RoomId, to: Rev) -> bool {
        let under_way = self.0.get(&room).copied();
        self.0.insert(room, under_way.map_or(to, |wanted| wanted.max(to)));
        under_way.is_none()
    }

    /// Whether a room of which `rev` is held is not caught up with yet.
    pub(super) fn lacks(&self, room: RoomId, rev: Rev) -> bool {
        self.0.get(&room).is_some_and(|wanted| rev < *wanted)
    }

    /// The flight is over.
    pub(super) fn end(&mut self, room: RoomId) {
        self.0.remove(&room);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_told_during_a_flight_is_fetched_by_it() {
        let room: RoomId = "01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
        let mut flights = Flights::default();
        assert!(flights.begin(room, 7));
        assert!(!flights.begin(room, 9));
        assert!(!flights.begin(room, 8));
        // The server's answer was read before 9 was committed.
        assert!(flights.lacks(room, 7));
        assert!(!flights.lacks(room, 9));
        flights.end(room);
        assert!(!flights.lacks(room, 0));
        assert!(flights.begin(room, 3));
    }
}
