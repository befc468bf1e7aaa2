//! Read marks on their way: gathered, and written together each second.

use std::collections::HashMap;
use std::time::Duration;

use diesel_async::AsyncConnection;
use parking_lot::Mutex;
use types::{RoomId, Seq, UserId};

use super::marks::{self, Read};
use crate::app::App;
use crate::error::Error;
use crate::realtime::News;

const EVERY: Duration = Duration::from_secs(1);
/// Marks written by one transaction at most; the rest wait for the next turn.
const BATCH: usize = 1_000;

/// Marks that wait to be written.
pub struct ReadMarks {
    waiting: Mutex<HashMap<(UserId, RoomId), Seq>>,
    /// One writer at a time, so that a mark that is lowered is not raised again by an older note under way.
    writing: tokio::sync::Mutex<()>,
}

impl ReadMarks {
    /// None waiting.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> ReadMarks {
        ReadMarks { waiting: Mutex::default(), writing: tokio::sync::Mutex::default() }
    }

    /// Notes that somebody has seen a room up to `seq`; only a higher place counts.
    pub fn note(&self, user_id: UserId, room_id: RoomId, seq: Seq) {
        let mut waiting = self.waiting.lock();
        let entry = waiting.entry((user_id, room_id)).or_insert(seq);
        *entry = (*entry).max(seq);
    }

    fn take(&self) -> Vec<Read> {
        let mut waiting = self.waiting.lock();
        let keys: Vec<_> = waiting.keys().take(BATCH).copied().collect();
        let take = |key: &(UserId, RoomId)| waiting.remove(key).map(|seq| (*key, seq));
        let taken: Vec<_> = keys.iter().filter_map(take).collect();
        taken.into_iter().map(|((user_id, room_id), seq)| Read { user_id, room_id, seq, lower: false }).collect()
    }
}

/// Writes what has gathered, each second, until the node stops.
pub async fn run(app: App) {
    let mut clock = tokio::time::interval(EVERY);
    clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        loop {
            match flush(&app).await {
                Ok(BATCH) => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::debug!(%error, "read marks wait for the database");
                    break;
                }
            }
        }
    }
}

/// Writes what has gathered and says how many; what could not be written waits again.
pub async fn flush(app: &App) -> Result<usize, Error> {
    let _turn = app.reads.writing.lock().await;
    let reads = app.reads.take();
    if reads.is_empty() {
        return Ok(0);
    }
    let count = reads.len();
    let written = write(app, reads.clone()).await;
    if written.is_err() {
        for read in reads {
            app.reads.note(read.user_id, read.room_id, read.seq);
        }
    }
    written.map(|()| count)
}

async fn write(app: &App, reads: Vec<Read>) -> Result<(), Error> {
    let mut conn = app.db.get().await?;
    let mut news = News::new(app);
    let news = conn
        .transaction(async |conn| {
            marks::write(conn, &mut news, &reads).await?;
            Ok::<_, Error>(news)
        })
        .await?;
    app.hub.publish(app, news);
    Ok(())
}

/// `PUT /rooms/{id}/read`: written at once, since the asker waits for it.
pub async fn set(app: &App, user_id: UserId, room_id: RoomId, seq: Seq, lower: bool) -> Result<(), Error> {
    if seq < 0 {
        return Err(Error::field("seq", "out_of_range", "A place can't be negative."));
    }
    let mut conn = app.db.get().await?;
    super::access(&mut conn, user_id, room_id).await?.member()?;
    drop(conn);
    let _turn = app.reads.writing.lock().await;
    if lower {
        app.reads.waiting.lock().remove(&(user_id, room_id));
    }
    write(app, vec![Read { user_id, room_id, seq, lower }]).await
}
