//! Searching what one may read.
//!
//! A job ([`index`]) writes a row for each message soon after it, outside its transaction. Who asks gets what stands in
//! rooms that are theirs at that moment: membership is asked in the same snapshot as the rows, and each message is looked
//! up again, so that what was deleted is gone at once. Read in this order: `fold`, `words`, [`index`], `plan`,
//! `statement`, `candidates`, `excerpt`.

mod best;
mod candidates;
mod excerpt;
mod fold;
pub mod index;
mod plan;
pub mod saved;
mod statement;
mod suggest;
mod words;

pub use suggest::suggest;

use std::collections::HashMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use parking_lot::Mutex;
use tokio::sync::{Semaphore, SemaphorePermit};
use types::search::query;
use types::{ErrorCode, Found, Message, MessageId, Room, SearchOrder, SearchPage, UserId, limits};
use uuid::Uuid;

use crate::app::App;
use crate::db::Cursor;
use crate::db::schema::{messages, rooms};
use crate::error::Error;
use crate::messages::{MessageRow, history};
use crate::rooms::RoomRow;
use candidates::Candidate;
use plan::Plan;
use words::{Sought, Stems};

/// Searches under way on a node: a part of its connections, so that searching never keeps others from theirs.
const AT_ONCE: usize = 3;
/// How long one waits for its turn.
const TURN: Duration = Duration::from_secs(5);
/// No plan that reads a table from end to end, and no statement that goes on for long.
const SETTINGS: &str = "SET LOCAL statement_timeout = '2s'; SET LOCAL enable_seqscan = off; SET LOCAL jit = off";
/// Minutes that a clock may be ahead of or behind UTC.
const EAST_MAX: i32 = 14 * 60;

/// What a node keeps for searching.
pub struct Search {
    stems: Stems,
    turns: Semaphore,
    /// How far back the newest messages reach, for windows of several sizes.
    windows: Mutex<Vec<DateTime<Utc>>>,
}

impl Search {
    /// Ready.
    #[expect(clippy::new_without_default, reason = "made once, by the app")]
    pub fn new() -> Search {
        Search { stems: Stems::new(), turns: Semaphore::new(AT_ONCE), windows: Mutex::default() }
    }

    /// Whether the windows are known.
    pub fn is_measured(&self) -> bool {
        !self.windows.lock().is_empty()
    }

    async fn turn(&self) -> Result<SemaphorePermit<'_>, Error> {
        match tokio::time::timeout(TURN, self.turns.acquire()).await {
            Ok(turn) => turn.map_err(Error::internal),
            Err(_) => Err(Error { retry_after: Some(1), ..Error::new(ErrorCode::Timeout) }),
        }
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    /// As it was typed.
    pub query: String,
    /// In which order.
    pub order: SearchOrder,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Messages of the page.
    pub limit: i64,
    /// Minutes that the asker's clock is ahead of UTC.
    pub utc_offset: i32,
}

/// Where a page begins.
enum Place {
    Below(Option<Cursor>),
    /// After so many of those that fit best.
    After(usize),
}

impl Asked {
    fn place(&self) -> Result<Place, Error> {
        let Some(text) = self.cursor.as_deref() else {
            return Ok(match self.order {
                SearchOrder::Newest => Place::Below(None),
                SearchOrder::Best => Place::After(0),
            });
        };
        let wrong = || Error::with(ErrorCode::Malformed, "This is no cursor of this list.");
        Ok(match self.order {
            SearchOrder::Newest => Place::Below(Some(text.parse().map_err(|_| wrong())?)),
            SearchOrder::Best => Place::After(text.parse().map_err(|_| wrong())?),
        })
    }
}

/// `GET /search`.
pub async fn list(app: &App, user_id: UserId, asked: Asked) -> Result<SearchPage, Error> {
    let query = query::parse_strictly(&asked.query)?;
    let east = check_offset(asked.utc_offset)?;
    let place = asked.place()?;
    let limit = asked.limit.clamp(1, limits::PAGE_MAX);
    let _turn = app.search.turn().await?;
    let mut conn = app.db.get().await?;
    let work = app.clone();
    // Membership and rows in one snapshot: nobody finds anything past their removal.
    let page = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async move |conn| {
            conn.batch_execute(SETTINGS).await?;
            let mine = plan::rooms_of(conn, user_id).await?;
            let plan = plan::make(conn, user_id, &mine, &query, &work.search.stems, east).await?;
            let (found, next) = find(conn, &work, &plan, place, limit).await?;
            Ok::<_, Error>(SearchPage { next, ..show(conn, &work, &plan, &found).await? })
        })
        .await;
    page.map_err(in_time)
}

fn check_offset(minutes: i32) -> Result<i32, Error> {
    match (-EAST_MAX..=EAST_MAX).contains(&minutes) {
        true => Ok(minutes),
        false => Err(Error::field("utc_offset", "out_of_range", "No clock is so far from UTC.")),
    }
}

/// A statement that was cut off says nothing of the database: it was too much that was asked.
fn in_time(error: Error) -> Error {
    let cut_off = error.cause.as_deref().is_some_and(|cause| cause.contains("statement timeout"));
    match cut_off {
        true => Error {
            cause: error.cause,
            ..Error::with(ErrorCode::Timeout, "This would take too long: narrow it, such as with in: or after:.")
        },
        false => error,
    }
}

/// The messages of a page, and the cursor of the next.
async fn find(
    conn: &mut AsyncPgConnection,
    app: &App,
    plan: &Plan,
    place: Place,
    limit: i64,
) -> Result<(Vec<Candidate>, Option<String>), Error> {
    match place {
        Place::Below(below) => {
            let mut found = candidates::newest(conn, app, plan, below, limit + 1).await?;
            let more = crate::db::page(&mut found, limit);
            let next = found.last().filter(|_| more).map(|last| Cursor { at: last.created_at, id: last.id });
            Ok((found, next.map(|next| next.to_string())))
        }
        Place::After(from) => {
            let mut all = candidates::newest(conn, app, plan, None, limits::SEARCH_RANKED).await?;
            best::order(conn, &mut all, &wanted(plan)).await?;
            let found: Vec<Candidate> = all.iter().skip(from).take(limit as usize).copied().collect();
            let next = from.saturating_add(found.len());
            Ok((found, (next < all.len()).then(|| next.to_string())))
        }
    }
}

/// The words and phrases that are to be there.
fn wanted(plan: &Plan) -> Vec<&Sought> {
    plan.sought.iter().filter(|sought| !sought.negated).map(|sought| &sought.what).collect()
}

/// The messages with all that belongs to them.
async fn show(conn: &mut AsyncPgConnection, app: &App, plan: &Plan, found: &[Candidate]) -> Result<SearchPage, Error> {
    let mut rows = by_id(conn, found.iter().map(|candidate| candidate.id).collect()).await?;
    let roots = rows.values().filter_map(|message| message.thread_root_id).map(|id| id.0).collect();
    let roots = by_id(conn, roots).await?;
    let wanted = wanted(plan);
    let mut items = Vec::with_capacity(found.len());
    for candidate in found {
        let Some(message) = rows.remove(&MessageId(candidate.id)) else { continue };
        let excerpt = excerpt::of(&message, &wanted, &app.search.stems);
        let root = message.thread_root_id.and_then(|id| roots.get(&id).cloned());
        items.push(Found { message, root, excerpt });
    }
    let shown: Vec<Message> = items.iter().flat_map(|item| item.root.iter().chain([&item.message])).cloned().collect();
    let users = history::people(conn, &shown, &[]).await?;
    let mut ids: Vec<Uuid> = items.iter().map(|item| item.message.room_id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    let rooms: Vec<RoomRow> =
        rooms::table.filter(rooms::id.eq_any(ids)).select(RoomRow::as_select()).load(conn).await?;
    Ok(SearchPage { items, rooms: rooms.into_iter().map(Room::from).collect(), users, next: None })
}

async fn by_id(conn: &mut AsyncPgConnection, ids: Vec<Uuid>) -> Result<HashMap<MessageId, Message>, Error> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<MessageRow> =
        messages::table.filter(messages::id.eq_any(ids)).select(MessageRow::as_select()).load(conn).await?;
    Ok(rows.into_iter().map(|row| (MessageId(row.id), row.into())).collect())
}
