DROP TABLE invites;
DROP TABLE directory;
DROP TABLE marks;
DROP TABLE events;
DROP TABLE members;
DROP TABLE room_heads;
DROP TABLE rooms;
