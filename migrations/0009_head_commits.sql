-- A commit of nothing but refusals moves no revision, and another server that decides the same group must be stopped all the same.
ALTER TABLE space_head ADD COLUMN commits bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN space_head.commits IS 'one more with each commit, whatever it does: part of the fence';
