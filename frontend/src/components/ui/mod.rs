//! The small parts every screen is made of.

pub mod ask;
pub mod avatar;
pub mod bot_badge;
pub mod copy;
pub mod field;
pub mod form;
pub mod icon;
pub mod list;
pub mod modal;
pub mod once;
pub mod room_glyph;
pub mod state;
pub mod when;

pub use ask::Ask;
pub use avatar::{Avatar, presence_word};
pub use bot_badge::BotBadge;
pub use copy::copied;
pub use field::{Choices, Field};
pub use form::{Attempt, Complaint};
pub use icon::{Glyph, Icon};
pub use list::{List, ListRow};
pub use modal::Modal;
pub use once::Once;
pub use room_glyph::RoomGlyph;
pub use state::{EmptyState, Failed, Skeleton};
pub use when::When;
