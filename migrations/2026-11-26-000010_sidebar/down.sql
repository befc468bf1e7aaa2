ALTER TABLE marks
DROP COLUMN removed_by;
ALTER TABLE rooms
DROP COLUMN category_id;
DROP TABLE categories;
