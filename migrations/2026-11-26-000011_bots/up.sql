-- An account that a program uses. Nobody signs in to it.
ALTER TABLE users
ADD COLUMN bot boolean NOT NULL DEFAULT false;

CREATE TABLE bots (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    owner_id uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    removed_at timestamptz
);
CREATE INDEX bots_owner_id ON bots (owner_id, user_id) WHERE removed_at IS NULL;

-- A bot's token is a session of its own, so that revoking it ends requests and sockets as any session's end does. Only its
-- hash is kept.
CREATE TABLE bot_tokens (
    session_id uuid PRIMARY KEY REFERENCES sessions (id),
    user_id uuid NOT NULL REFERENCES users (id),
    token_hash bytea NOT NULL,
    name text NOT NULL,
    scopes text [] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    revoked_at timestamptz
);
CREATE UNIQUE INDEX bot_tokens_hash ON bot_tokens (token_hash);
CREATE INDEX bot_tokens_user_id ON bot_tokens (user_id, session_id) WHERE revoked_at IS NULL;

-- Addresses that post to a room, each as an account of its own. Only the hash of an address's secret is kept.
CREATE TABLE incoming_hooks (
    id uuid PRIMARY KEY,
    room_id uuid NOT NULL REFERENCES rooms (id),
    user_id uuid NOT NULL REFERENCES users (id),
    token_hash bytea NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    removed_at timestamptz
);
CREATE UNIQUE INDEX incoming_hooks_token_hash ON incoming_hooks (token_hash);
CREATE INDEX incoming_hooks_room_id ON incoming_hooks (room_id, id) WHERE removed_at IS NULL;

-- Addresses that are told what happens in a room. rev is how far the room was looked through for this one, scanned_at
-- when; what was found is in deliveries from the same commit on.
CREATE TABLE outgoing_hooks (
    id uuid PRIMARY KEY,
    room_id uuid NOT NULL REFERENCES rooms (id),
    url text NOT NULL,
    events text [] NOT NULL,
    trigger_words text [] NOT NULL,
    created_by uuid NOT NULL REFERENCES users (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    rev bigint NOT NULL,
    scanned_at timestamptz NOT NULL,
    failures bigint NOT NULL DEFAULT 0,
    disabled_at timestamptz,
    disabled_reason text,
    removed_at timestamptz
);
CREATE INDEX outgoing_hooks_room_id ON outgoing_hooks (room_id, id) WHERE removed_at IS NULL;
CREATE INDEX outgoing_hooks_standing ON outgoing_hooks (id) WHERE removed_at IS NULL AND disabled_at IS NULL;

-- What is to be told, and what became of it. next_at is null once it was told or given up.
CREATE TABLE deliveries (
    id uuid PRIMARY KEY,
    hook_id uuid NOT NULL REFERENCES outgoing_hooks (id),
    place bigint NOT NULL,
    event text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    attempts bigint NOT NULL DEFAULT 0,
    status bigint,
    failure text,
    delivered_at timestamptz,
    next_at timestamptz
);
CREATE INDEX deliveries_waiting ON deliveries (hook_id, place, id) WHERE next_at IS NOT NULL;
CREATE INDEX deliveries_of ON deliveries (hook_id, created_at, id);

-- Commands that bots offer in their rooms. Calls are rows of the bot's own stream, notes of whose they are; neither is kept
-- for more than some days.
CREATE TABLE bot_commands (
    bot_id uuid NOT NULL REFERENCES users (id),
    name text NOT NULL,
    description text NOT NULL,
    usage text NOT NULL,
    PRIMARY KEY (bot_id, name)
);
CREATE TABLE calls (
    id uuid PRIMARY KEY,
    bot_id uuid NOT NULL REFERENCES users (id),
    user_id uuid NOT NULL,
    room_id uuid NOT NULL,
    name text NOT NULL,
    text text NOT NULL,
    created_at timestamptz NOT NULL,
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX calls_rev ON calls (bot_id, rev);
CREATE TABLE notes (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    bot_id uuid NOT NULL,
    room_id uuid NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX notes_rev ON notes (user_id, rev);
