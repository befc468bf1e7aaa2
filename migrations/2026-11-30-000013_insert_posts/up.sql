-- Posts that only say something, as most do, stored by one statement that is a transaction of its own: all of them, or
-- none where one can't be stored as it is (SQLSTATE CF001, or the violation of messages_pkey).
--
-- The rooms come in order of id, in which their heads are locked by being raised, each with how many posts it gets; a post
-- with the number of its room among them, and with its own among those of its room. What is asked behind the lock sees
-- what the last commit left. Gives the revision that each room had before.
CREATE FUNCTION insert_posts(
    room_ids uuid [], counts int [],
    ids uuid [], rooms int [], places int [], author_ids uuid [], bodies text [], fingerprints bytea [],
    posted_at timestamptz
) RETURNS bigint [] LANGUAGE plpgsql AS $$
DECLARE
    since bigint [];
    allowed bigint;
BEGIN
    -- The moment a head was touched is kept to the second: a busy room's head stays where it lies, and its index is not
    -- written each time.
    WITH raised AS (
        UPDATE room_heads h SET
            rev = h.rev + p.posts,
            last_seq = h.rev + p.posts,
            touched_at = CASE
                WHEN h.touched_at < clock_timestamp() - interval '1 second' THEN clock_timestamp() ELSE h.touched_at
            END
        FROM unnest(room_ids, counts) AS p (room_id, posts)
        WHERE h.room_id = p.room_id
        RETURNING h.room_id, h.rev - p.posts AS since
    )
    SELECT array_agg(r.since ORDER BY r.room_id) INTO since FROM raised AS r;

    SELECT count(*) INTO allowed
    FROM unnest(rooms, author_ids) AS d (room, author_id)
    JOIN rooms AS r ON r.id = room_ids[d.room] AND r.deleted_at IS NULL AND r.archived_at IS NULL
    JOIN members AS m ON m.room_id = r.id AND m.user_id = d.author_id AND m.left_at IS NULL
    WHERE CASE
        WHEN r.kind = 'direct' THEN NOT EXISTS (
            SELECT FROM blocks AS b
            WHERE NOT b.removed AND cardinality(r.user_ids) = 2
                AND b.user_id = ANY (r.user_ids) AND b.blocked_id = ANY (r.user_ids)
        )
        ELSE true
    END;
    IF allowed < cardinality(ids) OR cardinality(since) < cardinality(room_ids) THEN
        RAISE EXCEPTION 'a post can not be stored' USING ERRCODE = 'CF001';
    END IF;

    INSERT INTO messages (id, room_id, seq, rev, kind, author_id, body, fingerprint, created_at)
    SELECT
        d.id, room_ids[d.room], since[d.room] + d.place, since[d.room] + d.place, 'text', d.author_id, d.body,
        d.fingerprint, posted_at
    FROM unnest(ids, rooms, places, author_ids, bodies, fingerprints)
        AS d (id, room, place, author_id, body, fingerprint);
    RETURN since;
END
$$;
