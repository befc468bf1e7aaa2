DROP TABLE sessions;
DROP TABLE user_heads;
DROP TABLE users;
