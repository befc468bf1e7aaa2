//! How a change travels after its commit: [`News`] goes to the [`Hub`], which encodes once and hands a cheap clone to
//! each subscriber's bounded queue; the [`Relay`] takes it to the other nodes; [`sweep`] finds what was lost on the way.
//!
//! Nothing here is durable. Revisions and the change feed repair any loss, so a frame may be dropped, never altered.

mod bumps;
mod encoded;
mod healing;
mod hub;
mod outbox;
pub mod relay;
mod span;
mod stirred;
pub mod sweep;
mod wakes;

pub use bumps::Bumps;
pub use encoded::{Encoded, encode};
pub use hub::{Hub, Interest, Topic};
pub use outbox::{Out, Outbox, Pen, Slowness, WayOut, way_out};
pub use relay::{NodeId, Relay};
pub use span::{Frame, Span};
pub use wakes::together;

use types::{Changes, Epoch, MeChanges, RoomId, SiteChanges, UserId};

use crate::app::App;
use crate::seeded::SeededFault;

/// What one commit changed: gathered inside the transaction, published after it, never before.
#[derive(Debug, Default)]
pub struct News {
    /// At most one per room.
    pub rooms: Vec<Changes>,
    /// Changes of people's own streams.
    pub people: Vec<(UserId, MeChanges)>,
    /// Changes of the site's stream.
    pub site: Option<SiteChanges>,
    epoch: Epoch,
    /// Whether revisions are drawn from a sequence, a fault put in on purpose.
    pub(crate) drawn: bool,
}

impl News {
    /// No news yet.
    pub fn new(app: &App) -> News {
        let drawn = app.config.suffers(SeededFault::SequenceAsCursor);
        News { epoch: app.epoch.clone(), drawn, ..News::default() }
    }

    /// The epoch of the changes gathered here.
    pub fn epoch(&self) -> Epoch {
        self.epoch.clone()
    }

    /// An empty span of a room, to be filled and pushed.
    pub fn span(&self, room_id: RoomId, since: types::Rev) -> Changes {
        Changes::empty(room_id, self.epoch(), since)
    }
}
