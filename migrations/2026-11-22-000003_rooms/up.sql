CREATE TABLE rooms (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('public', 'private', 'direct')),
    name text,
    name_key text,
    topic text NOT NULL DEFAULT '',
    is_default boolean NOT NULL DEFAULT false,
    archived_at timestamptz,
    deleted_at timestamptz,
    first_seq bigint NOT NULL DEFAULT 1,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX rooms_name_key ON rooms (name_key) WHERE deleted_at IS NULL;
CREATE INDEX rooms_is_default ON rooms (id) WHERE is_default AND deleted_at IS NULL;

-- Head of each room's stream: the narrow row whose lock orders a room's changes. Never locked through rooms.
CREATE TABLE room_heads (
    room_id uuid PRIMARY KEY REFERENCES rooms (id),
    rev bigint NOT NULL DEFAULT 0,
    last_seq bigint NOT NULL DEFAULT 0,
    touched_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
CREATE INDEX room_heads_touched_at ON room_heads (touched_at);

-- Leaving keeps the row, rejoining takes it again.
CREATE TABLE members (
    room_id uuid NOT NULL REFERENCES rooms (id),
    user_id uuid NOT NULL REFERENCES users (id),
    role text NOT NULL CHECK (role IN ('member', 'moderator', 'admin')),
    joined_at timestamptz NOT NULL DEFAULT now(),
    left_at timestamptz,
    rev bigint NOT NULL,
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX members_rev ON members (room_id, rev);
CREATE INDEX members_user_id ON members (user_id) WHERE left_at IS NULL;

-- System lines: what happened to a room, in place among its messages, never changed.
CREATE TABLE events (
    room_id uuid NOT NULL REFERENCES rooms (id),
    seq bigint NOT NULL,
    kind text NOT NULL,
    actor_id uuid NOT NULL REFERENCES users (id),
    user_id uuid REFERENCES users (id),
    text text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (room_id, seq)
);

-- Rows of a person's own stream: which rooms are theirs and up to where they have read.
CREATE TABLE marks (
    user_id uuid NOT NULL REFERENCES users (id),
    room_id uuid NOT NULL REFERENCES rooms (id),
    joined boolean NOT NULL,
    read_seq bigint NOT NULL DEFAULT 0,
    rev bigint NOT NULL,
    PRIMARY KEY (user_id, room_id)
) WITH (fillfactor = 70);
CREATE INDEX marks_rev ON marks (user_id, rev);

-- Rows of the site's stream: public rooms as the directory shows them. Hidden once private or deleted.
CREATE TABLE directory (
    room_id uuid PRIMARY KEY REFERENCES rooms (id),
    name text NOT NULL,
    topic text NOT NULL,
    archived_at timestamptz,
    hidden boolean NOT NULL DEFAULT false,
    rev bigint NOT NULL
);
CREATE INDEX directory_rev ON directory (rev);
CREATE INDEX directory_name ON directory (lower(name), room_id) WHERE NOT hidden;

-- Only the hash of a code is kept.
CREATE TABLE invites (
    id uuid PRIMARY KEY,
    room_id uuid NOT NULL REFERENCES rooms (id),
    code_hash bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    max_uses integer,
    uses integer NOT NULL DEFAULT 0,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX invites_code_hash ON invites (code_hash);
CREATE INDEX invites_room_id ON invites (room_id, id) WHERE revoked_at IS NULL;
