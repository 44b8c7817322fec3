-- Erasure of a person (RGPD). Not compatible: an older server would keep erased values in its memory, and store past states made from it.
ALTER TABLE space_head ADD COLUMN erasures bigint NOT NULL DEFAULT 0;
COMMENT ON COLUMN space_head.erasures IS 'how often something was erased from its log: a past state that was made before is of no use';

ALTER TABLE account ADD COLUMN erase_announced_at timestamptz;
COMMENT ON COLUMN account.erase_announced_at IS 'when it was said first that this closed account will be erased by itself';

CREATE TABLE erasure (
  space_id uuid NOT NULL,
  revision bigint NOT NULL,
  section smallint NOT NULL,
  person uuid NOT NULL,
  author uuid NOT NULL,
  at timestamptz NOT NULL,
  chain_before bytea NOT NULL CHECK (octet_length(chain_before) = 32),
  chain_after bytea NOT NULL CHECK (octet_length(chain_after) = 32),
  records bigint NOT NULL,
  changes bigint NOT NULL,
  refused bigint NOT NULL DEFAULT 0,
  logins bigint NOT NULL DEFAULT 0,
  had_account boolean NOT NULL DEFAULT false,
  own bigint NOT NULL DEFAULT 0,
  texts_left bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (space_id, revision, section)
);
COMMENT ON TABLE erasure IS 'certificates: what was erased of whom, when and by whom; nothing of what it was';
COMMENT ON COLUMN erasure.records IS 'whose personal values are gone';
COMMENT ON COLUMN erasure.changes IS 'pairs of values, with their salts, taken out of the log';
COMMENT ON COLUMN erasure.refused IS 'refused groups and verdicts that were kept, and told of it';
COMMENT ON COLUMN erasure.logins IS 'logins, tokens and profiles of the account';
COMMENT ON COLUMN erasure.texts_left IS 'comments and questions of the person, in all plans, that were not erased then';
COMMENT ON COLUMN erasure.own IS 'revisions of the person''s own space';
CREATE INDEX erasure_person ON erasure (person);

COMMENT ON COLUMN log.private_values IS 'packed ChangePrivate: personal values and their salts. What is not there though the body has its hash was erased';
COMMENT ON COLUMN log.outcome IS 'how it was applied: 1 merged, plus 2 gave numbers, plus 4 its verdict is kept beside the refusals, plus 8 it erases';

-- ---- protobuf, as far as it takes to find a value in a row of the log (proto/wire.proto) ----
CREATE FUNCTION wire_varint(b bytea, at integer, OUT next integer, OUT value bigint) LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  byte integer;
  shift integer := 0;
BEGIN
  next := at;
  value := 0;
  LOOP
    byte := get_byte(b, next);
    next := next + 1;
    IF shift < 63 THEN value := value | ((byte & 127)::bigint << shift); END IF;
    EXIT WHEN byte < 128;
    shift := shift + 7;
  END LOOP;
END $$;

-- The fields of a message in their order: number, value (of a varint) or bytes, and the whole with its tag.
CREATE FUNCTION wire_fields(message bytea) RETURNS TABLE (place integer, field integer, number bigint, content bytea, whole bytea)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  b bytea := message || ''::bytea; -- out of its compressed form once, not at every byte
  at integer := 0;
  head record;
  size record;
BEGIN
  place := 0;
  WHILE at < octet_length(b) LOOP
    head := wire_varint(b, at);
    size := wire_varint(b, head.next);
    field := (head.value >> 3)::integer;
    number := NULL;
    content := NULL;
    IF head.value & 7 = 0 THEN
      number := size.value;
      whole := substring(b FROM at + 1 FOR size.next - at);
      at := size.next;
    ELSIF head.value & 7 = 2 THEN
      content := substring(b FROM size.next + 1 FOR size.value::integer);
      whole := substring(b FROM at + 1 FOR size.next + size.value::integer - at);
      at := size.next + size.value::integer;
    ELSE
      RAISE EXCEPTION 'a row of the log holds what cannot be read';
    END IF;
    place := place + 1;
    RETURN NEXT;
  END LOOP;
END $$;

-- One row of the log without the personal values of a record. found: the row touches it; previous: the revision that touched it before.
CREATE FUNCTION log_without(body bytea, private_values bytea, record_id uuid, OUT found boolean, OUT previous bigint, OUT kept bytea, OUT dropped bytea[])
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  key bytea := uuid_send(record_id);
  index bigint;
BEGIN
  SELECT c.rank - 1, (SELECT f.number FROM wire_fields(c.content) AS f WHERE f.field = 5) INTO index, previous
    FROM (SELECT row_number() OVER (ORDER BY w.place) AS rank, w.content FROM wire_fields(body) AS w WHERE w.field = 8) AS c
   WHERE position(key IN c.content) > 0 AND (SELECT f.content FROM wire_fields(c.content) AS f WHERE f.field = 2) = key;
  found := index IS NOT NULL;
  dropped := '{}';
  kept := private_values;
  IF index IS NULL OR private_values IS NULL THEN RETURN; END IF;
  SELECT string_agg(v.whole, ''::bytea ORDER BY v.place) FILTER (WHERE v.change <> index),
         coalesce(array_agg(v.content) FILTER (WHERE v.change = index), '{}') INTO kept, dropped
    FROM (SELECT w.place, w.whole, w.content,
                 coalesce((SELECT f.number FROM wire_fields(w.content) AS f WHERE f.field = 1), 0) AS change FROM wire_fields(private_values) AS w) AS v;
END $$;

-- Takes the personal values of a record out of the log, from a revision that touched it back to its first. Gives what was taken out.
CREATE FUNCTION log_erase(space uuid, record_id uuid, newest bigint) RETURNS bytea[] LANGUAGE plpgsql AS $$
DECLARE
  here bigint := newest;
  below bigint;
  taken bytea[] := '{}';
  is_there boolean;
  row_of record;
  without record;
BEGIN
  WHILE here > 0 LOOP
    is_there := false;
    below := 0;
    FOR row_of IN SELECT l.section, l.body, l.private_values FROM log AS l WHERE l.space_id = space AND l.revision = here LOOP
      without := log_without(row_of.body, row_of.private_values, record_id);
      IF NOT without.found THEN CONTINUE; END IF;
      is_there := true;
      below := coalesce(without.previous, 0);
      IF cardinality(without.dropped) > 0 THEN
        UPDATE log AS l SET private_values = without.kept WHERE l.space_id = space AND l.revision = here AND l.section = row_of.section;
        taken := taken || without.dropped;
      END IF;
    END LOOP;
    IF NOT is_there OR below >= here THEN
      RAISE EXCEPTION 'the history of record % lacks revision %', record_id, here;
    END IF;
    here := below;
  END LOOP;
  RETURN taken;
END $$;

-- The texts of taken values, of some fields: field 2 of a PrivateValue says which, 4 and 5 are slices, whose one field is the text.
CREATE FUNCTION private_texts(taken bytea[], fields integer[]) RETURNS bytea[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT t.content) FILTER (WHERE octet_length(t.content) > 2), '{}')
    FROM unnest(taken) AS v (value), LATERAL wire_fields(v.value) AS s, LATERAL wire_fields(s.content) AS t
   WHERE s.field IN (4, 5) AND t.content IS NOT NULL
     AND (SELECT f.number FROM wire_fields(v.value) AS f WHERE f.field = 2) = ANY (fields)
$$;

-- ---- the account, and what only its person had ----
CREATE FUNCTION erase_account(who uuid, OUT had_account boolean, OUT logins bigint, OUT refused bigint, OUT own bigint) LANGUAGE plpgsql AS $$
DECLARE
  a account;
  n bigint;
BEGIN
  logins := 0;
  refused := 0;
  SELECT * INTO a FROM account WHERE person = who FOR UPDATE;
  had_account := FOUND;
  IF had_account THEN
    DELETE FROM refusal WHERE replica IN (SELECT id FROM replica WHERE login = a.login);
    GET DIAGNOSTICS refused = ROW_COUNT;
    SELECT (SELECT count(*) FROM session WHERE login = a.login) + (SELECT count(*) FROM replica WHERE login = a.login) INTO logins;
    DELETE FROM account WHERE login = a.login;
    IF a.administrator AND NOT EXISTS (SELECT FROM account WHERE administrator AND disabled_at IS NULL) THEN
      RAISE EXCEPTION 'the last administrator cannot be erased' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE auth_event SET login = '' WHERE login IN (a.login, a.born, split_part(a.born, '/', 1)); -- everybody is looked at instead
  END IF;
  SELECT revision INTO own FROM space_head WHERE space_id = who AND kind = 4;
  own := coalesce(own, 0);
  DELETE FROM inbox_mark WHERE space_id = who;
  DELETE FROM log WHERE space_id = who;
  DELETE FROM lane WHERE space_id = who;
  DELETE FROM refusal WHERE space_id = who;
  GET DIAGNOSTICS n = ROW_COUNT;
  refused := refused + n;
  DELETE FROM sent_again WHERE space_id = who;
  DELETE FROM past_state WHERE space_id = who;
  DELETE FROM lease WHERE space_id = who;
  DELETE FROM space_head WHERE space_id = who AND kind = 4;
END $$;

-- Part of the commit of a group that erases (server/store/sql/commit_erase.sql): all of it, or nothing of the group. What was refused and
-- tells of it goes: whoever asks for such a verdict hears that it is decided, and an unsent group is judged anew.
CREATE FUNCTION erase(space uuid, made bigint, before bytea, after bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  row_of log;
  change record;
  about uuid[] := '{}';
  taken bytea[];
  texts bytea[] := '{}';
  organisation boolean := (SELECT kind = 1 FROM space_head WHERE space_id = space);
  who uuid;
  n bigint;
  gone bigint;
  of_account record;
BEGIN
  FOR row_of IN SELECT * FROM log WHERE space_id = space AND revision = made ORDER BY section LOOP
    who := encode((SELECT w.content FROM wire_fields(row_of.body) AS w WHERE w.field = 14), 'hex')::uuid;
    INSERT INTO erasure (space_id, revision, section, person, author, at, chain_before, chain_after, records, changes)
    VALUES (space, made, row_of.section, who, encode((SELECT w.content FROM wire_fields(row_of.body) AS w WHERE w.field = 3), 'hex')::uuid, row_of.at, substring(before FROM row_of.section * 32 + 1 FOR 32),
            substring(after FROM row_of.section * 32 + 1 FOR 32), 0, 0);
    FOR change IN
      SELECT encode((SELECT f.content FROM wire_fields(w.content) AS f WHERE f.field = 2), 'hex')::uuid AS id,
             coalesce((SELECT f.number FROM wire_fields(w.content) AS f WHERE f.field = 5), 0) AS previous
        FROM wire_fields(row_of.body) AS w WHERE w.field = 8
    LOOP
      about := about || change.id;
      taken := log_erase(space, change.id, change.previous);
      IF organisation THEN texts := texts || private_texts(taken, ARRAY[1, 2]); END IF; -- name and e-mail: they stand in others' verdicts too
      UPDATE erasure SET records = records + 1, changes = changes + cardinality(taken)
       WHERE space_id = space AND revision = made AND section = row_of.section;
    END LOOP;
  END LOOP;
  IF who IS NULL THEN RETURN; END IF; -- without effect
  UPDATE space_head SET erasures = erasures + 1 WHERE space_id = space;
  DELETE FROM past_state WHERE space_id = space;
  DELETE FROM refusal AS r
   WHERE (r.space_id = space AND EXISTS (SELECT FROM unnest(about) AS i (id) WHERE position(uuid_send(i.id) IN r.group_bytes) > 0
                                                                                OR position(uuid_send(i.id) IN r.verdict) > 0))
      OR EXISTS (SELECT FROM unnest(texts) AS t (text) WHERE position(t.text IN r.group_bytes) > 0 OR position(t.text IN r.verdict) > 0);
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM sent_again AS r
   WHERE (r.space_id = space AND EXISTS (SELECT FROM unnest(about) AS i (id) WHERE position(uuid_send(i.id) IN r.verdict) > 0))
      OR EXISTS (SELECT FROM unnest(texts) AS t (text) WHERE position(t.text IN r.verdict) > 0);
  GET DIAGNOSTICS gone = ROW_COUNT;
  UPDATE erasure SET refused = n + gone
   WHERE space_id = space AND revision = made AND section = (SELECT min(section) FROM erasure WHERE space_id = space AND revision = made);
  IF NOT organisation THEN RETURN; END IF;
  of_account := erase_account(who);
  UPDATE erasure SET refused = refused + of_account.refused, logins = of_account.logins, had_account = of_account.had_account,
                     own = of_account.own,
                     texts_left = (SELECT count(*) FROM comment WHERE author = who AND body IS NOT NULL) +
                                  (SELECT count(*) FROM advice WHERE author = who AND question IS NOT NULL)
   WHERE space_id = space AND revision = made;
END $$;
