//! What anyone may know of this site.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{CategoryId, Epoch, Rev, RoomId};

/// Who may make an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Anyone.
    Open,
    /// Anyone with an invite link.
    Invite,
    /// Nobody; accounts are made by the operator.
    Closed,
}

/// `GET /site`: public, what the page needs before anyone is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Site {
    /// The name shown above the rooms.
    pub name: String,
    /// Who may make an account.
    pub registration: Registration,
    /// True until the owner's account exists.
    pub needs_owner: bool,
    /// Whether the owner's account needs the set-up code printed at start.
    pub needs_setup_code: bool,
    /// The server's version.
    pub version: String,
}

/// A public room as the directory shows it: a row of the site stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryRoom {
    /// The room.
    pub id: RoomId,
    /// Its name; empty once hidden.
    pub name: String,
    /// What it is about; empty once hidden.
    pub topic: String,
    /// Set while it is read-only.
    #[serde(default, deserialize_with = "crate::time::maybe", skip_serializing_if = "Option::is_none")]
    pub archived_at: Option<DateTime<Utc>>,
    /// True once it is private or deleted: take it out of the directory.
    pub hidden: bool,
    /// Revision in the site stream.
    pub rev: Rev,
}

/// A row of `GET /rooms/directory`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DirectoryEntry {
    /// The room.
    #[serde(flatten)]
    pub room: DirectoryRoom,
    /// People in it now.
    pub member_count: i64,
    /// Whether the asker is a member.
    pub joined: bool,
}

/// A part of everyone's list of rooms, set by who runs the site: a row of the site stream. A room says which one it
/// stands in ([`Room::category_id`](crate::Room::category_id)).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Category {
    /// The id.
    pub id: CategoryId,
    /// Its name.
    pub name: String,
    /// Its place among the others, from 0.
    pub position: i32,
    /// It is no more; rooms that say they stand in it stand in none.
    pub removed: bool,
    /// Revision in the site stream.
    pub rev: Rev,
}

/// `POST /categories`: a new one comes last.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCategory {
    /// The name, 1 to [`limits::SECTION_NAME_MAX`](crate::limits::SECTION_NAME_MAX) characters.
    pub name: String,
}

/// `PATCH /categories/{id}`: absent fields stay.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateCategory {
    /// New name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// New place, from 0; beyond the last is the last. The others make room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<i32>,
}

/// The heads a client starts from: the epoch and where its two personal streams stand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Heads {
    /// The epoch.
    pub epoch: Epoch,
    /// Head of the asker's stream.
    pub me: Rev,
    /// Head of the site's stream.
    pub site: Rev,
}
