-- The identity of this database.
SELECT id FROM cluster
