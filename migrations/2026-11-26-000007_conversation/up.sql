-- An answer in a thread stands in the room's order like any message, and in its history only where in_room says so.
-- What few messages have is kept in one column: whom and which rooms they name, what they quote or pass on.
ALTER TABLE messages
ADD COLUMN parent_id uuid,
ADD COLUMN thread_root_id uuid,
ADD COLUMN in_room boolean NOT NULL DEFAULT true,
ADD COLUMN extra jsonb,
ADD COLUMN reply_count bigint NOT NULL DEFAULT 0,
ADD COLUMN last_reply_at timestamptz,
ADD COLUMN participants uuid[],
ADD COLUMN pinned_at timestamptz,
ADD COLUMN pinned_by uuid;

-- A room's history and its replies each by an index of their own: a page of history never reads past replies, and a post
-- still writes one entry.
DROP INDEX messages_seq;
CREATE UNIQUE INDEX messages_seq ON messages (room_id, seq) WHERE in_room;
CREATE UNIQUE INDEX messages_reply_seq ON messages (room_id, seq) WHERE NOT in_room;
CREATE UNIQUE INDEX messages_thread ON messages (thread_root_id, seq) WHERE thread_root_id IS NOT NULL;
CREATE INDEX messages_pinned ON messages (room_id, pinned_at) WHERE pinned_at IS NOT NULL;

-- Who is named where, to be counted above a mark. The nil user is everyone.
CREATE TABLE mentions (
    user_id uuid NOT NULL,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    author_id uuid NOT NULL,
    thread_root_id uuid,
    in_room boolean NOT NULL,
    PRIMARY KEY (user_id, room_id, seq)
);
CREATE INDEX mentions_place ON mentions (room_id, seq);

-- Who has to do with a thread: wrote in it, was named in it, wrote its first message. They follow it unless they said
-- otherwise.
CREATE TABLE thread_people (
    user_id uuid NOT NULL,
    root_id uuid NOT NULL,
    PRIMARY KEY (user_id, root_id)
);

-- Rows of the room's stream. One that is taken back stays, so that the feed can tell it; count is how many had the same
-- emoji right after the change, seq the message's place.
CREATE TABLE reactions (
    message_id uuid NOT NULL,
    emoji text NOT NULL,
    user_id uuid NOT NULL,
    room_id uuid NOT NULL,
    seq bigint NOT NULL,
    removed boolean NOT NULL,
    count bigint NOT NULL,
    rev bigint NOT NULL,
    PRIMARY KEY (message_id, emoji, user_id)
);
CREATE UNIQUE INDEX reactions_rev ON reactions (room_id, rev);
CREATE INDEX reactions_standing ON reactions (message_id, emoji, rev) WHERE NOT removed;

-- A direct conversation is between the same people for ever; its key is their ids in order.
ALTER TABLE rooms
ADD COLUMN user_ids uuid[];
CREATE UNIQUE INDEX rooms_user_ids ON rooms (user_ids) WHERE user_ids IS NOT NULL;
