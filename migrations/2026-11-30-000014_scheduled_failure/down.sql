ALTER TABLE scheduled DROP COLUMN failure;
