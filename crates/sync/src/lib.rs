//! What a client holds and how changes apply to it, the same in the page, the Rust client and the tests.
//!
//! Pure: no clock, no randomness, no network. [`RoomState`] holds the rows of a room and the part of its history that is
//! loaded; [`MeState`] and [`SiteState`] hold the two personal streams; [`Outbox`] holds what was written and is not
//! confirmed yet; [`timeline()`] turns a room and an outbox into the lines of a page. Every stream has one way in: its
//! `apply`, which answers with an [`Outcome`] that says what to do next.

mod me;
mod outbox;
mod outcome;
mod pending;
mod reactions;
mod room;
mod site;
mod sorted;
#[cfg(test)]
mod tests;
mod timeline;
mod votes;
mod window;

pub use me::MeState;
pub use outbox::Outbox;
pub use outcome::Outcome;
pub use pending::{Act, Pending, PendingState};
pub use reactions::Reacted;
pub use room::RoomState;
pub use site::SiteState;
pub use sorted::Sorted;
pub use timeline::{Key, Line, Reader, first_unread, named, thread, timeline, unread};
pub use votes::Tally;
pub use window::{Asked, Window};
