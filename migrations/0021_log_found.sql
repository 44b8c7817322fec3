-- Groups of the log that are found without reading it: those of an import, and those that take another one back or make it again. Of a single
-- edit both columns are empty, and in no index: they cost nothing. What a server writes that does not know them would not be found, so
-- such a server must not write beside this.
-- The author is in the body, which the chain covers; a column of it was a twentieth of the log.
ALTER TABLE log ADD COLUMN import_name text, ADD COLUMN takes_back bigint, ALTER COLUMN author DROP NOT NULL;
COMMENT ON COLUMN log.import_name IS 'of the group''s import, as in the body; empty: it is of none';
COMMENT ON COLUMN log.takes_back IS 'the revision that this one undoes or makes again, as in the body; empty: none';
COMMENT ON COLUMN log.author IS 'of older rows; the body has it: log_author(body)';

-- Its keys only ever grow, within a space too: a page that is full when it is left stays so.
ALTER INDEX log_pkey SET (fillfactor = 100);

-- Field 3 of a ChangeBody (proto/wire.proto): behind the revision, whose last byte is below 128, and the section. NULL: not there.
CREATE FUNCTION log_author(body bytea) RETURNS uuid LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  at integer := 1; -- from 0
BEGIN
  WHILE at < 11 AND get_byte(body, at) > 127 LOOP at := at + 1; END LOOP;
  IF substring(body FROM at + 4 FOR 2) <> '\x1a10'::bytea THEN RETURN NULL; END IF;
  RETURN encode(substring(body FROM at + 6 FOR 16), 'hex')::uuid;
END $$;
CREATE OR REPLACE VIEW report.history AS
  SELECT space_id, revision, section, coalesce(author, log_author(body)) AS author, at FROM public.log;

-- Once, for what is in the log: fields 9, 10 and 12, behind the changes, which are passed over.
CREATE FUNCTION pg_temp.log_tail(packed bytea, OUT import_name text, OUT takes_back bigint) LANGUAGE plpgsql AS $$
DECLARE
  body bytea := packed || ''::bytea; -- read once, however long
  at integer := 0;
  tag integer;
  byte integer;
  shift integer;
  number bigint;
BEGIN
  WHILE at < octet_length(body) LOOP
    tag := get_byte(body, at);
    at := at + 1;
    number := 0;
    shift := 0;
    LOOP
      byte := get_byte(body, at);
      at := at + 1;
      IF shift < 63 THEN number := number | ((byte & 127)::bigint << shift); END IF;
      shift := shift + 7;
      EXIT WHEN byte < 128;
    END LOOP;
    IF tag IN (72, 80) THEN takes_back := number; END IF;
    IF tag = 98 THEN import_name := convert_from(substring(body FROM at + 1 FOR number::integer), 'UTF8'); END IF;
    IF tag & 7 = 2 THEN at := at + number::integer; END IF;
  END LOOP;
END $$;
UPDATE log SET import_name = found.import_name, takes_back = found.takes_back
  FROM (SELECT l.space_id, l.revision, l.section, t.* FROM log AS l, LATERAL pg_temp.log_tail(l.body) AS t) AS found
 WHERE log.space_id = found.space_id AND log.revision = found.revision AND log.section = found.section
   AND (found.import_name IS NOT NULL OR found.takes_back IS NOT NULL);

CREATE INDEX log_import ON log (space_id, import_name, revision) WHERE import_name IS NOT NULL;
CREATE INDEX log_takes_back ON log (space_id, takes_back) WHERE takes_back IS NOT NULL;
