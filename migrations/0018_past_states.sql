-- compatible: an older server neither writes nor reads them.
-- A space as it was at some revisions, so that any past state is one of these and a little of the log. The servers make them from the
-- log; they may be deleted at any time and are made again. Whatever rewrites the log deletes those of its space with it.
CREATE TABLE past_state (
  space_id uuid NOT NULL,
  revision bigint NOT NULL CHECK (revision > 0),
  epoch bigint NOT NULL,
  records bigint NOT NULL,
  section_revisions bigint[] NOT NULL,
  section_chains bytea NOT NULL CHECK (octet_length(section_chains) = 32 * cardinality(section_revisions)),
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (space_id, revision)
);
COMMENT ON TABLE past_state IS 'spaces as they were; made from the log, may be deleted';
COMMENT ON COLUMN past_state.records IS 'how many records it has, deleted ones too';
COMMENT ON COLUMN past_state.section_revisions IS 'as in space_head';
COMMENT ON COLUMN past_state.section_chains IS 'as in space_head';

CREATE TABLE past_state_part (
  space_id uuid NOT NULL,
  revision bigint NOT NULL,
  part integer NOT NULL,
  records bytea NOT NULL,
  PRIMARY KEY (space_id, revision, part),
  FOREIGN KEY (space_id, revision) REFERENCES past_state ON DELETE CASCADE
);
ALTER TABLE past_state_part ALTER COLUMN records SET STORAGE EXTERNAL; -- it is compressed already
COMMENT ON TABLE past_state_part IS 'the records of a past state, some in each part';
COMMENT ON COLUMN past_state_part.records IS 'packed Snapshot, compressed with zstd';

-- All of the space: what is erased from one change may be in states before it. When a change was made (at) is in no state.
CREATE FUNCTION log_was_rewritten() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM past_state WHERE space_id = OLD.space_id;
  RETURN NULL;
END $$;
CREATE TRIGGER log_rewritten AFTER UPDATE OF body, private_values ON log FOR EACH ROW EXECUTE FUNCTION log_was_rewritten();
