-- compatible: an older server leaves it empty.
-- Where a change of the log begins: without it only a stored state or an exported head says that a chain is not the one that was.
ALTER TABLE log ADD COLUMN link bytea;
COMMENT ON COLUMN log.link IS 'which sections its revision touched (one byte, a bit for each) and the first 3 bytes of its section''s chain behind it; empty in rows of before there were links';
