-- Looking a room and an author up again for each message was half the cost of a post. A message is inserted only where
-- its author's row of members stands, which refers to both; no room, person or member is ever deleted.
ALTER TABLE messages DROP CONSTRAINT messages_room_id_fkey, DROP CONSTRAINT messages_author_id_fkey;
