DROP TABLE message_versions;
DROP TABLE messages;
