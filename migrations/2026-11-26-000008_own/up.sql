-- How somebody keeps a room.
ALTER TABLE marks
ADD COLUMN hidden_seq bigint NOT NULL DEFAULT 0,
ADD COLUMN muted boolean NOT NULL DEFAULT false,
ADD COLUMN favourite boolean NOT NULL DEFAULT false;

-- Further rows of a person's own stream; each with its place in it.
CREATE TABLE thread_marks (
    user_id uuid NOT NULL REFERENCES users (id),
    root_id uuid NOT NULL,
    room_id uuid NOT NULL,
    following boolean,
    read_seq bigint NOT NULL DEFAULT 0,
    rev bigint NOT NULL,
    PRIMARY KEY (user_id, root_id)
);
CREATE UNIQUE INDEX thread_marks_rev ON thread_marks (user_id, rev);

-- The nil thread is the room itself. An empty body tells other devices that the draft is gone.
CREATE TABLE drafts (
    user_id uuid NOT NULL REFERENCES users (id),
    room_id uuid NOT NULL,
    root_id uuid NOT NULL,
    body text NOT NULL,
    updated_at timestamptz NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (user_id, room_id, root_id)
);
CREATE UNIQUE INDEX drafts_rev ON drafts (user_id, rev);
CREATE INDEX drafts_standing ON drafts (user_id, rev) WHERE body <> '';

CREATE TABLE saved (
    user_id uuid NOT NULL REFERENCES users (id),
    message_id uuid NOT NULL,
    room_id uuid NOT NULL,
    saved_at timestamptz NOT NULL,
    remind_at timestamptz,
    reminded_at timestamptz,
    removed boolean NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (user_id, message_id)
);
CREATE UNIQUE INDEX saved_rev ON saved (user_id, rev);
CREATE INDEX saved_standing ON saved (user_id, saved_at, message_id) WHERE NOT removed;
CREATE INDEX saved_due ON saved (remind_at)
WHERE remind_at IS NOT NULL AND reminded_at IS NULL AND NOT removed;

-- Messages to be sent later. The id becomes the message's.
CREATE TABLE scheduled (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    room_id uuid NOT NULL,
    parent_id uuid,
    body text NOT NULL,
    send_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'cancelled', 'failed')),
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX scheduled_rev ON scheduled (user_id, rev);
CREATE INDEX scheduled_due ON scheduled (send_at, id) WHERE state = 'waiting';
CREATE INDEX scheduled_open ON scheduled (user_id, send_at, id) WHERE state IN ('waiting', 'failed');

CREATE TABLE blocks (
    user_id uuid NOT NULL REFERENCES users (id),
    blocked_id uuid NOT NULL REFERENCES users (id),
    removed boolean NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
);
CREATE UNIQUE INDEX blocks_rev ON blocks (user_id, rev);

CREATE TABLE preferences (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    preferences jsonb NOT NULL,
    rev bigint NOT NULL
);
