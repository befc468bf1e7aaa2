-- Parts of words are found by their groups of three letters. A trusted extension of every PostgreSQL's contrib.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What a message is found by, written by a job soon after it: its words without case and accents and as stems (and what
-- it carries, as words that begin with a colon); the same words in order, for phrases and parts.
CREATE TABLE search_rows (
    message_id uuid PRIMARY KEY,
    room_id uuid NOT NULL,
    author_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    words tsvector NOT NULL,
    text text NOT NULL
);
-- Without the list of what is pending, which each search would have to read through.
CREATE INDEX search_rows_words ON search_rows USING gin (words) WITH (fastupdate = off);
CREATE INDEX search_rows_text ON search_rows USING gin (text gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX search_rows_created_at ON search_rows (created_at, message_id);
CREATE INDEX search_rows_room_id ON search_rows (room_id, created_at, message_id);
CREATE INDEX search_rows_author_id ON search_rows (author_id, created_at, message_id);

-- Up to which revision a room's messages are in search_rows. What is above it is caught up, whatever it is and whenever
-- it came.
CREATE TABLE search_heads (
    room_id uuid PRIMARY KEY,
    rev bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- Saved searches: rows of a person's own stream.
CREATE TABLE searches (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    query text NOT NULL,
    seen_at timestamptz NOT NULL,
    removed boolean NOT NULL,
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX searches_rev ON searches (user_id, rev);
CREATE INDEX searches_standing ON searches (user_id, id) WHERE NOT removed;
