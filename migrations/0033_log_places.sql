-- compatible: columns are known by their names.
-- The log's columns in an order that needs no padding: eight bytes of each row, a thirtieth of the log. It is written anew once: about
-- four seconds for each million changes, and as much room on the disk as it takes until that is done.
CREATE OR REPLACE VIEW report.history AS -- not dropped: others may have rights on it, and views of their own
  SELECT NULL::uuid AS space_id, NULL::bigint AS revision, NULL::smallint AS section, NULL::uuid AS author, NULL::timestamptz AS at;
ALTER TABLE log RENAME TO log_before;
ALTER TABLE log_before RENAME CONSTRAINT log_pkey TO log_before_pkey;

CREATE TABLE log (
  space_id uuid NOT NULL,
  revision bigint NOT NULL,
  seq bigint NOT NULL,
  at timestamptz NOT NULL,
  replica uuid NOT NULL,
  group_id uuid,
  section smallint NOT NULL,
  outcome smallint,
  body bytea NOT NULL,
  link bytea,
  private_values bytea,
  import_name text,
  takes_back bigint,
  author uuid
);
COMMENT ON TABLE log IS 'what each revision did to each section; append only';
COMMENT ON COLUMN log.group_id IS 'of the group that made this revision; empty in rows of before lanes were completed from here';
COMMENT ON COLUMN log.outcome IS 'how it was applied: 1 merged, plus 2 gave numbers, plus 4 its verdict is kept beside the refusals, plus 8 it erases';
COMMENT ON COLUMN log.body IS 'packed ChangeBody, the bytes that the chain covers';
COMMENT ON COLUMN log.link IS 'which sections its revision touched (one byte, a bit for each) and the first 3 bytes of its section''s chain behind it; empty in rows of before there were links';
COMMENT ON COLUMN log.private_values IS 'packed ChangePrivate: personal values and their salts. What is not there though the body has its hash was erased';
COMMENT ON COLUMN log.import_name IS 'of the group''s import, as in the body; empty: it is of none';
COMMENT ON COLUMN log.takes_back IS 'the revision that this one undoes or makes again, as in the body; empty: none';
COMMENT ON COLUMN log.author IS 'of older rows; the body has it: log_author(body)';

INSERT INTO log (space_id, revision, seq, at, replica, group_id, section, outcome, body, link, private_values, import_name, takes_back, author)
  SELECT space_id, revision, seq, at, replica, group_id, section, outcome, body, link, private_values, import_name, takes_back, author
    FROM log_before ORDER BY space_id, revision, section;
DROP TABLE log_before;

ALTER TABLE log ADD PRIMARY KEY (space_id, revision, section) WITH (fillfactor = 100);
CREATE INDEX log_import ON log (space_id, import_name, revision) WHERE import_name IS NOT NULL;
CREATE INDEX log_takes_back ON log (space_id, takes_back) WHERE takes_back IS NOT NULL;
CREATE TRIGGER log_rewritten AFTER UPDATE OF body, private_values ON log FOR EACH ROW EXECUTE FUNCTION log_was_rewritten();
CREATE OR REPLACE VIEW report.history AS
  SELECT space_id, revision, section, coalesce(author, log_author(body)) AS author, at FROM public.log;
COMMENT ON VIEW report.history IS 'who changed which section of which space, and when';
