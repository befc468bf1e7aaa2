//! The parts of the screens; each with its style beside it.

pub mod add_people;
pub mod body;
pub mod composer;
pub mod create_room;
pub mod details;
pub mod direct;
pub mod directory;
pub mod edit;
pub mod emoji_picker;
pub mod float;
pub mod folded;
pub mod forward;
mod hold;
pub mod integrations;
pub mod invite;
mod jump;
pub mod keys;
pub mod long_press;
pub mod members;
pub mod menu;
pub mod message;
pub mod message_menu;
pub mod moments;
pub mod notes;
pub mod person_card;
pub mod pins;
pub mod poll;
pub mod quick;
pub mod quote;
pub mod reactions;
pub mod reads;
pub mod recent_emoji;
pub mod reconnect;
pub mod reminders;
pub mod room_header;
pub mod room_settings;
mod roving;
pub mod saved_searches;
pub mod search;
pub mod settings;
pub mod shortcuts;
pub mod sidebar;
pub mod switcher;
pub mod thread;
pub mod timeline;
pub mod typing_line;
pub mod ui;
pub mod undo;
pub mod unsent;
pub mod versions;
pub mod writing;

use leptos::prelude::*;
use types::RoomId;

use crate::dialogs::Dialog;
use crate::pages::room::{Float, Floating, Panel};

/// The dialog that is meant.
pub fn dialog_of(dialog: Dialog) -> AnyView {
    match dialog {
        Dialog::Switcher => view! { <switcher::Switcher/> }.into_any(),
        Dialog::Settings => view! { <settings::Settings/> }.into_any(),
        Dialog::Directory => view! { <directory::Directory/> }.into_any(),
        Dialog::CreateRoom => view! { <create_room::CreateRoom/> }.into_any(),
        Dialog::RoomSettings(room) => view! { <room_settings::RoomSettings room/> }.into_any(),
        Dialog::Invite(room) => view! { <invite::Invite room/> }.into_any(),
        Dialog::Person(user, room) => view! { <person_card::PersonCard user room/> }.into_any(),
        Dialog::Naming(naming) => view! { <sidebar::naming::Name naming/> }.into_any(),
        Dialog::Forward(id) => view! { <forward::ForwardMessage id/> }.into_any(),
        Dialog::Versions(id) => view! { <versions::Versions id/> }.into_any(),
        Dialog::Integrations(room) => view! { <integrations::Integrations room/> }.into_any(),
        Dialog::NewPoll(room) => view! { <poll::new_poll::NewPollDialog room/> }.into_any(),
        Dialog::Voters(id) => view! { <poll::voters::Voters id/> }.into_any(),
        Dialog::Direct(room) => view! { <direct::NewDirect room/> }.into_any(),
        Dialog::Reads(id) => view! { <reads::Reads id/> }.into_any(),
        Dialog::Shortcuts => view! { <shortcuts::Shortcuts/> }.into_any(),
    }
}

/// The panel that is meant.
pub fn panel_of(room: RoomId, panel: Panel) -> AnyView {
    match panel {
        Panel::Details => view! { <details::DetailsPanel room/> }.into_any(),
        Panel::Members => view! { <members::MembersPanel room/> }.into_any(),
        Panel::Thread(root) => view! { <thread::ThreadPanel room root/> }.into_any(),
        Panel::Pins => view! { <pins::PinsPanel room/> }.into_any(),
        Panel::Search => view! { <search::SearchPanel/> }.into_any(),
    }
}

/// The menu that is meant; the emoji are a part of their own.
pub fn menu_of(float: Float) -> AnyView {
    match float.what {
        Floating::Room(room) => view! { <sidebar::menu::RoomMenu float room/> }.into_any(),
        Floating::Part(of) => view! { <sidebar::menu::PartMenu float of/> }.into_any(),
        Floating::Menu(id) => view! { <message_menu::MessageMenu float id/> }.into_any(),
        Floating::Moments(what, choose) => view! { <moments::MomentMenu float what choose/> }.into_any(),
        Floating::Picker(_) => ().into_any(),
    }
}
