//! One commit of posts: many rooms, one transaction. Its statements follow each other without waiting for answers, so it
//! costs one round trip however many posts and rooms it has: heads are locked in order of id; each post whose author is
//! in its room, checked under the lock, is inserted at its room's next place and the heads are raised; COMMIT.
//!
//! What was not inserted is asked for afterwards, outside the transaction: a repeated id answers with the first row, and
//! comes before the check of membership, so that an author who lost the answer learns it even after leaving.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use futures_util::future::{join, join3};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Row, Statement};
use types::{ErrorCode, Message, MessageId, PostedReceipt, Rev, RoomId, RoomKind, Seq};
use uuid::Uuid;

use super::{Draft, MessageRow, Posted};
use crate::app::App;
use crate::db::schema::{members, messages, rooms};
use crate::error::Error;
use crate::realtime::News;
use crate::rooms::RoomRow;
use crate::seeded::{FORGOTTEN_AFTER, SeededFault};

/// How long a commit dawdles where a fault was put in before it.
const DAWDLE: Duration = Duration::from_millis(20);

/// One per draft; none if it could be stored now and must be tried again.
pub(super) type Answers = Vec<Option<Result<Posted, Error>>>;

/// A connection that only stores posts, with its statements prepared.
pub(super) struct Store {
    client: Client,
    lock: Statement,
    insert: Statement,
}

/// The plans must not depend on how large the tables were when they were made: every row is found by an index. A head that
/// stays locked must be given up before the batch is, or the connection after it would wait behind this one.
const SETTINGS: &str = "SET lock_timeout = '5s'; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
                     SET enable_mergejoin = off; SET jit = off";

const LOCK: &str = "SELECT room_id, rev FROM room_heads WHERE room_id = ANY ($1) ORDER BY room_id FOR UPDATE";

/// A statement of its own after the lock, so that it sees what the last commit left. The moment a head was touched is kept
/// to the second: a busy room's head stays where it lies, and its index is not written each time.
const PLACED: &str = "\
WITH placed AS ( \
    SELECT d.*, h.rev + row_number() OVER (PARTITION BY d.room_id ORDER BY d.place) AS seq \
    FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[]) \
         WITH ORDINALITY AS d (id, room_id, author_id, body, fingerprint, place) \
    JOIN rooms r ON r.id = d.room_id AND r.deleted_at IS NULL AND r.archived_at IS NULL \
    JOIN members m ON m.room_id = d.room_id AND m.user_id = d.author_id AND m.left_at IS NULL \
    JOIN room_heads h ON h.room_id = d.room_id \
    WHERE NOT EXISTS (SELECT FROM messages s WHERE s.id = d.id) \
)";
const RAISED: &str = "\
, raised AS ( \
    UPDATE room_heads h SET rev = greatest(h.rev, p.seq), last_seq = greatest(h.last_seq, p.seq), \
        touched_at = CASE WHEN h.touched_at < clock_timestamp() - interval '1 second' \
                          THEN clock_timestamp() ELSE h.touched_at END \
    FROM (SELECT room_id, max(seq) AS seq FROM placed GROUP BY room_id) p WHERE h.room_id = p.room_id \
)";
const INSERTED: &str = " \
INSERT INTO messages (id, room_id, seq, rev, kind, author_id, body, fingerprint, created_at) \
SELECT id, room_id, seq, seq, 'text', author_id, body, fingerprint, $6 FROM placed RETURNING id, seq";

impl Store {
    /// Opens the connection.
    pub(super) async fn open(app: &App) -> Result<Store, Error> {
        let client = app.db.dedicate().await?;
        client.batch_execute(SETTINGS).await?;
        let (lock, insert) = match app.config.suffers(SeededFault::SequenceAsCursor) {
            false => (LOCK.to_owned(), format!("{PLACED}{RAISED}{INSERTED}")),
            true => (
                LOCK.replace("FOR UPDATE", ""),
                PLACED.replace("JOIN room_heads h", &format!("JOIN {} h", crate::seeded::DRAWN_HEADS)) + INSERTED,
            ),
        };
        let insert = match app.config.suffers(SeededFault::CachedMembership) {
            false => insert,
            true => insert.replace("m.left_at IS NULL", crate::seeded::MEMBER_FOR_A_MINUTE),
        };
        Ok(Store { lock: client.prepare(&lock).await?, insert: client.prepare(&insert).await?, client })
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
        let (filled, committed) = join(self.fill(app, drafts), self.client.batch_execute("COMMIT")).await;
        // Where a statement failed, COMMIT has rolled back.
        let done = filled?;
        committed?;
        Ok(done)
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
        let ids: Vec<Uuid> = drafts.iter().map(|d| d.id.0).collect();
        let places: Vec<Uuid> = drafts.iter().map(|d| d.room_id.0).collect();
        let authors: Vec<Uuid> = drafts.iter().map(|d| d.author_id.0).collect();
        let bodies: Vec<&str> = drafts.iter().map(|d| d.body.as_str()).collect();
        let fingerprints: Vec<&[u8]> = drafts.iter().map(|d| d.fingerprint.as_slice()).collect();
        let (begun, locked, inserted) = join3(
            self.client.batch_execute("BEGIN"),
            self.client.query(&self.lock, &[&rooms]),
            self.client.query(&self.insert, &[&ids, &places, &authors, &bodies, &fingerprints, &created_at]),
        )
        .await;
        // In their order: behind a statement that failed, the others fail for that reason only.
        begun?;
        let locked = locked?;
        let inserted = match inserted {
            // Another node stored one of the ids at the same moment: none of this stands, and each is looked for again.
            Err(error) if is_taken(&error) => Vec::new(),
            inserted => inserted?,
        };
        let numbers = |rows: Vec<Row>| rows.into_iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect();
        let since: Result<HashMap<Uuid, Rev>, tokio_postgres::Error> = numbers(locked);
        let seqs: Result<HashMap<Uuid, Seq>, tokio_postgres::Error> = numbers(inserted);
        Ok(told(app, drafts, created_at, &since?, &seqs?))
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
    seqs: &HashMap<Uuid, Seq>,
) -> (Answers, News) {
    let mut news = News::new(app);
    let mut spans = BTreeMap::new();
    let answers = drafts.iter().map(|draft| {
        let seq = *seqs.get(&draft.id.0)?;
        let message = draft.stored(seq, created_at);
        let since = if news.drawn { Some(seq - 1) } else { since.get(&draft.room_id.0).copied() };
        let span = spans.entry(draft.room_id).or_insert_with(|| news.span(draft.room_id, since.unwrap_or(seq - 1)));
        span.rev = span.rev.max(seq);
        span.messages.push(message.clone());
        Some(Ok(Posted::New(message)))
    });
    let answers = answers.collect();
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

/// Why each of these drafts was not stored; none if nothing stands in its way any more.
pub(super) async fn explain(app: &App, drafts: &[&Draft]) -> Result<Answers, Error> {
    let mut conn = app.db.get().await?;
    let (ids, authors, places) = (
        drafts.iter().map(|d| d.id.0).collect::<Vec<Uuid>>(),
        drafts.iter().map(|d| d.author_id.0).collect::<Vec<Uuid>>(),
        drafts.iter().map(|d| d.room_id.0).collect::<Vec<Uuid>>(),
    );
    let stored: Vec<(MessageRow, Vec<u8>)> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((MessageRow::as_select(), messages::fingerprint))
        .load(&mut conn)
        .await?;
    let stored: HashMap<Uuid, (MessageRow, Vec<u8>)> = stored.into_iter().map(|row| (row.0.id, row)).collect();
    let live: Vec<RoomRow> = rooms::table
        .filter(rooms::id.eq_any(&places).and(rooms::deleted_at.is_null()))
        .select(RoomRow::as_select())
        .load(&mut conn)
        .await?;
    let live: HashMap<RoomId, types::Room> = live.into_iter().map(|row| (RoomId(row.id), row.into())).collect();
    let inside: Vec<(Uuid, Uuid)> = members::table
        .filter(members::room_id.eq_any(places).and(members::user_id.eq_any(authors)).and(members::left_at.is_null()))
        .select((members::room_id, members::user_id))
        .load(&mut conn)
        .await?;
    let inside: HashSet<(Uuid, Uuid)> = inside.into_iter().collect();
    let answer = |draft: &&Draft| {
        let room = live.get(&draft.room_id);
        let present = room.is_some() && inside.contains(&(draft.room_id.0, draft.author_id.0));
        if let Some((row, fingerprint)) = stored.get(&draft.id.0) {
            if *fingerprint != draft.fingerprint {
                return Some(Err(Error::new(ErrorCode::IdTaken)));
            }
            let message: Message = row.clone().into();
            return Some(Ok(match present {
                true => Posted::Again(message),
                false => Posted::Receipt(PostedReceipt { id: message.id, seq: message.seq }),
            }));
        }
        let code = match room {
            None => ErrorCode::NotFound,
            Some(room) if !present && room.kind == RoomKind::Public => ErrorCode::NotAMember,
            Some(_) if !present => ErrorCode::NotFound,
            Some(room) if room.archived_at.is_some() => ErrorCode::RoomArchived,
            Some(_) => return None,
        };
        Some(Err(Error::new(code)))
    };
    Ok(drafts.iter().map(answer).collect())
}
