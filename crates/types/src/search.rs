//! Searching what one may read. [`query`] is the language that is typed; both ends read it by the same parser.

pub mod query;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Message, Rev, Room, SearchId, User};

/// In which order what was found comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SearchOrder {
    /// The newest first.
    #[default]
    Newest,
    /// What fits best first, of the newest [`limits::SEARCH_RANKED`](crate::limits::SEARCH_RANKED) that were found.
    Best,
}

/// A part of a text, in Unicode scalar values from its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TextRange {
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
}

/// What a message says around what was searched for, without its Markdown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Excerpt {
    /// Plain text; `…` stands where something was left out.
    pub text: String,
    /// What was searched for, in order, none over another.
    pub ranges: Vec<TextRange>,
}

/// A message that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Found {
    /// The message.
    pub message: Message,
    /// The first message of its thread, for an answer in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<Message>,
    /// What it says there.
    pub excerpt: Excerpt,
}

/// `GET /search`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SearchPage {
    /// What was found.
    pub items: Vec<Found>,
    /// The rooms of these messages.
    pub rooms: Vec<Room>,
    /// Their authors.
    pub users: Vec<User>,
    /// Opaque cursor of the following page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// What a suggestion is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SuggestionKind {
    /// Somebody: `from:`, `mentions:` or `in:` their direct conversation.
    Person,
    /// A room of mine.
    Room,
    /// An operator or one of its values.
    Operator,
    /// A search made before; only the page knows these.
    Recent,
    /// A kind this version does not know; no server says it.
    #[serde(other)]
    Unknown,
}

/// What the word that is being typed may become.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestion {
    /// What it is about.
    pub kind: SuggestionKind,
    /// What takes the word's place.
    pub text: String,
    /// The person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    /// The room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<Room>,
}

/// `GET /search/suggestions`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggestions {
    /// The likeliest first.
    pub items: Vec<Suggestion>,
}

/// A search that I keep: a row of my stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SavedSearch {
    /// Its id.
    pub id: SearchId,
    /// What I call it.
    pub name: String,
    /// What is searched for.
    pub query: String,
    /// What it finds is unread if it was written after this.
    #[serde(deserialize_with = "crate::time::moment")]
    pub seen_at: DateTime<Utc>,
    /// No longer kept.
    pub removed: bool,
    /// Revision in my stream.
    pub rev: Rev,
}

/// A saved search with what it finds now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CountedSearch {
    /// The search.
    pub search: SavedSearch,
    /// Messages of others that it finds above its mark, counted up to 100.
    pub unread: i64,
}

/// `POST /me/searches`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewSavedSearch {
    /// UUIDv7; the same again is harmless. The server makes one if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<SearchId>,
    /// What I call it, at most 64 characters.
    pub name: String,
    /// What is searched for.
    pub query: String,
}

/// `PATCH /me/searches/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateSavedSearch {
    /// A new name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Another search.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// When the newest message that I have seen of it was written; the mark only rises.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub seen_at: Option<DateTime<Utc>>,
}
