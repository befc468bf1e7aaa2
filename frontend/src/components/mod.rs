//! The parts of the screens; each with its style beside it.

pub mod add_people;
pub mod body;
pub mod composer;
pub mod create_room;
pub mod directory;
pub mod edit;
mod hold;
pub mod invite;
pub mod keys;
pub mod members;
pub mod message;
pub mod reconnect;
pub mod room_header;
pub mod room_settings;
pub mod settings;
pub mod shortcuts;
pub mod sidebar;
pub mod switcher;
pub mod timeline;
pub mod typing_line;
pub mod ui;
pub mod unsent;
