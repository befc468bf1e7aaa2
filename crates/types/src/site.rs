//! What anyone may know of this site.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Epoch, Rev, RoomId};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
