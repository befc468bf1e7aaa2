-- seq is a message's place for ever, rev its latest change. The fingerprint of the first request stays through edits,
-- deletes and retention, so that a repeat is known for ever.
CREATE TABLE messages (
    id uuid PRIMARY KEY,
    room_id uuid NOT NULL REFERENCES rooms (id),
    seq bigint NOT NULL,
    rev bigint NOT NULL,
    kind text NOT NULL DEFAULT 'text',
    author_id uuid NOT NULL REFERENCES users (id),
    body text NOT NULL,
    fingerprint bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    edited_at timestamptz,
    deleted_at timestamptz
);
CREATE UNIQUE INDEX messages_seq ON messages (room_id, seq);
CREATE UNIQUE INDEX messages_rev ON messages (room_id, rev);

-- Earlier bodies, kept when a message is edited.
CREATE TABLE message_versions (
    message_id uuid NOT NULL REFERENCES messages (id),
    rev bigint NOT NULL,
    body text NOT NULL,
    written_at timestamptz NOT NULL,
    PRIMARY KEY (message_id, rev)
);
