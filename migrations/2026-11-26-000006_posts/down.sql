ALTER TABLE messages
    ADD CONSTRAINT messages_room_id_fkey FOREIGN KEY (room_id) REFERENCES rooms (id),
    ADD CONSTRAINT messages_author_id_fkey FOREIGN KEY (author_id) REFERENCES users (id);
