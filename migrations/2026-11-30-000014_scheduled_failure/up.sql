-- The code of why a message could not be sent; null for all others, and for those that failed before this.
ALTER TABLE scheduled ADD COLUMN failure text;
