-- Rows of the site's stream: the parts of everyone's list of rooms, in order. One that was taken away stays, so that the
-- stream can tell it.
CREATE TABLE categories (
    id uuid PRIMARY KEY,
    name text NOT NULL,
    position integer NOT NULL,
    removed boolean NOT NULL DEFAULT false,
    rev bigint NOT NULL
);
CREATE UNIQUE INDEX categories_rev ON categories (rev);
CREATE INDEX categories_standing ON categories (position) WHERE NOT removed;

-- A room may say a category that is no more: it stands in none then. So taking one away touches no room.
ALTER TABLE rooms
ADD COLUMN category_id uuid REFERENCES categories (id);

-- Who took somebody out of a room; nobody if they went themselves or the room ended.
ALTER TABLE marks
ADD COLUMN removed_by uuid;
