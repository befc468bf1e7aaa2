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

use leptos::prelude::*;

use crate::dialogs::Dialog;

/// The dialog that is meant.
pub fn dialog_of(dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::Switcher => view! { <switcher::Switcher/> }.into_any(),
        Dialog::Settings => view! { <settings::Settings/> }.into_any(),
        Dialog::Directory => view! { <directory::Directory/> }.into_any(),
        Dialog::CreateRoom => view! { <create_room::CreateRoom/> }.into_any(),
        Dialog::RoomSettings(room) => view! { <room_settings::RoomSettings room/> }.into_any(),
        Dialog::Invite(room) => view! { <invite::Invite room/> }.into_any(),
        Dialog::Shortcuts => view! { <shortcuts::Shortcuts/> }.into_any(),
    }
}
