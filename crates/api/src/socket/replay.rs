//! What a client missed: read in pages as its socket drains, membership and rows in one snapshot.

use std::time::Duration;

use diesel_async::AsyncPgConnection;
use types::socket::ServerFrame;
use types::{Changes, ErrorCode, Rev, RoomId, UserId, limits};

use super::close::End;
use super::connection::{Connection, Progress};
use crate::app::App;
use crate::error::Error;
use crate::realtime::{Encoded, Topic, encode};
use crate::rooms;
use crate::rooms::changes::{FRAME, ROW};
use crate::seeded::SeededFault;

/// A replay that met a fault of the database is tried again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// Further behind than this many rows, a client is given the newest page instead.
const FAR: i64 = 500;

impl Connection {
    /// Writes one page of the stream whose turn it is.
    pub(super) async fn replay(&mut self) -> Result<(), End> {
        let Some(topic) = self.replays.pop_front() else { return Ok(()) };
        let Some(progress) = self.streams.get(&topic).copied() else { return self.settle().await };
        match self.read_page(topic, progress).await {
            Ok(Some((text, rev, more))) => {
                if let Some(text) = text {
                    self.write(text).await?;
                }
                let live = match topic {
                    Topic::Room(room_id) => !more && self.app.hub.go_live(room_id, self.id, rev),
                    _ => !more,
                };
                if let Some(progress) = self.streams.get_mut(&topic) {
                    *progress = Progress { known: rev, watched: true, replaying: !live, stale: false };
                }
                if !live {
                    self.replays.push_back(topic);
                }
                self.settle().await
            }
            Ok(None) => {
                if let Topic::Room(room_id) = topic {
                    self.gone(room_id).await?;
                }
                self.settle().await
            }
            Err(error) => {
                tracing::debug!(%error, "a replay waits for the database");
                // The socket stays: what it holds is good, and the next turn reads on from there.
                self.replays.push_back(topic);
                self.replay_after = tokio::time::Instant::now() + AGAIN;
                Ok(())
            }
        }
    }

    /// The next page as text (none if nothing was missed), the revision it reaches and whether there is more. None if
    /// the room is not this person's.
    async fn read_page(
        &mut self,
        topic: Topic,
        progress: Progress,
    ) -> Result<Option<(Option<Encoded>, Rev, bool)>, Error> {
        let app = self.app.clone();
        let since = if progress.stale { Rev::MAX } else { progress.known };
        let user_id = self.caller.user_id;
        match topic {
            Topic::Room(room_id) => {
                let Some(changes) = room(&app, user_id, room_id, since).await? else { return Ok(None) };
                let (rev, more) = (changes.rev, changes.more);
                let news = changes.reset || rev > since;
                Ok(Some((news.then(|| encode(&ServerFrame::Changes(changes))), rev, more)))
            }
            Topic::Me(_) => {
                let mut conn = app.db.get().await?;
                let limit = limits::CHANGES_MAX;
                let changes = crate::me::changes::read(&mut conn, &app.epoch, user_id, since, limit).await?;
                drop(conn);
                let (rev, more) = (changes.rev, changes.more);
                let joined: Vec<RoomId> = changes.marks.iter().filter(|m| m.joined).map(|m| m.room_id).collect();
                if self.welcome(&joined).await.is_err() {
                    return Err(Error::unavailable("a room could not be listened to".into()));
                }
                let news = changes.reset || rev > since;
                Ok(Some((news.then(|| encode(&ServerFrame::MeChanges(changes))), rev, more)))
            }
            Topic::Site => {
                let mut conn = app.db.get().await?;
                let mut changes = crate::site::changes::read(&mut conn, &app.epoch, since, FAR).await?;
                if changes.more && !changes.reset {
                    // Too far behind: people and the directory are asked for where they are shown.
                    changes = app_reset(&app, &mut conn).await?;
                }
                let (rev, more) = (changes.rev, changes.more);
                let news = changes.reset || rev > since;
                Ok(Some((news.then(|| encode(&ServerFrame::SiteChanges(changes))), rev, more)))
            }
        }
    }
}

async fn app_reset(app: &App, conn: &mut AsyncPgConnection) -> Result<types::SiteChanges, Error> {
    let rev = crate::site::changes::head(conn).await?;
    let mut changes = crate::site::one_change(app, rev, Vec::new(), Vec::new());
    changes.since = 0;
    changes.reset = true;
    Ok(changes)
}

/// A page of a room's rows, or its newest page if they are too many; none if the room is not this person's.
async fn room(app: &App, user_id: UserId, room_id: RoomId, since: Rev) -> Result<Option<Changes>, Error> {
    let mut conn = app.db.get().await?;
    let epoch = app.epoch.clone();
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            match rooms::access(conn, user_id, room_id).await {
                Ok(access) if access.role.is_some() => {}
                Ok(_) => return Ok(None),
                Err(error) if error.code == ErrorCode::NotFound => return Ok(None),
                Err(error) => return Err(error),
            }
            let mut changes = rooms::changes::read(conn, &epoch, room_id, since, FAR).await?;
            if app.config.suffers(SeededFault::ResumeOffByOne) {
                changes = changes.map(|c| without(c, since.saturating_add(1)));
            }
            match changes {
                Some(changes) if changes.more || changes.reset => {
                    rooms::changes::newest(conn, &epoch, user_id, room_id).await.map(Some)
                }
                Some(changes) => Ok(Some(trim(changes))),
                None => Ok(None),
            }
        })
        .await
}

/// Leaves a revision out of a page: a fault put in on purpose.
fn without(mut changes: Changes, rev: Rev) -> Changes {
    changes.messages.retain(|message| message.rev != rev);
    changes
}

/// Cuts a page that would make too large a frame; the rest follows as the next page.
fn trim(mut changes: Changes) -> Changes {
    let mut rows: Vec<(Rev, usize)> = changes.messages.iter().map(|m| (m.rev, m.body.len() + ROW)).collect();
    rows.extend(changes.members.iter().map(|m| (m.rev, ROW)));
    rows.extend(changes.reactions.iter().map(|r| (r.rev, ROW)));
    rows.extend(changes.votes.iter().map(|v| (v.rev, ROW)));
    rows.extend(changes.events.iter().map(|e| (e.seq, ROW)));
    rows.sort_unstable();
    let mut weight = 0;
    let mut last = None;
    for (rev, row) in rows {
        weight += row;
        if weight > FRAME {
            break;
        }
        last = Some(rev);
    }
    if weight <= FRAME {
        return changes;
    }
    let Some(cut) = last else { return changes };
    changes.messages.retain(|m| m.rev <= cut);
    changes.members.retain(|m| m.rev <= cut);
    changes.reactions.retain(|r| r.rev <= cut);
    changes.votes.retain(|v| v.rev <= cut);
    changes.events.retain(|e| e.seq <= cut);
    changes.room = changes.room.filter(|r| r.rev <= cut);
    changes.rev = cut;
    changes.more = true;
    changes
}
