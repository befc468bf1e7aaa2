//! One commit of posts: many rooms, one transaction, in one round trip however many posts and rooms it has. Heads are locked
//! in order of id; each post whose author is in its room, checked under the lock, is inserted at its room's next place and
//! the heads are raised; COMMIT. Posts that only say something do so in one statement (`plain`); where one of them can't be
//! stored, or some say more, the statements follow each other without waiting for answers.
//!
//! What was not inserted is asked for afterwards (`explain`).

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::{join, join4};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row, Statement};
use types::{Message, MessageId, Rev, RoomId, Seq, limits};
use uuid::Uuid;

use super::plain::{self, Plain};
use super::statements::{SETTINGS, Statements};
use super::{Draft, MessageRow, Posted};
use crate::app::App;
use crate::db::schema::messages;
use crate::error::Error;
use crate::realtime::News;
use crate::seeded::{FORGOTTEN_AFTER, SeededFault};

/// How long a commit dawdles where a fault was put in before it.
const DAWDLE: Duration = Duration::from_millis(20);

/// One per draft; none if it could be stored now and must be tried again.
pub(super) type Answers = Vec<Option<Result<Posted, Error>>>;

/// A connection that only stores posts, with its statements prepared.
pub(super) struct Store {
    client: Client,
    at_once: Statement,
    lock: Statement,
    plain: Statement,
    full: Statement,
}

impl Store {
    /// Opens the connection.
    pub(super) async fn open(app: &App) -> Result<Store, Error> {
        let client = app.db.dedicate().await?;
        client.batch_execute(SETTINGS).await?;
        let Statements { lock, plain, full } = Statements::of(app);
        Ok(Store {
            at_once: client.prepare(plain::STATEMENT).await?,
            lock: client.prepare(&lock).await?,
            plain: client.prepare(&plain).await?,
            full: client.prepare(&full).await?,
            client,
        })
    }

    /// Whether Postgres has hung up.
    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    /// Stores what can be stored and gives the answers to that, with what is to be told; every other draft is left without
    /// an answer. All statements are sent when this is first polled, so batches follow each other in that order.
    pub(super) async fn write(&self, app: &App, drafts: &[Draft]) -> Result<(Answers, News), Error> {
        if app.may_dawdle() {
            return self.write_slowly(app, drafts).await;
        }
        if !app.config.suffers(SeededFault::CachedMembership)
            && let Some(plain) = Plain::of(drafts, crate::now())
            && let Some(done) = self.write_at_once(app, drafts, &plain).await?
        {
            return Ok(done);
        }
        let (filled, committed) = join(self.fill(app, drafts), self.client.batch_execute("COMMIT")).await;
        // Where a statement failed, COMMIT has rolled back.
        let done = filled?;
        committed?;
        Ok(done)
    }

    /// Stores posts that only say something; none if one of them can't be stored.
    async fn write_at_once(
        &self,
        app: &App,
        drafts: &[Draft],
        plain: &Plain<'_>,
    ) -> Result<Option<(Answers, News)>, Error> {
        let Plain { room_ids, counts, ids, rooms, places, author_ids, bodies, fingerprints, posted_at } = plain;
        let given: [&(dyn ToSql + Sync); 9] =
            [room_ids, counts, ids, rooms, places, author_ids, bodies, fingerprints, posted_at];
        let since: Vec<Rev> = match self.client.query_one(&self.at_once, &given).await {
            Ok(row) => row.try_get(0)?,
            Err(error) if plain::stores_none(&error) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let places = ids.iter().zip(plain.seqs(&since)).filter_map(|(id, seq)| Some((*id, (seq?, None)))).collect();
        let inserted = Inserted { places, counted: Vec::new() };
        let since = room_ids.iter().copied().zip(since).collect();
        Ok(Some(told(app, drafts, *posted_at, &since, inserted)))
    }

    /// As [`Self::write`], with the delays and faults that were put in before the commit.
    async fn write_slowly(&self, app: &App, drafts: &[Draft]) -> Result<(Answers, News), Error> {
        let mut done = match self.fill(app, drafts).await {
            Ok(done) => done,
            Err(error) => {
                let _ = self.client.batch_execute("ROLLBACK").await;
                return Err(error);
            }
        };
        if app.config.suffers(SeededFault::PublishBeforeCommit) {
            app.hub.publish(app, std::mem::take(&mut done.1));
            tokio::time::sleep(DAWDLE).await;
        }
        if done.1.drawn {
            crate::seeded::dawdle().await;
            crate::seeded::raise(&self.client, &done.1.rooms).await?;
        }
        app.faults.before_commit().await;
        self.client.batch_execute("COMMIT").await?;
        Ok(done)
    }

    /// Commits after a while what was filled in: a fault put in on purpose.
    pub(super) async fn commit_late(&self) -> Result<(), Error> {
        tokio::time::sleep(DAWDLE).await;
        Ok(self.client.batch_execute("COMMIT").await?)
    }

    /// Everything of a transaction but its commit.
    pub(super) async fn fill(&self, app: &App, drafts: &[Draft]) -> Result<(Answers, News), Error> {
        let created_at = crate::now();
        let rooms: Vec<Uuid> = drafts.iter().map(|d| d.room_id.0).collect::<HashSet<_>>().into_iter().collect();
        // A room's posts keep their order, so they go one way all together.
        let intricate: HashSet<RoomId> = drafts.iter().filter(|d| !d.is_plain()).map(|d| d.room_id).collect();
        let (full, plain): (Vec<&Draft>, Vec<&Draft>) = drafts.iter().partition(|d| intricate.contains(&d.room_id));
        let (begun, locked, plain, full) = join4(
            self.client.batch_execute("BEGIN"),
            self.client.query(&self.lock, &[&rooms]),
            self.insert_plain(&plain, created_at),
            self.insert_full(&full, created_at),
        )
        .await;
        // In their order: behind a statement that failed, the others fail for that reason only.
        begun?;
        let locked = locked?;
        let mut inserted = Inserted::default();
        match (plain, full) {
            // Another node stored one of the ids at the same moment: none of this stands, and each is looked for again.
            (Err(error), _) | (Ok(_), Err(error)) if is_taken(&error) => {}
            (plain, full) => {
                inserted.read(plain?)?;
                inserted.read(full?)?;
            }
        }
        let mut since = HashMap::with_capacity(locked.len());
        for row in locked {
            since.insert(row.try_get(0)?, row.try_get(1)?);
        }
        Ok(told(app, drafts, created_at, &since, inserted))
    }

    async fn insert_plain(
        &self,
        drafts: &[&Draft],
        created_at: DateTime<Utc>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let Columns { ids, rooms, authors, bodies, fingerprints } = Columns::of(drafts);
        self.client.query(&self.plain, &[&ids, &rooms, &authors, &bodies, &fingerprints, &created_at]).await
    }

    async fn insert_full(
        &self,
        drafts: &[&Draft],
        created_at: DateTime<Utc>,
    ) -> Result<Vec<Row>, tokio_postgres::Error> {
        if drafts.is_empty() {
            return Ok(Vec::new());
        }
        let Columns { ids, rooms, authors, bodies, fingerprints } = Columns::of(drafts);
        let parents: Vec<Option<Uuid>> = drafts.iter().map(|d| d.parent_id.map(|id| id.0)).collect();
        let shown: Vec<bool> = drafts.iter().map(|d| d.in_room).collect();
        let extras: Vec<Option<String>> = drafts.iter().map(|d| d.extra.column()).collect();
        let quoted: Vec<Option<Uuid>> = drafts.iter().map(|d| d.extra.quoted_id.map(|id| id.0)).collect();
        let participants = limits::PARTICIPANTS_SHOWN as i64;
        self.client
            .query(
                &self.full,
                &[
                    &ids,
                    &rooms,
                    &authors,
                    &bodies,
                    &fingerprints,
                    &created_at,
                    &parents,
                    &shown,
                    &extras,
                    &quoted,
                    &participants,
                ],
            )
            .await
    }
}

/// What every draft has, a column each.
struct Columns<'a> {
    ids: Vec<Uuid>,
    rooms: Vec<Uuid>,
    authors: Vec<Uuid>,
    bodies: Vec<&'a str>,
    fingerprints: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(drafts: &[&'a Draft]) -> Columns<'a> {
        Columns {
            ids: drafts.iter().map(|d| d.id.0).collect(),
            rooms: drafts.iter().map(|d| d.room_id.0).collect(),
            authors: drafts.iter().map(|d| d.author_id.0).collect(),
            bodies: drafts.iter().map(|d| d.body.as_str()).collect(),
            fingerprints: drafts.iter().map(|d| d.fingerprint.as_slice()).collect(),
        }
    }
}

/// What the insert gave back.
#[derive(Default)]
struct Inserted {
    /// Place and thread of each message that was stored.
    places: HashMap<Uuid, (Seq, Option<Uuid>)>,
    /// First messages of threads, counted up.
    counted: Vec<Message>,
}

impl Inserted {
    fn read(&mut self, rows: Vec<Row>) -> Result<(), Error> {
        for row in rows {
            match row.try_get::<_, Option<String>>(3)? {
                Some(text) => {
                    let row: MessageRow = serde_json::from_str(&text).map_err(Error::internal)?;
                    self.counted.push(row.into());
                }
                None => {
                    self.places.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
                }
            }
        }
        Ok(())
    }
}

/// Whether a row of the same id came in between.
fn is_taken(error: &tokio_postgres::Error) -> bool {
    let told = error.as_db_error().filter(|told| *told.code() == SqlState::UNIQUE_VIOLATION);
    told.and_then(|told| told.constraint()) == Some("messages_pkey")
}

/// What the rows that were inserted mean: the answers to their drafts, and one span for each room.
fn told(
    app: &App,
    drafts: &[Draft],
    created_at: DateTime<Utc>,
    since: &HashMap<Uuid, Rev>,
    inserted: Inserted,
) -> (Answers, News) {
    let mut news = News::new(app);
    let mut spans = BTreeMap::new();
    let answers = drafts.iter().map(|draft| {
        let (seq, root) = *inserted.places.get(&draft.id.0)?;
        let message = draft.stored(seq, root, created_at);
        let since = if news.drawn { Some(seq - 1) } else { since.get(&draft.room_id.0).copied() };
        let span = spans.entry(draft.room_id).or_insert_with(|| news.span(draft.room_id, since.unwrap_or(seq - 1)));
        span.rev = span.rev.max(seq);
        span.messages.push(message.clone());
        Some(Ok(Posted::New(message)))
    });
    let answers = answers.collect();
    for root in inserted.counted {
        if let Some(span) = spans.get_mut(&root.room_id) {
            span.rev = span.rev.max(root.rev);
            span.messages.push(root);
            span.messages.sort_by_key(|message| message.rev);
        }
    }
    news.rooms.extend(spans.into_values());
    (answers, news)
}

/// The drafts with new ids for those that were stored too long ago to be known: a fault put in on purpose.
pub(super) async fn forgotten(app: &App, drafts: Vec<Draft>) -> Result<Vec<Draft>, Error> {
    let ids: Vec<Uuid> = drafts.iter().map(|d| d.id.0).collect();
    let old: Vec<Uuid> = messages::table
        .filter(messages::id.eq_any(ids).and(messages::created_at.lt(crate::now() - FORGOTTEN_AFTER)))
        .select(messages::id)
        .load(&mut app.db.get().await?)
        .await?;
    let renamed = drafts.into_iter().map(|draft| match old.contains(&draft.id.0) {
        true => Draft { id: MessageId(Uuid::now_v7()), ..draft },
        false => draft,
    });
    Ok(renamed.collect())
}
