//! Who is typing where: the whole list is told to the room's watchers each time it changes. Nodes tell each other who
//! starts and who stops; what is lost on the way ends by itself.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use types::socket::ServerFrame;
use types::{RoomId, UserId, limits};

use crate::app::App;
use crate::realtime::{Encoded, encode};

/// People named in a frame; the others are counted.
const NAMED: usize = 5;

/// The people typing.
pub struct Typing(Mutex<HashMap<RoomId, Vec<(UserId, Instant)>>>);

impl Typing {
    /// Nobody types.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Typing {
        Typing(Mutex::default())
    }

    /// Somebody types here; it ends by itself unless said again.
    pub fn start(&self, app: &App, room_id: RoomId, user_id: UserId) {
        if let Some(relay) = &app.relay {
            relay.typing(room_id, user_id, true);
        }
        self.begin(app, room_id, user_id);
    }

    /// Another node says that somebody types, or has stopped.
    pub fn hear(&self, app: &App, room_id: RoomId, user_id: UserId, typing: bool) {
        match typing {
            true => self.begin(app, room_id, user_id),
            false => drop(self.end(app, room_id, |(id, _)| *id == user_id)),
        }
    }

    fn begin(&self, app: &App, room_id: RoomId, user_id: UserId) {
        let ends = Instant::now() + Duration::from_millis(limits::TYPING_EXPIRES_MS);
        let mut rooms = self.0.lock();
        let list = rooms.entry(room_id).or_default();
        if let Some(entry) = list.iter_mut().find(|(id, _)| *id == user_id) {
            entry.1 = ends;
            return;
        }
        list.push((user_id, ends));
        let text = frame(room_id, list);
        // Told under the lock, so that lists arrive in the order they came to be; telling never waits.
        app.hub.tell_watchers(room_id, &text);
    }

    /// Somebody stopped, posted, left or was cut.
    pub fn stop(&self, app: &App, room_id: RoomId, user_id: UserId) {
        let ended = self.end(app, room_id, |(id, _)| *id == user_id);
        if let (true, Some(relay)) = (ended, &app.relay) {
            relay.typing(room_id, user_id, false);
        }
    }

    /// Somebody's socket went.
    pub fn stop_everywhere(&self, app: &App, user_id: UserId) {
        let rooms: Vec<RoomId> = {
            let rooms = self.0.lock();
            rooms.iter().filter(|(_, l)| l.iter().any(|(id, _)| *id == user_id)).map(|(room, _)| *room).collect()
        };
        for room_id in rooms {
            self.stop(app, room_id, user_id);
        }
    }

    /// Ends what was not said again.
    pub fn expire(&self, app: &App) {
        let now = Instant::now();
        let rooms: Vec<RoomId> = self.0.lock().keys().copied().collect();
        for room_id in rooms {
            self.end(app, room_id, |(_, ends)| *ends <= now);
        }
    }

    /// Whether somebody's typing ended.
    fn end(&self, app: &App, room_id: RoomId, over: impl Fn(&(UserId, Instant)) -> bool) -> bool {
        let mut rooms = self.0.lock();
        let Some(list) = rooms.get_mut(&room_id) else { return false };
        let before = list.len();
        list.retain(|entry| !over(entry));
        if list.len() == before {
            return false;
        }
        let text = frame(room_id, list);
        if list.is_empty() {
            rooms.remove(&room_id);
        }
        app.hub.tell_watchers(room_id, &text);
        true
    }

    /// The frame for who begins to watch a room, if anybody types there.
    pub fn now(&self, room_id: RoomId) -> Option<Encoded> {
        self.0.lock().get(&room_id).map(|list| frame(room_id, list))
    }
}

fn frame(room_id: RoomId, list: &[(UserId, Instant)]) -> Encoded {
    let users: Vec<UserId> = list.iter().take(NAMED).map(|(id, _)| *id).collect();
    let more = list.len().saturating_sub(NAMED);
    encode(&ServerFrame::Typing { room_id, users, more })
}
