//! The one family of icons: Lucide's shapes, 24 units wide, drawn as strokes in the colour of the text.

use leptos::prelude::*;

/// What an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyph {
    /// The way back.
    Back,
    /// Keeps something for later.
    Bookmark,
    /// Done.
    Check,
    /// More of the same kind below.
    Chevron,
    /// A moment.
    Clock,
    /// Somebody not to be heard.
    Block,
    /// Put away for good.
    Archive,
    /// Makes itself heard.
    Bell,
    /// Keeps quiet.
    BellOff,
    /// Down.
    Down,
    /// Holds other things.
    Folder,
    /// What came in.
    Inbox,
    /// More about something.
    Info,
    /// Leads further.
    Next,
    /// Best liked.
    Star,
    /// Up.
    Up,
    /// Closes what it stands in.
    Close,
    /// Looking around.
    Compass,
    /// A signed-in device.
    Device,
    /// Shows a password.
    Eye,
    /// Hides a password.
    EyeOff,
    /// One's own settings.
    Gear,
    /// Passes on.
    Forward,
    /// How it was before.
    History,
    /// Lets people in.
    Invite,
    /// An address.
    Link,
    /// Private.
    Lock,
    /// More to do.
    More,
    /// Changes a text.
    Pencil,
    /// The members of a room.
    People,
    /// Keeps something in view.
    Pin,
    /// Asks a room something.
    Poll,
    /// Makes something new.
    Plus,
    /// Quotes what it answers.
    Quote,
    /// Puts an emoji under something.
    React,
    /// Answers in a thread.
    Reply,
    /// Looks for something.
    Search,
    /// Sets things.
    Settings,
    /// Signs out.
    SignOut,
    /// Deletes.
    Trash,
    /// Not read.
    Unread,
    /// Two sheets.
    Copy,
}

impl Glyph {
    const fn path(self) -> &'static str {
        match self {
            Self::Back => "m15 18-6-6 6-6",
            Self::Bookmark => "m19 21-7-4-7 4V5a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2Z",
            Self::Check => "M20 6 9 17l-5-5",
            Self::Chevron => "m6 9 6 6 6-6",
            Self::Clock => "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20ZM12 6v6l4 2",
            Self::Block => "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20ZM4.9 4.9l14.2 14.2",
            Self::Archive => "M3 4h18v4H3ZM5 8v10a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8M10 12h4",
            Self::Bell => "M6 8a6 6 0 0 1 12 0c0 7 3 9 3 9H3s3-2 3-9M10.3 21a2 2 0 0 0 3.4 0",
            Self::BellOff => {
                "M8.7 3A6 6 0 0 1 18 8c0 2.6.4 4.5 1 6M17 17H3s3-2 3-9a6 6 0 0 1 .3-1.7M10.3 21a2 2 0 0 0 3.4 0M2 2l20 20"
            }
            Self::Down => "M12 5v14M19 12l-7 7-7-7",
            Self::Folder => {
                "M20 20a2 2 0 0 0 2-2V8a2 2 0 0 0-2-2h-7.9a2 2 0 0 1-1.7-.9L9.6 3.9A2 2 0 0 0 7.9 3H4a2 2 0 0 0-2 2v13a2 2 0 0 0 2 2Z"
            }
            Self::Inbox => {
                "M22 12h-6l-2 3h-4l-2-3H2M5.5 5.1 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.5-6.9A2 2 0 0 0 16.8 4H7.2a2 2 0 0 0-1.7 1.1Z"
            }
            Self::Info => "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20ZM12 16v-4M12 8h.01",
            Self::Next => "m9 18 6-6-6-6",
            Self::Star => "m12 2 3.1 6.3 6.9 1-5 4.9 1.2 6.8-6.2-3.2L5.8 21 7 14.2 2 9.3l6.9-1Z",
            Self::Up => "M12 19V5M5 12l7-7 7 7",
            Self::Close => "M18 6 6 18M6 6l12 12",
            Self::Compass => {
                "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20Zm4.2 5.8-1.8 5.4a2 2 0 0 1-1.2 1.2l-5.4 1.8 1.8-5.4a2 2 0 0 1 \
                 1.2-1.2Z"
            }
            Self::Device => "M4 3h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM8 21h8M12 17v4",
            Self::Copy => {
                "M10 8h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H10a2 2 0 0 1-2-2V10a2 2 0 0 1 2-2ZM4 16a2 2 0 0 1-2-2V4a2 2 0 0 \
                 1 2-2h10a2 2 0 0 1 2 2"
            }
            Self::Forward => "m15 17 5-5-5-5M4 18v-2a4 4 0 0 1 4-4h12",
            Self::History => "M3 12a9 9 0 1 0 9-9 9.8 9.8 0 0 0-6.7 2.7L3 8M3 3v5h5M12 7v5l4 2",
            Self::Link => {
                "M10 13a5 5 0 0 0 7.5.5l3-3a5 5 0 0 0-7-7l-1.8 1.7M14 11a5 5 0 0 0-7.5-.5l-3 3a5 5 0 0 0 7 7l1.8-1.7"
            }
            Self::Pin => {
                "M12 17v5M9 10.8a2 2 0 0 1-1.1 1.8l-1.8.9A2 2 0 0 0 5 15.2V16a1 1 0 0 0 1 1h12a1 1 0 0 0 1-1v-.8a2 2 0 0 \
                 0-1.1-1.7l-1.8-.9A2 2 0 0 1 15 10.8V7a1 1 0 0 1 1-1 2 2 0 0 0 0-4H8a2 2 0 0 0 0 4 1 1 0 0 1 1 1Z"
            }
            Self::Quote => "M9 17l-5-5 5-5M20 18v-2a4 4 0 0 0-4-4H4",
            Self::React => "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20ZM8 14s1.5 2 4 2 4-2 4-2M9 9h.01M15 9h.01",
            Self::Reply => "M7.9 20A9 9 0 1 0 4 16.1L2 22ZM8 12h.01M12 12h.01M16 12h.01",
            Self::Unread => {
                "M22 6a3 3 0 1 1-6 0 3 3 0 0 1 6 0ZM22 12v5a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2h8M2 7l10 7 4-2.8"
            }
            Self::Eye => "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7-10-7-10-7ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6Z",
            Self::EyeOff => {
                "M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7-10-7-10-7ZM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM3 3l18 18"
            }
            Self::Gear => {
                "M12.2 2h-.4a2 2 0 0 0-2 2v.2a2 2 0 0 1-1 1.7l-.4.3a2 2 0 0 1-2 0l-.2-.1a2 2 0 0 0-2.7.7l-.2.4a2 2 0 0 0 \
                 .7 2.7l.2.1a2 2 0 0 1 1 1.7v.5a2 2 0 0 1-1 1.8l-.2.1a2 2 0 0 0-.7 2.7l.2.4a2 2 0 0 0 2.7.7l.2-.1a2 2 0 0 \
                 1 2 0l.4.3a2 2 0 0 1 1 1.7v.2a2 2 0 0 0 2 2h.4a2 2 0 0 0 2-2v-.2a2 2 0 0 1 1-1.7l.4-.3a2 2 0 0 1 2 \
                 0l.2.1a2 2 0 0 0 2.7-.7l.2-.4a2 2 0 0 0-.7-2.7l-.2-.1a2 2 0 0 1-1-1.8v-.5a2 2 0 0 1 1-1.7l.2-.1a2 2 0 0 \
                 0 .7-2.7l-.2-.4a2 2 0 0 0-2.7-.7l-.2.1a2 2 0 0 1-2 0l-.4-.3a2 2 0 0 1-1-1.7V4a2 2 0 0 0-2-2ZM12 9a3 3 0 \
                 1 0 0 6 3 3 0 0 0 0-6Z"
            }
            Self::Invite => {
                "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M9 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM19 8v6M22 11h-6"
            }
            Self::Lock => {
                "M5 11h14a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM7 11V7a5 5 0 0 1 10 0v4"
            }
            Self::More => {
                "M5 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2ZM12 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2ZM19 11a1 1 0 1 0 0 2 1 1 0 0 0 0-2Z"
            }
            Self::Pencil => {
                "M21.2 6.8a1 1 0 0 0-4-4L3.8 16.2a2 2 0 0 0-.5.8L2 21.4a.5.5 0 0 0 .6.6L7 20.7a2 2 0 0 0 .8-.5ZM15 \
                 5l4 4"
            }
            Self::People => {
                "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2M9 3a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM22 21v-2a4 4 0 0 0-3-3.9M16 \
                 3.1a4 4 0 0 1 0 7.8"
            }
            Self::Poll => "M5 21V10M12 21V3M19 21v-7",
            Self::Plus => "M5 12h14M12 5v14",
            Self::Search => "M11 3a8 8 0 1 0 0 16 8 8 0 0 0 0-16ZM21 21l-4.3-4.3",
            Self::Settings => "M21 4h-7M10 4H3M21 12h-9M8 12H3M21 20h-5M12 20H3M14 2v4M8 10v4M16 18v4",
            Self::SignOut => "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4M16 17l5-5-5-5M21 12H9",
            Self::Trash => {
                "M3 6h18M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2M10 11v6M14 11v6"
            }
        }
    }
}

/// An icon; what it means is said by the control it stands in.
#[component]
pub fn Icon(
    /// What it shows.
    glyph: Glyph,
) -> impl IntoView {
    let class = if glyph == Glyph::Back { "icon turns" } else { "icon" };
    view! { <svg class=class viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d=glyph.path()></path></svg> }
}
