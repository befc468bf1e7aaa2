//! What a socket listens to: the person's own stream, the site's, and each of their rooms, as rows or as bumps.

use std::collections::{HashMap, HashSet};

use types::socket::{ClientFrame, CloseCode, ServerFrame};
use types::{ErrorCode, Rev, RoomId, UserId};

use super::close::End;
use super::connection::{Connection, Progress};
use super::wire::error_frame;
use crate::app::App;
use crate::error::Error;
use crate::realtime::{Interest, Topic, encode};
use crate::rooms;

impl Connection {
    /// Listens to everything of the person's, tells the rooms, and notes what to replay.
    pub(super) async fn begin(&mut self, first: ClientFrame) -> Result<(), End> {
        let ClientFrame::Authenticate { epoch, rooms: wanted, me, site, .. } = first else { return Err(End::Gone) };
        let stale = epoch.is_some_and(|e| e != self.app.epoch);
        if me.is_some() || site.is_some() || !wanted.is_empty() {
            self.app.metrics.resumes.inc();
        }
        let user_id = self.caller.user_id;
        // First listen, then read: what is committed in between arrives by both ways and is known by its revision.
        self.subscribe(Topic::Me(user_id), Interest::Watch);
        self.subscribe(Topic::Site, Interest::Watch);
        let items = match self.listen().await {
            Ok(items) => items,
            Err(error) => {
                self.write(error_frame(None, &error)).await?;
                return Err(End::Close(CloseCode::Restart));
            }
        };
        let mine: HashMap<RoomId, (Rev, Rev)> =
            items.iter().map(|item| (item.room.id, (item.rev, item.last_seq))).collect();
        self.write(encode(&ServerFrame::Rooms { items })).await?;
        for (topic, rev) in [(Topic::Me(user_id), me), (Topic::Site, site)] {
            if let (Some(rev), Some(progress)) = (rev, self.streams.get_mut(&topic)) {
                let missed = stale || rev != progress.known;
                *progress = Progress { known: rev, watched: true, replaying: missed, stale };
                if missed {
                    self.replays.push_back(topic);
                }
            }
        }
        for (room_id, rev) in wanted {
            match mine.get(&room_id) {
                Some(head) => self.watch(room_id, *head, rev, stale).await?,
                None => self.write(encode(&ServerFrame::Gone { room_id })).await?,
            }
        }
        self.settle().await
    }

    /// Subscribes to the person's rooms and gives them as they are after that.
    async fn listen(&mut self) -> Result<Vec<types::MyRoom>, Error> {
        let user_id = self.caller.user_id;
        let app = self.app.clone();
        let idle = |known| Progress { known, watched: false, replaying: false, stale: false };
        for room_id in app.arrivals.room_ids(user_id).await? {
            self.subscribe(Topic::Room(room_id), Interest::Bump);
            self.streams.insert(Topic::Room(room_id), idle(0));
        }
        let arrival = app.arrivals.read(user_id).await?;
        for (topic, head) in [(Topic::Me(user_id), arrival.me), (Topic::Site, arrival.site)] {
            app.hub.begin(topic, head, 0);
            self.streams.insert(topic, Progress { watched: true, ..idle(head) });
        }
        let items = arrival.rooms;
        // Taken in between the two reads.
        let joined: Vec<RoomId> = items.iter().map(|item| item.room.id).collect();
        if self.welcome(&joined).await.is_err() {
            return Err(Error::unavailable("a room could not be listened to".into()));
        }
        // Taken out between the two reads: nobody else would end that subscription.
        let told: HashSet<RoomId> = items.iter().map(|item| item.room.id).collect();
        let out = |topic: &Topic| matches!(topic, Topic::Room(id) if !told.contains(id));
        let lost: Vec<Topic> = self.streams.keys().copied().filter(out).collect();
        for topic in lost {
            self.streams.remove(&topic);
            app.hub.unsubscribe(topic, self.id);
        }
        for item in &items {
            let topic = Topic::Room(item.room.id);
            app.hub.begin(topic, item.rev, item.last_seq);
            if let Some(progress) = self.streams.get_mut(&topic) {
                progress.known = progress.known.max(item.rev);
            }
        }
        Ok(items)
    }

    /// Rooms that became this person's: from now on they are listened to.
    pub(super) async fn welcome(&mut self, joined: &[RoomId]) -> Result<(), End> {
        for room_id in joined {
            let topic = Topic::Room(*room_id);
            if self.streams.contains_key(&topic) {
                continue;
            }
            // Noted first, so that a socket that ends meanwhile lets go of it.
            self.streams.insert(topic, Progress { known: 0, watched: false, replaying: false, stale: false });
            self.subscribe(topic, Interest::Bump);
            let known = match head_for(&self.app, self.caller.user_id, *room_id).await {
                Ok((rev, last_seq)) => {
                    self.app.hub.begin(topic, rev, last_seq);
                    rev
                }
                // Out again already.
                Err(error) if not_theirs(&error) => {
                    self.streams.remove(&topic);
                    self.app.hub.unsubscribe(topic, self.id);
                    continue;
                }
                // Whether the room is theirs can't be known now: they come back and are told all their rooms.
                Err(_) => return Err(End::Close(CloseCode::Restart)),
            };
            self.streams.insert(topic, Progress { known, watched: false, replaying: false, stale: false });
        }
        Ok(())
    }

    /// Begins to watch at the client's wish. Only a room that is not theirs is `gone`; a fault is told and changes nothing.
    pub(super) async fn ask_to_watch(
        &mut self,
        reference: Option<String>,
        room_id: RoomId,
        rev: Rev,
    ) -> Result<(), End> {
        match head_for(&self.app, self.caller.user_id, room_id).await {
            Ok(head) => {
                self.answer(reference, Ok(())).await?;
                self.watch(room_id, head, rev, false).await
            }
            Err(error) if not_theirs(&error) => {
                self.answer(reference, Ok(())).await?;
                self.gone(room_id).await
            }
            Err(error) => self.answer(reference, Err(error)).await,
        }
    }

    /// Gives the rows of a room from now on, and those since `rev`; `head` is its revision and newest place as read
    /// just now.
    async fn watch(&mut self, room_id: RoomId, head: (Rev, Rev), rev: Rev, stale: bool) -> Result<(), End> {
        let topic = Topic::Room(room_id);
        if self.subscribe(topic, Interest::Watch).is_none() {
            self.app.hub.begin(topic, head.0, head.1);
        }
        // Who holds all up to the very revision that comes next here needs no replay: so many can come back at once.
        let missed = stale || rev != head.0 || !self.app.hub.go_live(room_id, self.id, rev);
        self.streams.insert(topic, Progress { known: rev, watched: true, replaying: missed, stale });
        self.replays.retain(|waiting| *waiting != topic);
        if missed {
            self.replays.push_back(topic);
        }
        match self.app.typing.now(room_id) {
            Some(text) => self.write(text).await,
            None => Ok(()),
        }
    }
}

/// Whether a refusal says that the room is not the asker's, and not that something went wrong.
fn not_theirs(error: &Error) -> bool {
    matches!(error.code, ErrorCode::NotFound | ErrorCode::NotAMember)
}

/// Head and newest place of a room that is this person's.
async fn head_for(app: &App, user_id: UserId, room_id: RoomId) -> Result<(Rev, Rev), Error> {
    let mut conn = app.db.get().await?;
    rooms::access(&mut conn, user_id, room_id).await?.member()?;
    rooms::changes::head(&mut conn, room_id).await?.ok_or_else(|| Error::new(ErrorCode::NotFound))
}
