//! What is fetched while the frames wait: a connection, or what was missed. It runs as a task of its own, so that it
//! goes on although nobody waits for it just now.

use std::collections::BTreeSet;

use sync::{MeState, SiteState};
use tokio::task::JoinSet;
use tokio::time::Instant;
use types::socket::ServerFrame;
use types::{ErrorCode, Rev, RoomId, limits};

use super::Live;
use crate::{Client, ClientError, Resume, Socket};

/// The errand under way, and those that are due.
#[derive(Default)]
pub(super) struct Errand {
    /// One at most; it ends with its owner.
    task: JoinSet<Brought>,
    pub(super) gaps: Gaps,
}

/// Of what something was missed and must be asked for.
#[derive(Default)]
pub(super) struct Gaps {
    pub(super) rooms: BTreeSet<RoomId>,
    /// One's own stream.
    pub(super) me: bool,
    /// That of the site.
    pub(super) site: bool,
}

/// A page of a feed that is to be read: since which revision.
enum Page {
    Room(RoomId, Rev),
    Me(Rev),
    Site(Rev),
}

/// What an errand brings.
enum Brought {
    Connection(Result<Box<Socket>, ClientError>),
    /// A page, as if it had been told.
    Feed {
        frame: Box<ServerFrame>,
        more: bool,
    },
    /// Nothing: the room is not ours any more.
    Gone(RoomId),
    Failed(ClientError),
}

impl Live {
    /// Runs what is due, one at a time, and takes what it brings; whether there was anything.
    pub(super) async fn run_errand(&mut self) -> Result<bool, ClientError> {
        if self.errand.task.is_empty() && !self.set_out() {
            return Ok(false);
        }
        let brought = match self.errand.task.join_next().await {
            Some(Ok(brought)) => brought,
            Some(Err(error)) => return Err(ClientError::Network(error.to_string())),
            None => return Ok(false),
        };
        match brought {
            Brought::Connection(Ok(socket)) => (self.socket, self.heard) = (Some(*socket), Instant::now()),
            Brought::Connection(Err(error)) if error.is_passing() => self.back.lost(),
            Brought::Connection(Err(error)) | Brought::Failed(error) => return Err(error),
            Brought::Gone(room) => self.gone(room),
            Brought::Feed { frame, more } => {
                if !more {
                    self.closed(&frame);
                }
                self.take(*frame);
            }
        }
        Ok(true)
    }

    /// Sends somebody out for what is needed most; whether anything is.
    fn set_out(&mut self) -> bool {
        if self.socket.is_none() {
            let resume = Resume {
                epoch: self.rooms.values().map(|room| room.epoch().clone()).find(|epoch| !epoch.0.is_empty()),
                rooms: self.rooms.iter().map(|(id, room)| (*id, room.rev())).collect(),
                me: self.me.as_ref().map(MeState::rev),
                site: self.site.as_ref().map(SiteState::rev),
            };
            let attempt = self.back.attempt(resume);
            self.errand.task.spawn(async move { Brought::Connection(attempt.await.map(Box::new)) });
            return true;
        }
        let gaps = &self.errand.gaps;
        let room = gaps.rooms.iter().find_map(|room| self.rooms.get(room));
        let me = self.me.as_ref().filter(|_| gaps.me);
        let site = self.site.as_ref().filter(|_| gaps.site);
        let page = room.map(|room| Page::Room(room.id(), room.rev()));
        let page = page.or(me.map(|me| Page::Me(me.rev()))).or(site.map(|site| Page::Site(site.rev())));
        let Some(page) = page else { return false };
        self.errand.task.spawn(fetch(self.back.client().clone(), page));
        true
    }

    /// The feed was read to its end.
    fn closed(&mut self, frame: &ServerFrame) {
        let gaps = &mut self.errand.gaps;
        match frame {
            ServerFrame::Changes(changes) => drop(gaps.rooms.remove(&changes.room_id)),
            ServerFrame::MeChanges(_) => gaps.me = false,
            ServerFrame::SiteChanges(_) => gaps.site = false,
            _ => {}
        }
    }
}

async fn fetch(client: Client, page: Page) -> Brought {
    let feed = |more, frame| Brought::Feed { frame: Box::new(frame), more };
    let read = match page {
        Page::Room(room, since) => match client.changes(room, since, Some(limits::CHANGES_MAX)).await {
            Err(error) if matches!(error.code(), Some(ErrorCode::NotFound | ErrorCode::NotAMember)) => {
                Ok(Brought::Gone(room))
            }
            read => read.map(|rows| feed(rows.more, ServerFrame::Changes(rows))),
        },
        Page::Me(since) => client.me_changes(since, None).await.map(|r| feed(r.more, ServerFrame::MeChanges(r))),
        Page::Site(since) => client.site_changes(since, None).await.map(|r| feed(r.more, ServerFrame::SiteChanges(r))),
    };
    read.unwrap_or_else(Brought::Failed)
}
