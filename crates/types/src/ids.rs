//! Ids are UUIDv7, each kind a type of its own so that one can't stand where another is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// A person.
    UserId
);
id!(
    /// A room.
    RoomId
);
id!(
    /// A message. Chosen by its sender: the optimistic row's key, the idempotency key and the stored id in one.
    MessageId
);
id!(
    /// A signed-in session (one device).
    SessionId
);
id!(
    /// An invite link.
    InviteId
);
id!(
    /// A saved search.
    SearchId
);
id!(
    /// A message to be sent later; the message it becomes has the same id.
    ScheduledId
);

id!(
    /// A part of the site's list of rooms.
    CategoryId
);

id!(
    /// A webhook, incoming or outgoing.
    HookId
);

/// Which history the revisions belong to: it changes when the database was restored or another server was promoted.
/// A client that holds another epoch starts afresh.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Epoch(pub String);
