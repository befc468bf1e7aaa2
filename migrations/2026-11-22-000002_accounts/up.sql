-- People. rev is their place in the site's stream; keys are what must be unique without case.
CREATE TABLE users (
    id uuid PRIMARY KEY,
    username text NOT NULL,
    email text NOT NULL,
    email_key text NOT NULL,
    password_hash text NOT NULL,
    display_name text NOT NULL,
    bio text NOT NULL DEFAULT '',
    status_text text NOT NULL DEFAULT '',
    site_role text NOT NULL CHECK (site_role IN ('member', 'admin', 'owner')),
    last_seen_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX users_username_key ON users (username);
CREATE UNIQUE INDEX users_email_key ON users (email_key);
-- Two first visitors at once: one becomes the owner, the other is told.
CREATE UNIQUE INDEX users_one_owner ON users ((true)) WHERE site_role = 'owner';
CREATE INDEX users_rev ON users (rev);
-- Looking people up by the beginning of either name.
CREATE INDEX users_username_prefix ON users (username text_pattern_ops);
CREATE INDEX users_display_name_prefix ON users (lower(display_name) text_pattern_ops);

-- Head of each person's own stream, apart from the person so that a mark does not touch the account's row.
CREATE TABLE user_heads (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    rev bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- A signed-in device. Only hashes of refresh tokens are kept: the one in use and the one it replaced, which stays good
-- until its successor is first used.
CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users (id),
    token_hash bytea NOT NULL,
    previous_hash bytea,
    device text NOT NULL,
    address text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE UNIQUE INDEX sessions_token_hash ON sessions (token_hash);
CREATE INDEX sessions_previous_hash ON sessions (previous_hash);
CREATE INDEX sessions_user_id ON sessions (user_id) WHERE ended_at IS NULL;
