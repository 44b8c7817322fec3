-- For clients that were away, and for servers that share a database.

ALTER TABLE space_head ADD COLUMN horizon bigint NOT NULL DEFAULT 0 CHECK (horizon >= 0);
COMMENT ON COLUMN space_head.horizon IS 'a copy that stands at an older revision takes a snapshot; the log before it is kept for the history';

ALTER TABLE refusal RENAME COLUMN group_id TO group_bytes;
COMMENT ON TABLE refusal IS 'groups that were refused, whole, with their verdicts: kept 90 days. Without group: the verdict of one that was applied';
COMMENT ON COLUMN refusal.group_bytes IS 'packed Group as it was submitted; its author can read it again';
COMMENT ON COLUMN refusal.verdict IS 'packed Verdict as it was answered';

-- Unlogged: losing it costs a wait, and taking it costs no flush.
CREATE UNLOGGED TABLE lease (
  space_id uuid PRIMARY KEY,
  node uuid NOT NULL,
  until timestamptz NOT NULL
) WITH (fillfactor = 60);
COMMENT ON TABLE lease IS 'which server writes to a space at present: a hint, so that servers do not get in each other''s way';
