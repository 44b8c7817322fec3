-- A lane's row used to be rewritten with every group of it, a third of what a commit costs the database. The log has a row of each
-- group that was applied anyway: with the group's id in it, lanes may stay behind and are completed from the log when they are read.
ALTER TABLE space_head ADD COLUMN lanes_revision bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN space_head.lanes_revision IS 'lanes know every group decided up to this revision; of later ones that were applied the log tells';
UPDATE space_head SET lanes_revision = revision;
ALTER TABLE log ADD COLUMN group_id uuid, ADD COLUMN outcome smallint;
COMMENT ON COLUMN log.group_id IS 'of the group that made this revision; empty in rows of before lanes were completed from here';
COMMENT ON COLUMN log.outcome IS 'how it was applied: 1 merged, plus 2 gave numbers, plus 4 its verdict is kept beside the refusals';
COMMENT ON TABLE lane IS 'per replica and space: the highest group decided (kept for ever) and the verdicts not yet confirmed; may be behind, see space_head.lanes_revision';
