DROP TABLE poll_closings;
DROP TABLE votes;
