//! Which sessions stand, and who is told when one ends.
//!
//! Every request and every socket is checked; an answer is good for five seconds, so a session ended by another node
//! is refused within that time. One ended here is refused and its sockets are told at once, by [`Sessions::cut`], and so
//! on every node the relay reaches.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use parking_lot::Mutex;
use tokio::sync::watch;
use types::{ErrorCode, SessionId, UserId};
use uuid::Uuid;

use crate::app::App;
use crate::db::Batch;
use crate::db::schema::sessions;
use crate::error::Error;

/// How long an answer of the database is believed.
const FRESH: Duration = Duration::from_secs(5);
/// How often sessions with sockets are asked for again: with the query's own time it stays within [`FRESH`].
const RECHECK: Duration = Duration::from_secs(4);
/// How often old sessions are deleted, in rechecks: about every quarter of an hour.
const DELETE_EACH: u32 = 225;
/// Sessions deleted at once.
const DELETE: i64 = 1_000;
/// Sessions remembered at most: about a hundred bytes each.
const REMEMBERED: usize = 50_000;

/// Which sessions stand, as far as this node knows.
pub struct Sessions {
    known: Mutex<HashMap<SessionId, Known>>,
    live: Mutex<HashMap<SessionId, watch::Sender<bool>>>,
    /// Questions for the database whose a session is.
    asked: Batch<SessionId, Option<UserId>>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    /// None once it was ended here: no later answer brings it back.
    user_id: Option<UserId>,
    since: Instant,
}

/// Tells a socket that its session was ended.
#[derive(Debug, Clone)]
pub struct Cut(watch::Receiver<bool>);

impl Cut {
    /// Waits until the session is ended.
    pub async fn ended(&mut self) {
        // The sender goes only with the node itself or with the cut, and says so first.
        let _ = self.0.wait_for(|ended| *ended).await;
    }

    /// Whether it was ended already.
    pub fn is_ended(&self) -> bool {
        *self.0.borrow()
    }
}

impl Sessions {
    /// Knows none yet.
    #[expect(clippy::new_without_default, reason = "made once, by App")]
    pub fn new() -> Self {
        Sessions { known: Mutex::default(), live: Mutex::default(), asked: Batch::new() }
    }

    /// Watches over a session for as long as the returned value is held.
    pub fn register(&self, session_id: SessionId) -> Cut {
        let mut live = self.live.lock();
        let sender = live.entry(session_id).or_insert_with(|| watch::channel(false).0);
        let cut = Cut(sender.subscribe());
        // A session ended between its check and this line is cut right away.
        if self.known.lock().get(&session_id).is_some_and(|known| known.user_id.is_none()) {
            sender.send_replace(true);
        }
        cut
    }

    /// Ends sessions on this node: they are refused from now on and their sockets are told.
    pub fn cut(&self, ids: &[SessionId]) {
        let mut live = self.live.lock();
        let mut known = self.known.lock();
        for id in ids {
            known.insert(*id, Known { user_id: None, since: Instant::now() });
            if let Some(sender) = live.remove(id) {
                sender.send_replace(true);
            }
        }
    }

    /// What is known of a session and still fresh.
    fn remembered(&self, id: SessionId) -> Option<Option<UserId>> {
        let known = self.known.lock();
        known.get(&id).filter(|known| known.user_id.is_none() || known.since.elapsed() < FRESH).map(|k| k.user_id)
    }

    /// Keeps an answer that was asked for at `since`; an end is never taken back.
    fn remember(&self, id: SessionId, user_id: UserId, since: Instant) {
        let mut known = self.known.lock();
        if known.len() >= REMEMBERED {
            known.retain(|_, known| known.since.elapsed() < FRESH);
        }
        if known.len() >= REMEMBERED || known.get(&id).is_some_and(|known| known.user_id.is_none()) {
            return;
        }
        known.insert(id, Known { user_id: Some(user_id), since });
    }

    /// Forgets what is stale. Ends are kept for longer than any request is under way; after that the database tells.
    fn tidy(&self) {
        self.known.lock().retain(|_, known| {
            known.since.elapsed() < if known.user_id.is_some() { FRESH } else { Duration::from_secs(120) }
        });
        self.live.lock().retain(|_, sender| sender.receiver_count() > 0);
    }

    fn live(&self) -> Vec<SessionId> {
        self.live.lock().keys().copied().collect()
    }
}

/// Ends sessions on every node: they are refused from now on and their sockets are told.
pub(crate) fn cut(app: &App, ids: &[SessionId]) {
    app.sessions.cut(ids);
    if let Some(relay) = &app.relay {
        relay.end(ids);
    }
}

/// Whether the session stands and is this person's.
pub(crate) async fn check(app: &App, user_id: UserId, id: SessionId) -> Result<(), Error> {
    let ended = || Error::new(ErrorCode::SessionEnded);
    if let Some(owner) = app.sessions.remembered(id) {
        return if owner == Some(user_id) { Ok(()) } else { Err(ended()) };
    }
    let asked = Instant::now();
    match app.sessions.asked.ask(id).await? {
        Some(owner) if owner == user_id => {
            app.sessions.remember(id, user_id, asked);
            Ok(())
        }
        _ => Err(ended()),
    }
}

/// Answers whose the sessions are that somebody comes with, until the node stops.
pub async fn answer(app: App) {
    app.sessions.asked.run(|ids| owners(&app, ids)).await;
}

/// Whose those of the sessions are that stand.
async fn owners(app: &App, ids: Vec<SessionId>) -> Result<HashMap<SessionId, Option<UserId>>, Error> {
    let mut conn = app.db.get().await?;
    let standing: Vec<(Uuid, Uuid)> = sessions::table
        .filter(sessions::id.eq_any(ids.into_iter().map(|id| id.0)))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(diesel::dsl::now)))
        .select((sessions::id, sessions::user_id))
        .load(&mut conn)
        .await?;
    Ok(standing.into_iter().map(|(id, owner)| (SessionId(id), Some(UserId(owner)))).collect())
}

/// Asks again for the sessions that have sockets, and cuts those that another node has ended or that have run out.
pub async fn run(app: App) {
    if let Err(error) = app.passwords.prepare().await {
        tracing::warn!(%error, "the hash for unknown accounts could not be made yet");
    }
    let mut tick = tokio::time::interval(RECHECK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for round in 0u32.. {
        tick.tick().await;
        app.sessions.tidy();
        app.limits.tidy();
        if app.faults.looks_never {
            continue;
        }
        // With the database away the sockets stay; it is asked again at the next tick.
        match tokio::time::timeout(RECHECK, recheck(&app)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "sessions could not be checked"),
            Err(_) => tracing::warn!("sessions could not be checked in time"),
        }
        if round % DELETE_EACH == 0
            && let Err(error) = delete_old(&app).await
        {
            tracing::debug!(%error, "old sessions could not be deleted yet");
        }
    }
}

/// Deletes sessions that ran out a week ago. Until they run out, ended ones are kept: a stolen refresh token that is
/// tried again must be known.
pub async fn delete_old(app: &App) -> Result<usize, Error> {
    let mut conn = app.db.get().await?;
    let old = sessions::table
        .filter(sessions::expires_at.lt(crate::now() - chrono::TimeDelta::days(7)))
        .order(sessions::expires_at)
        .limit(DELETE)
        .select(sessions::id);
    let ids: Vec<Uuid> = old.load(&mut conn).await?;
    Ok(diesel::delete(sessions::table.filter(sessions::id.eq_any(ids))).execute(&mut conn).await?)
}

async fn recheck(app: &App) -> Result<(), Error> {
    let live = app.sessions.live();
    if live.is_empty() {
        return Ok(());
    }
    let standing = owners(app, live.clone()).await?;
    let gone: Vec<SessionId> = live.into_iter().filter(|id| !standing.contains_key(id)).collect();
    app.sessions.cut(&gone);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids() -> (UserId, SessionId) {
        (UserId(Uuid::now_v7()), SessionId(Uuid::now_v7()))
    }

    #[tokio::test]
    async fn a_cut_is_told_to_every_socket_and_never_taken_back() {
        let sessions = Sessions::new();
        let (user_id, id) = ids();
        let asked = Instant::now();
        sessions.remember(id, user_id, asked);
        assert_eq!(sessions.remembered(id), Some(Some(user_id)));
        let (mut one, mut two) = (sessions.register(id), sessions.register(id));
        assert!(!one.is_ended());
        sessions.cut(&[id]);
        one.ended().await;
        two.ended().await;
        sessions.remember(id, user_id, asked);
        assert_eq!(sessions.remembered(id), Some(None));
        assert!(sessions.register(id).is_ended());
    }

    #[test]
    fn sessions_without_sockets_are_let_go() {
        let sessions = Sessions::new();
        let (_, id) = ids();
        let cut = sessions.register(id);
        sessions.tidy();
        assert_eq!(sessions.live(), [id]);
        drop(cut);
        sessions.tidy();
        assert!(sessions.live().is_empty());
    }
}
