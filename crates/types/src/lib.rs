//! The wire of Confab and nothing else: ids, requests, responses, socket frames, error codes and limits.
//!
//! Both ends use these types, so the wire can't drift. Read [`ids`] and [`changes`] first: they carry the one idea of
//! the protocol (a room is a set of versioned rows). [`socket`] is the live side, [`error`] what is said when something
//! can't be done, [`limits`] and [`validate`] what both sides check before they speak.

pub mod account;
pub mod bot;
pub mod changes;
mod decode;
pub mod error;
pub mod ids;
mod json;
pub mod limits;
pub mod me;
pub mod message;
mod plain;
pub mod poll;
pub mod reaction;
pub mod room;
pub mod search;
pub mod site;
pub mod socket;
mod time;
pub mod validate;

pub use account::*;
pub use bot::*;
pub use changes::*;
pub use decode::{frame_from_text, from_text};
pub use error::{ErrorCode, FieldError, Problem};
pub use ids::*;
pub use json::Unreadable;
pub use me::*;
pub use message::*;
pub use poll::*;
pub use reaction::*;
pub use room::*;
pub use search::{
    CountedSearch, Excerpt, Found, NewSavedSearch, SavedSearch, SearchOrder, SearchPage, Suggestion, SuggestionKind,
    Suggestions, TextRange, UpdateSavedSearch,
};
pub use site::*;

/// A moment, UTC, RFC 3339 on the wire.
pub type Time = chrono::DateTime<chrono::Utc>;

/// A revision: the place of a change in its stream (a room's, a person's or the site's). Starts at 0 = nothing yet.
pub type Rev = i64;

/// A message's place in its room: the room's revision when it was posted.
pub type Seq = i64;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
