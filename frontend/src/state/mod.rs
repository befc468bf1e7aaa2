//! What the page holds, one store per noun, as signals over the structs of `sync`.
//!
//! Nothing here fetches or speaks: `live` brings what arrives, components read.

mod categories;
mod drafts;
mod history;
mod lines;
mod mine;
mod names;
mod outgoing;
mod people;
mod reacting;
mod rooms;
mod searches;
pub mod sidebar;
mod threads;
mod typing;

use leptos::prelude::*;
use types::{Epoch, MyRoom, Note, Preferences, RoomId, Site, SiteRole, UserId};

pub use categories::Categories;
pub use drafts::{Drafts, Kept, Writable};
pub use history::{History, Opened, Stage};
pub use lines::{About, Content, Lines, Refused, Replies, Row, Shown, Standing};
pub use mine::{Mine, is_due};
pub use names::Names;
pub use outgoing::{Outgoing, Step};
pub use people::{People, Person};
pub use reacting::{Chip, Reacting, Wish, chips};
pub use rooms::{Rooms, for_me, is_hidden};
pub use searches::Searches;
pub use sidebar::{ListPart, PartOf, is_news};
pub use threads::Threads;
pub use typing::Typing;

/// How the page stands with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Connection {
    /// Not connected yet, or not any more; it comes back by itself.
    Away,
    /// Connected, catching up.
    CatchingUp,
    /// All that happened is here.
    InSync,
    /// Connected, but a heartbeat is late.
    Late,
    /// The server closed the connection for good, though the session goes on; it comes back on the reader's word.
    Refused,
}

impl Connection {
    /// Whether what happens is told, now or in a moment.
    pub fn is_up(self) -> bool {
        !matches!(self, Self::Away | Self::Refused)
    }
}

/// A room that is mine no more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostRoom {
    /// Which.
    pub id: RoomId,
    /// What it was called.
    pub name: String,
    /// Who took me out of it, if somebody did.
    pub by: Option<UserId>,
}

/// Everything held for the person signed in.
#[derive(Clone, Copy)]
pub struct State {
    /// Me.
    pub me: RwSignal<Option<UserId>>,
    /// My rooms and where I stand in them.
    pub rooms: Rooms,
    /// The rows of the rooms.
    pub history: History,
    /// What I wrote that is not confirmed yet.
    pub outgoing: Outgoing,
    /// What I have begun to write.
    pub drafts: Drafts,
    /// What I am reacting with.
    pub reacting: Reacting,
    /// Up to where I have read threads.
    pub threads: Threads,
    /// The searches I keep.
    pub searches: Searches,
    /// What I keep for later, what is sent later, whom I have blocked, how I like things.
    pub mine: Mine,
    /// The categories of everyone's list of rooms.
    pub categories: Categories,
    /// How I like my list, as long as the server has not been told.
    pub wished: RwSignal<Option<Preferences>>,
    /// People and their presence.
    pub people: People,
    /// What bots told me alone in this visit, until I put it away.
    pub notes: RwSignal<Vec<Note>>,
    /// Who is typing where.
    pub typing: Typing,
    /// How the page stands with the server.
    pub connection: RwSignal<Connection>,
    /// A room that is mine no more, until I have read of it.
    pub lost_room: RwSignal<Option<LostRoom>>,
    /// What the site told of itself.
    pub site: RwSignal<Option<Site>>,
    /// The history that everything held belongs to; empty until it is learnt.
    epoch: StoredValue<Epoch>,
}

impl State {
    /// Nothing held yet for the person signed in.
    pub fn new(me: UserId, site: RwSignal<Option<Site>>) -> Self {
        let (me, people) = (RwSignal::new(Some(me)), People::new());
        Self {
            me,
            rooms: Rooms::new(people, me),
            history: History::new(),
            outgoing: Outgoing::new(),
            drafts: Drafts::new(),
            reacting: Reacting::new(),
            threads: Threads::new(),
            searches: Searches::new(),
            mine: Mine::new(),
            categories: Categories::new(),
            wished: RwSignal::new(None),
            people,
            notes: RwSignal::new(Vec::new()),
            typing: Typing::new(),
            connection: RwSignal::new(Connection::Away),
            lost_room: RwSignal::new(None),
            site,
            epoch: StoredValue::new(Epoch::default()),
        }
    }

    /// The server speaks of this history. If it is another than before, what is held is true no more and is let go;
    /// answers whether it was.
    pub fn meet_epoch(self, epoch: &Epoch) -> bool {
        let before = self.epoch.get_value();
        if before == *epoch {
            return false;
        }
        self.epoch.set_value(epoch.clone());
        if before.0.is_empty() {
            return false;
        }
        self.history.forget_all();
        self.rooms.doubt();
        self.mine.forget();
        self.people.start(epoch.clone(), 0);
        true
    }

    /// The history that everything held belongs to, once it is learnt.
    pub fn epoch(self) -> Option<Epoch> {
        self.epoch.try_get_value().filter(|epoch| !epoch.0.is_empty())
    }

    /// Whether rows of this history may be added to what is held; not, once the page they are for is gone.
    pub fn fits(self, epoch: &Epoch) -> bool {
        self.epoch.try_with_value(|held| held.0.is_empty() || held == epoch) == Some(true)
    }

    /// What was true when the device kept it, as long as the server has told nothing.
    pub fn remember(self, epoch: &Epoch, site: Option<Site>, rooms: Vec<MyRoom>) {
        if !self.fits(epoch) {
            return;
        }
        self.epoch.set_value(epoch.clone());
        self.rooms.remember(rooms);
        if self.site.with_untracked(Option::is_none) {
            self.site.set(site);
        }
    }

    /// How I like things, as I last said; tracked.
    pub fn likes(self) -> Preferences {
        self.wished.get().unwrap_or_else(|| self.mine.preferences())
    }

    /// The same, untracked.
    pub fn likes_now(self) -> Preferences {
        self.wished.try_get_untracked().flatten().unwrap_or_else(|| self.mine.preferences_now())
    }

    /// My list of rooms as I like it, tracked; the room one is in is in it even if it is hidden.
    pub fn parts(self, here: Option<RoomId>) -> Vec<ListPart> {
        let mut rooms = self.rooms.sorted();
        let missing = here.filter(|here| !rooms.iter().any(|item| item.room.id == *here));
        rooms.extend(missing.and_then(|here| self.rooms.get(here)));
        sidebar::arrange(&rooms, &self.likes(), &self.categories.all())
    }

    /// What I may do on the site, tracked.
    pub fn site_role(self) -> SiteRole {
        let me = self.me.get().map(|me| self.people.person(me).user);
        me.and_then(|me| me.with(|me| me.as_ref().map(|me| me.site_role))).unwrap_or(SiteRole::Member)
    }

    /// Whether a person is me, tracked.
    pub fn is_me(self, user: UserId) -> bool {
        self.me.get() == Some(user)
    }
}

/// What is held for the person signed in.
pub fn use_state() -> State {
    expect_context()
}
