DROP TABLE searches;
DROP TABLE search_heads;
DROP TABLE search_rows;
