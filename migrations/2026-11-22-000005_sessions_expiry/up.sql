-- Sessions are deleted some time after they ran out.
CREATE INDEX sessions_expires_at ON sessions (expires_at);
