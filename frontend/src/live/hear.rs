//! What arrives goes into the stores.

use std::collections::BTreeMap;
use std::rc::{Rc, Weak};

use leptos::prelude::*;
use sync::Outcome;
use types::socket::{ClientFrame, ServerFrame};
use types::{Changes, Epoch, ErrorCode, MeChanges, MyRoom, RoomId, SiteChanges, UserId};

use super::Wires;
use crate::api::{self, Failure};
use crate::route::Route;
use crate::session;
use crate::socket::{Heard, Listener, TokenAnswer};
use crate::state::{Connection, LostRoom};

/// The socket's listener; weak, because the wires hold the socket.
pub(super) struct Ear(pub(super) Weak<Wires>);

impl Listener for Ear {
    fn token(&self, refused: Option<String>) -> TokenAnswer {
        let wires = self.0.clone();
        Box::pin(async move {
            let token = match refused {
                Some(token) => session::refresh_after(&token).await?,
                None => session::access_token().await?,
            };
            if let Some(wires) = wires.upgrade() {
                wires.begin_site().await?;
                wires.shown().await;
            }
            Ok(token)
        })
    }

    fn introduce(&self, token: String, epoch: Epoch) -> ClientFrame {
        let Some(wires) = self.0.upgrade() else {
            return ClientFrame::Authenticate { token, epoch: None, rooms: BTreeMap::new(), me: None, site: None };
        };
        if wires.state.meet_epoch(&epoch) {
            wires.mine_anew();
        }
        wires.watched.set(wires.navigator.room_now());
        let mut rooms = BTreeMap::new();
        if let Some(room) = wires.watched.get() {
            rooms.insert(room, wires.state.history.rev(room));
        }
        let (me, site) = (wires.state.mine.rev(), wires.state.people.rev());
        ClientFrame::Authenticate { token, epoch: Some(epoch), rooms, me, site }
    }

    fn hear(&self, heard: Heard) {
        let Some(wires) = self.0.upgrade() else { return };
        match heard {
            Heard::Frame(frame) => wires.hear_frame(*frame),
            Heard::Lost => wires.lost(),
            Heard::Late => wires.state.connection.set(Connection::Late),
            Heard::Refused => {
                wires.lost();
                wires.state.connection.set(Connection::Refused);
            }
            Heard::Ended => {
                wires.lost();
                session::forget();
            }
        }
    }
}

impl Wires {
    fn hear_frame(self: &Rc<Self>, frame: ServerFrame) {
        if self.state.connection.get_untracked() == Connection::Late {
            self.state.connection.set(Connection::InSync);
        }
        match frame {
            ServerFrame::Hello { .. } => self.state.connection.set(Connection::CatchingUp),
            ServerFrame::Rooms { items } => self.rooms_told(items),
            ServerFrame::Ready { user_id } => {
                self.state.me.set(Some(user_id));
                self.ready();
            }
            ServerFrame::Changes(changes) => self.room_changed(&changes),
            ServerFrame::MeChanges(changes) => self.me_changed(&changes),
            ServerFrame::SiteChanges(changes) => self.site_changed(&changes),
            ServerFrame::Bump { room_id, rev, last_seq, named } => self.bumped(room_id, rev, last_seq, named),
            ServerFrame::Gone { room_id } => self.room_gone(room_id),
            ServerFrame::Typing { room_id, users, more } => self.state.typing.set(room_id, users, more),
            ServerFrame::Presence { items } => self.state.people.present(items),
            ServerFrame::Ok { reference, message, .. } => self.post_answered(&reference, message),
            ServerFrame::Error { reference, code, retry_after_ms, .. } => {
                self.post_refused(reference.as_deref(), code, retry_after_ms);
            }
            ServerFrame::Heartbeat {} | ServerFrame::Restart { .. } => {}
        }
        self.ask_for_people();
    }

    /// The site's stream and my own begin at their heads, read before what they tell of: what changes after that is told.
    async fn begin_site(&self) -> Result<(), Failure> {
        if !self.connects() || self.state.people.rev().is_some() {
            return Ok(());
        }
        let heads = api::heads().await?;
        if self.connects() {
            self.state.meet_epoch(&heads.epoch);
            self.state.people.start(heads.epoch, heads.site);
            self.state.mine.start(heads.me);
        }
        Ok(())
    }

    /// Whether a frame belongs to another history than what is held: then everything begins anew.
    fn begins_anew(self: &Rc<Self>, epoch: &Epoch) -> bool {
        let other = self.state.meet_epoch(epoch);
        if other {
            self.mine_anew();
            self.rooms_moved();
            self.watch(self.watched.get());
        }
        other
    }

    fn rooms_told(self: &Rc<Self>, items: Vec<MyRoom>) {
        for item in &items {
            self.state.history.room(item.room.id).rows.update(|rows| rows.add_room(&item.room));
        }
        self.take_rooms(items);
    }

    fn ready(self: &Rc<Self>) {
        self.state.connection.set(Connection::InSync);
        let on_screen = self.navigator.room_now();
        if self.watched.get() != on_screen {
            self.watch(on_screen);
        }
        if let Some(room) = on_screen {
            self.look(room);
            self.look_later(room);
        }
        self.attention_again();
        self.begin_drafts();
        self.begin_mine();
        self.load_categories();
        self.lead();
    }

    fn lost(&self) {
        self.state.connection.set(Connection::Away);
        if let Some(room) = self.on_screen.get() {
            self.interrupt(room);
        }
        self.state.typing.clear();
        self.state.people.absent();
        self.step_down();
    }

    fn room_changed(self: &Rc<Self>, changes: &Changes) {
        if self.begins_anew(&changes.epoch) {
            return;
        }
        if let Outcome::Gap { .. } = self.take_changes(changes) {
            self.catch_up(changes.room_id, changes.rev);
        }
    }

    /// Applies a span of a room, told or asked for, to everything that follows the room.
    pub(super) fn take_changes(self: &Rc<Self>, changes: &Changes) -> Outcome {
        self.state.people.add(&changes.users);
        let opened = self.state.history.room(changes.room_id);
        // The newest rows, asked for before a page that is as new came: they would take its place.
        let known = changes.reset
            && opened.rows.with_untracked(|rows| rows.window().is_some() && rows.rev() >= changes.rev)
            && self.state.fits(&changes.epoch);
        let outcome = match known {
            true => Outcome::Known,
            false => opened.rows.try_update(|rows| rows.apply(changes)).unwrap_or(Outcome::Known),
        };
        self.settled(changes);
        match outcome {
            Outcome::OtherEpoch => {
                opened.rows.update(sync::RoomState::forget);
                self.watch(Some(changes.room_id));
            }
            Outcome::Reset => self.reload_members(changes.room_id),
            Outcome::Applied | Outcome::Known | Outcome::Gap { .. } => {}
        }
        self.follow(changes);
        self.look(changes.room_id);
        self.keep_soon(Some(changes.room_id));
        outcome
    }

    fn site_changed(self: &Rc<Self>, changes: &SiteChanges) {
        if self.begins_anew(&changes.epoch) {
            return;
        }
        let before = self.site_role();
        self.state.people.apply(changes);
        self.state.categories.apply(&changes.categories);
        if changes.reset {
            self.load_categories();
        }
        if self.site_role() != before {
            // What I may do in my rooms depends on it.
            self.rooms_moved();
        }
    }

    fn me_changed(self: &Rc<Self>, changes: &MeChanges) {
        if self.begins_anew(&changes.epoch) {
            return;
        }
        self.drafts_told(&changes.drafts);
        if !changes.notes.is_empty() {
            self.state.notes.update(|notes| notes.extend(changes.notes.iter().cloned()));
        }
        self.state.searches.told(&changes.searches);
        self.mine_changed(changes);
        for mark in &changes.marks {
            if !mark.joined {
                self.room_lost(mark.room_id, mark.removed_by);
            } else if self.state.rooms.get_now(mark.room_id).is_some() {
                self.mark_told(mark);
            } else {
                self.load_rooms();
            }
        }
    }

    pub(super) fn room_gone(self: &Rc<Self>, room: RoomId) {
        self.room_lost(room, None);
    }

    /// A room is mine no more. By whom, my own stream tells, be it before or after the room's.
    fn room_lost(self: &Rc<Self>, id: RoomId, by: Option<UserId>) {
        let room = id;
        let by_me = self.leaving.borrow_mut().remove(&room).is_some();
        let missing = self.missing.borrow_mut().remove(&room);
        let name = self.state.rooms.get_now(room).and_then(|item| item.room.name).or(missing);
        if let Some(name) = name.filter(|_| !by_me) {
            self.state.lost_room.set(Some(LostRoom { id, name, by }));
        } else if by.is_some()
            && self.state.lost_room.with_untracked(|lost| lost.as_ref().is_some_and(|lost| lost.id == id))
        {
            self.state.lost_room.update(|lost| lost.iter_mut().for_each(|lost| lost.by = by));
        }
        self.state.rooms.remove(room);
        self.state.history.remove(room);
        if self.state.outgoing.with_now(|outbox| !outbox.of(room).is_empty()) {
            // The text stays the writer's: a notice shows it.
            self.write(move |outbox| outbox.refuse(room, ErrorCode::NotAMember));
        }
        self.keep_rooms();
        if self.watched.get() == Some(room) {
            self.watched.set(None);
        }
        if self.navigator.room_now() == Some(room) {
            self.navigator.replace(Route::Home);
        }
    }
}
