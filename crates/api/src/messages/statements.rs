//! The statements of a commit of posts.

use crate::app::App;
use crate::seeded::{self, SeededFault};

/// The plans must not depend on how large the tables were when they were made: every row is found by an index. A head that
/// stays locked must be given up before the batch is, or the connection after it would wait behind this one.
pub(super) const SETTINGS: &str = "SET lock_timeout = '5s'; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_hashjoin = off; \
                     SET enable_mergejoin = off; SET jit = off";

/// What locks the heads, and what inserts: a statement of its own after the lock, so that it sees what the last commit left.
pub(super) struct Statements {
    /// Locks the heads of rooms in order of id.
    pub lock: String,
    /// Posts that only say something, as most do. The steps that the others take, though nothing passed through them,
    /// would cost as much again.
    pub plain: String,
    /// Posts of rooms where one answers in a thread, quotes or names somebody. Rows come back in two kinds: what was
    /// inserted, and the first messages of threads that were counted up.
    pub full: String,
}

impl Statements {
    /// Those of this server, with the faults that were put in.
    pub(super) fn of(app: &App) -> Statements {
        let mut statements = match app.config.suffers(SeededFault::SequenceAsCursor) {
            false => Statements { lock: format!("{LOCK} FOR UPDATE"), plain: plain(true), full: full(true) },
            true => Statements { lock: LOCK.to_owned(), plain: drawn(&plain(false)), full: drawn(&full(false)) },
        };
        if app.config.suffers(SeededFault::CachedMembership) {
            for text in [&mut statements.plain, &mut statements.full] {
                *text = text.replace("m.left_at IS NULL", seeded::MEMBER_FOR_A_MINUTE);
            }
        }
        statements
    }
}

fn drawn(text: &str) -> String {
    text.replace("JOIN room_heads h", &format!("JOIN {} h", seeded::DRAWN_HEADS))
}

const LOCK: &str = "SELECT room_id, rev FROM room_heads WHERE room_id = ANY ($1) ORDER BY room_id";

/// The rows a post `d` needs: its author in a room that can be written to. The function `insert_posts` asks the same, and
/// [`NEW`]'s question of blocks: what changes here changes there, by a migration.
const ADMITTED: &str = "\
    JOIN rooms r ON r.id = d.room_id AND r.deleted_at IS NULL AND r.archived_at IS NULL \
    JOIN members m ON m.room_id = d.room_id AND m.user_id = d.author_id AND m.left_at IS NULL \
    JOIN room_heads h ON h.room_id = d.room_id ";

/// What must not be: the message, or a block between the two of a conversation.
const NEW: &str = "\
    WHERE NOT EXISTS (SELECT FROM messages s WHERE s.id = d.id) \
        AND CASE WHEN r.kind = 'direct' THEN NOT EXISTS (SELECT FROM blocks b \
            WHERE NOT b.removed AND cardinality(r.user_ids) = 2 \
            AND b.user_id = ANY (r.user_ids) AND b.blocked_id = ANY (r.user_ids)) ELSE true END ";

/// Raises the heads to `p`. The moment a head was touched is kept to the second: a busy room's head stays where it lies,
/// and its index is not written each time.
const RAISE: &str = "\
    UPDATE room_heads h SET rev = greatest(h.rev, p.rev), last_seq = greatest(h.last_seq, p.seq), \
        touched_at = CASE WHEN h.touched_at < clock_timestamp() - interval '1 second' \
                          THEN clock_timestamp() ELSE h.touched_at END ";

fn plain(raising: bool) -> String {
    let raised = match raising {
        true => format!(
            ", raised AS ({RAISE} FROM (SELECT room_id, max(seq) AS rev, max(seq) AS seq FROM placed GROUP BY room_id) p \
             WHERE h.room_id = p.room_id)"
        ),
        false => String::new(),
    };
    format!(
        "WITH placed AS ( \
            SELECT d.id, d.room_id, d.author_id, d.body, d.fingerprint, h.rev + row_number() OVER places AS seq \
            FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[]) \
                WITH ORDINALITY AS d (id, room_id, author_id, body, fingerprint, place) \
            {ADMITTED} {NEW} WINDOW places AS (PARTITION BY d.room_id ORDER BY d.place) \
        ) {raised} \
        INSERT INTO messages (id, room_id, seq, rev, kind, author_id, body, fingerprint, created_at) \
        SELECT id, room_id, seq, seq, 'text', author_id, body, fingerprint, $6 FROM placed \
        RETURNING id, seq, NULL::uuid AS thread_root_id, NULL::text AS counted"
    )
}

/// An answer in a thread takes two revisions: its own and one for the first message of its thread, which counts it; of
/// several in one thread the last one's counts.
fn full(raising: bool) -> String {
    let raised = match raising {
        true => format!(
            ", raised AS ({RAISE} \
             FROM (SELECT room_id, max(reached) AS rev, max(seq) FILTER (WHERE in_room) AS seq FROM placed GROUP BY room_id) p \
             WHERE h.room_id = p.room_id)"
        ),
        false => String::new(),
    };
    format!(
        "WITH placed AS ( \
            SELECT t.*, CASE WHEN t.parent_id IS NULL THEN t.reached ELSE t.reached - 1 END AS seq FROM ( \
                SELECT d.id, d.room_id, d.author_id, d.body, d.fingerprint, d.parent_id, d.in_room, d.extra::jsonb AS extra, \
                    coalesce(p.thread_root_id, p.id) AS root_id, \
                    h.rev + (count(*) OVER places + count(d.parent_id) OVER places) AS reached \
                FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::bytea[], $7::uuid[], $8::bool[], $9::text[], \
                        $10::uuid[]) \
                    WITH ORDINALITY AS d (id, room_id, author_id, body, fingerprint, parent_id, in_room, extra, quoted_id, place) \
                {ADMITTED} \
                LEFT JOIN messages p ON p.id = d.parent_id AND p.room_id = d.room_id AND p.deleted_at IS NULL \
                LEFT JOIN messages q ON q.id = d.quoted_id AND q.room_id = d.room_id AND q.deleted_at IS NULL \
                {NEW} \
                    AND (d.parent_id IS NULL OR p.id IS NOT NULL) AND (d.quoted_id IS NULL OR q.id IS NOT NULL) \
                WINDOW places AS (PARTITION BY d.room_id ORDER BY d.place) \
            ) t \
        ) {raised} {INSERTED}"
    )
}

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
    SELECT id, room_id, seq, seq, coalesce(extra ->> 'kind', 'text'), author_id, body, fingerprint, $6, parent_id, root_id, in_room, extra FROM placed \
    RETURNING id, seq, thread_root_id \
) SELECT id, seq, thread_root_id, NULL AS counted FROM inserted \
UNION ALL SELECT id, seq, NULL, (to_jsonb(counted) - 'fingerprint')::text FROM counted";
