-- What a poll asks stands in its message, under extra. Votes are rows of the room's stream: one that is changed or taken
-- back stays, with another revision. counts and voters are the poll's right after the vote, seq is the message's place.
CREATE TABLE votes (
    message_id uuid NOT NULL,
    user_id uuid NOT NULL,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    options bigint [] NOT NULL,
    anonymous boolean NOT NULL,
    counts bigint [] NOT NULL,
    voters bigint NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (message_id, user_id)
);
CREATE UNIQUE INDEX votes_rev ON votes (room_id, rev);
CREATE INDEX votes_newest ON votes (message_id, rev);

-- Polls that close by themselves, until they have. Written before the poll is posted, so that none is forgotten.
CREATE TABLE poll_closings (
    message_id uuid PRIMARY KEY,
    room_id uuid NOT NULL,
    closes_at timestamptz NOT NULL
);
CREATE INDEX poll_closings_due ON poll_closings (closes_at, message_id);
