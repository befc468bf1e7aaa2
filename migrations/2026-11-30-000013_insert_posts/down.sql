DROP FUNCTION insert_posts;
