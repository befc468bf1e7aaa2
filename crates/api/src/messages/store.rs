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
use types::{ErrorCode, Message, MessageId, PostedReceipt, Rev, RoomId, RoomKind, Seq, limits};
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
///
/// An answer in a thread takes two revisions: its own and one for the first message of its thread, which counts it; of
/// several in one thread the last one's counts. Rows come back in two kinds: what was inserted, and the first messages
/// that were counted up.
const PLACED: &str = "\
WITH placed AS ( \
    SELECT t.*, CASE WHEN t.parent_id IS NULL THEN t.reached ELSE t.reached - 1 END AS seq FROM ( \
        SELECT d.id, d.room_id, d.author_id, d.body, d.fingerprint, d.parent_id, d.in_room, d.extra::jsonb AS extra, \
            coalesce(p.thread_root_id, p.id) AS root_id, \
            h.rev + (count(*) OVER places + count(d.parent_id) OVER places) AS reached \
        FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $7::uuid[], $8::bool[], $9::text[], $10::uuid[]) \
             WITH ORDINALITY AS d (id, room_id, author_id, body, fingerprint, parent_id, in_room, extra, quoted_id, place) \
        JOIN rooms r ON r.id = d.room_id AND r.deleted_at IS NULL AND r.archived_at IS NULL \
        JOIN members m ON m.room_id = d.room_id AND m.user_id = d.author_id AND m.left_at IS NULL \
        JOIN room_heads h ON h.room_id = d.room_id \
        LEFT JOIN messages p ON p.id = d.parent_id AND p.room_id = d.room_id AND p.deleted_at IS NULL \
        LEFT JOIN messages q ON q.id = d.quoted_id AND q.room_id = d.room_id AND q.deleted_at IS NULL \
        WHERE NOT EXISTS (SELECT FROM messages s WHERE s.id = d.id) \
            AND (d.parent_id IS NULL OR p.id IS NOT NULL) AND (d.quoted_id IS NULL OR q.id IS NOT NULL) \
            AND CASE WHEN r.kind = 'direct' THEN NOT EXISTS (SELECT FROM blocks b \
                WHERE NOT b.removed AND cardinality(r.user_ids) = 2 \
                AND b.user_id = ANY (r.user_ids) AND b.blocked_id = ANY (r.user_ids)) ELSE true END \
        WINDOW places AS (PARTITION BY d.room_id ORDER BY d.place) \
    ) t \
)";
const RAISED: &str = "\
, raised AS ( \
    UPDATE room_heads h SET rev = greatest(h.rev, p.rev), last_seq = greatest(h.last_seq, p.seq), \
        touched_at = CASE WHEN h.touched_at < clock_timestamp() - interval '1 second' \
                          THEN clock_timestamp() ELSE h.touched_at END \
    FROM (SELECT room_id, max(reached) AS rev, max(seq) FILTER (WHERE in_room) AS seq FROM placed GROUP BY room_id) p \
    WHERE h.room_id = p.room_id \
)";
const INSERTED: &str = "\
, counted AS ( \
    UPDATE messages s SET rev = p.rev, reply_count = s.reply_count + p.replies, last_reply_at = $6, \
        participants = ARRAY (SELECT u.id FROM unnest(p.authors || s.participants) WITH ORDINALITY AS u (id, place) \
                              GROUP BY u.id ORDER BY min(u.place) LIMIT $11) \
    FROM (SELECT root_id, max(reached) AS rev, count(*) AS replies, array_agg(author_id ORDER BY reached DESC) AS authors \
          FROM placed WHERE root_id IS NOT NULL GROUP BY root_id) p \
    WHERE s.id = p.root_id RETURNING s.* \
), named AS ( \
    SELECT p.room_id, p.seq, p.author_id, p.root_id, p.in_room, x.id::uuid AS user_id \
    FROM placed p CROSS JOIN LATERAL jsonb_array_elements_text(p.extra -> 'mentions') AS x (id) \
    WHERE p.extra IS NOT NULL \
), noted AS ( \
    INSERT INTO mentions (user_id, room_id, seq, author_id, thread_root_id, in_room) \
    SELECT user_id, room_id, seq, author_id, root_id, in_room FROM named \
    UNION ALL SELECT '00000000-0000-0000-0000-000000000000'::uuid, room_id, seq, author_id, root_id, in_room FROM placed \
        WHERE extra ->> 'everyone' = 'all' \
), joined AS ( \
    INSERT INTO thread_people (user_id, root_id) \
    SELECT author_id, root_id FROM placed WHERE root_id IS NOT NULL UNION SELECT author_id, id FROM counted \
    UNION SELECT user_id, root_id FROM named WHERE root_id IS NOT NULL ON CONFLICT DO NOTHING \
), inserted AS ( \
    INSERT INTO messages (id, room_id, seq, rev, kind, author_id, body, fingerprint, created_at, parent_id, thread_root_id, \
        in_room, extra) \
    SELECT id, room_id, seq, seq, 'text', author_id, body, fingerprint, $6, parent_id, root_id, in_room, extra FROM placed \
    RETURNING id, seq, thread_root_id \
) SELECT id, seq, thread_root_id, NULL AS counted FROM inserted \
UNION ALL SELECT id, seq, NULL, (to_jsonb(counted) - 'fingerprint')::text FROM counted";

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
        let parents: Vec<Option<Uuid>> = drafts.iter().map(|d| d.parent_id.map(|id| id.0)).collect();
        let shown: Vec<bool> = drafts.iter().map(|d| d.in_room).collect();
        let extras: Vec<Option<String>> = drafts.iter().map(|d| d.extra.column()).collect();
        let quoted: Vec<Option<Uuid>> = drafts.iter().map(|d| d.extra.quoted_id.map(|id| id.0)).collect();
        let (begun, locked, inserted) = join3(
            self.client.batch_execute("BEGIN"),
            self.client.query(&self.lock, &[&rooms]),
            self.client.query(
                &self.insert,
                &[
                    &ids,
                    &places,
                    &authors,
                    &bodies,
                    &fingerprints,
                    &created_at,
                    &parents,
                    &shown,
                    &extras,
                    &quoted,
                    &(limits::PARTICIPANTS_SHOWN as i64),
                ],
            ),
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
        let mut since = HashMap::with_capacity(locked.len());
        for row in locked {
            since.insert(row.try_get(0)?, row.try_get(1)?);
        }
        Ok(told(app, drafts, created_at, &since, Inserted::read(inserted)?))
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
    fn read(rows: Vec<Row>) -> Result<Inserted, Error> {
        let mut inserted = Inserted::default();
        for row in rows {
            match row.try_get::<_, Option<String>>(3)? {
                Some(text) => {
                    let row: MessageRow = serde_json::from_str(&text).map_err(Error::internal)?;
                    inserted.counted.push(row.into());
                }
                None => {
                    inserted.places.insert(row.try_get(0)?, (row.try_get(1)?, row.try_get(2)?));
                }
            }
        }
        Ok(inserted)
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
    let others = named(&mut conn, drafts).await?;
    let directs = live.values().filter(|room| room.user_ids.len() == 2);
    let pairs: Vec<&types::Room> = directs.collect();
    let blocked =
        if pairs.is_empty() { HashSet::new() } else { crate::rooms::direct::blocked(&mut conn, &pairs).await? };
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
            Some(room) if blocked.contains(&room.id.0) => ErrorCode::Blocked,
            Some(_) => return missing(draft, &others).map(Err),
        };
        Some(Err(Error::new(code)))
    };
    Ok(drafts.iter().map(answer).collect())
}

/// The messages that drafts answer or quote: their rooms, and whether they were deleted.
type Others = HashMap<Uuid, (Uuid, bool)>;

async fn named(conn: &mut diesel_async::AsyncPgConnection, drafts: &[&Draft]) -> Result<Others, Error> {
    let ids = drafts.iter().flat_map(|draft| [draft.parent_id, draft.extra.quoted_id]).flatten();
    let ids: Vec<Uuid> = ids.map(|id| id.0).collect();
    if ids.is_empty() {
        return Ok(Others::new());
    }
    let rows: Vec<(Uuid, Uuid, bool)> = messages::table
        .filter(messages::id.eq_any(ids))
        .select((messages::id, messages::room_id, messages::deleted_at.is_not_null()))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(id, room_id, deleted)| (id, (room_id, deleted))).collect())
}

/// Why a message can't be answered or quoted; none if it can.
fn missing(draft: &Draft, others: &Others) -> Option<Error> {
    for (field, id) in [("parent_id", draft.parent_id), ("quoted_id", draft.extra.quoted_id)] {
        let Some(id) = id else { continue };
        match others.get(&id.0).filter(|(room_id, _)| *room_id == draft.room_id.0) {
            None => return Some(Error::field(field, "unknown", "There is no such message in this room.")),
            Some((_, true)) => return Some(Error::new(ErrorCode::MessageDeleted)),
            Some(_) => {}
        }
    }
    None
}
