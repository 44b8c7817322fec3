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

-- One field: where what is behind its tag (and length) starts, and where the next one is. Also of kinds such as no message here has, for what somebody
-- sent and was refused is read too.
CREATE FUNCTION wire_field(b bytea, at integer, OUT field integer, OUT kind integer, OUT number bigint, OUT start integer, OUT next integer)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  head record;
  size record;
BEGIN
  head := wire_varint(b, at);
  field := (head.value >> 3)::integer;
  kind := (head.value & 7)::integer;
  start := head.next;
  CASE kind
    WHEN 0 THEN
      size := wire_varint(b, start);
      number := size.value;
      next := size.next;
    WHEN 2 THEN
      size := wire_varint(b, start);
      start := size.next;
      next := start + size.value::integer;
    WHEN 1 THEN next := start + 8;
    WHEN 5 THEN next := start + 4;
    ELSE RAISE EXCEPTION 'a row of the log holds what cannot be read';
  END CASE;
END $$;

-- The fields of a message in their order: number, value (of a varint) or bytes, and the whole with its tag.
CREATE FUNCTION wire_fields(message bytea) RETURNS TABLE (place integer, field integer, number bigint, content bytea, whole bytea)
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  b bytea := message || ''::bytea; -- out of its compressed form once, not at every byte
  at integer := 0;
  f record;
BEGIN
  place := 0;
  WHILE at < octet_length(b) LOOP
    f := wire_field(b, at);
    field := f.field;
    number := f.number;
    content := CASE f.kind WHEN 2 THEN substring(b FROM f.start + 1 FOR f.next - f.start) END;
    whole := substring(b FROM at + 1 FOR f.next - at);
    at := f.next;
    place := place + 1;
    RETURN NEXT;
  END LOOP;
END $$;

-- One field of a message, without looking at what stands behind it.
CREATE FUNCTION wire_one(message bytea, wanted integer, OUT number bigint, OUT content bytea) LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  at integer := 0;
  f record;
BEGIN
  WHILE at < octet_length(message) LOOP
    f := wire_field(message, at);
    at := f.next;
    IF f.field <> wanted THEN CONTINUE; END IF;
    number := f.number;
    content := CASE f.kind WHEN 2 THEN substring(message FROM f.start + 1 FOR f.next - f.start) END;
    RETURN;
  END LOOP;
END $$;
CREATE FUNCTION wire_id(message bytea, wanted integer) RETURNS uuid LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT encode(f.content, 'hex')::uuid FROM wire_one(message, wanted) AS f WHERE octet_length(f.content) = 16
$$;

-- The changes of a row of the log: their places, their records, and the revision that touched each before.
CREATE FUNCTION log_changes(body bytea) RETURNS TABLE (change bigint, record_id uuid, previous bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT row_number() OVER (ORDER BY w.place) - 1, wire_id(w.content, 2), coalesce((wire_one(w.content, 5)).number, 0)
    FROM wire_fields(body) AS w WHERE w.field = 8
$$;

-- Takes the personal values of records out of the log, from a revision that touched each back to its first: the latest revision first, so
-- that each row is read and written once, however many of the records stand in it. Gives what was taken out; told: with the values.
CREATE FUNCTION log_erase(space uuid, records uuid[], latest bigint[], told boolean) RETURNS TABLE (record_id uuid, value bytea)
LANGUAGE plpgsql AS $$
DECLARE
  here bigint;
  row_of record;
  ids uuid[];
  befores bigint[];
  changes bigint[];
  met uuid[];
  below bigint[];
  kept bytea;
  owners uuid[];
  dropped bytea[];
BEGIN
  LOOP
    here := (SELECT max(l.at) FROM unnest(latest) AS l (at));
    EXIT WHEN here IS NULL OR here = 0;
    met := '{}';
    below := '{}';
    FOR row_of IN SELECT l.section, l.body, l.private_values FROM log AS l WHERE l.space_id = space AND l.revision = here LOOP
      SELECT array_agg(c.record_id), array_agg(c.previous), array_agg(c.change) INTO ids, befores, changes
        FROM log_changes(row_of.body) AS c JOIN unnest(records, latest) AS r (id, at) ON r.id = c.record_id AND r.at = here;
      CONTINUE WHEN ids IS NULL;
      met := met || ids;
      below := below || befores;
      CONTINUE WHEN row_of.private_values IS NULL;
      WITH v AS MATERIALIZED (
        SELECT w.place, w.whole, w.content, coalesce((wire_one(w.content, 1)).number, 0) AS change FROM wire_fields(row_of.private_values) AS w)
      SELECT string_agg(v.whole, ''::bytea ORDER BY v.place) FILTER (WHERE m.id IS NULL), array_agg(m.id) FILTER (WHERE m.id IS NOT NULL),
             array_agg(CASE WHEN told THEN v.content END) FILTER (WHERE m.id IS NOT NULL) INTO kept, owners, dropped
        FROM v LEFT JOIN unnest(ids, changes) AS m (id, change) ON m.change = v.change;
      CONTINUE WHEN owners IS NULL;
      UPDATE log AS l SET private_values = kept WHERE l.space_id = space AND l.revision = here AND l.section = row_of.section;
      RETURN QUERY SELECT d.id, d.value FROM unnest(owners, dropped) AS d (id, value);
    END LOOP;
    IF EXISTS (SELECT FROM unnest(records, latest) AS r (id, at) WHERE r.at = here AND r.id <> ALL (met)) OR here <= ANY (below) THEN
      RAISE EXCEPTION 'the history of a record lacks revision %', here;
    END IF;
    SELECT array_agg(r.id), array_agg(coalesce(m.below, r.at)) INTO records, latest
      FROM unnest(records, latest) AS r (id, at)
      LEFT JOIN (SELECT u.id, max(u.below) AS below FROM unnest(met, below) AS u (id, below) GROUP BY u.id) AS m ON m.id = r.id
     WHERE coalesce(m.below, r.at) > 0;
  END LOOP;
END $$;

-- The texts of taken values, of some fields: field 2 of a PrivateValue says which, 4 and 5 are slices, whose one field is the text.
CREATE FUNCTION private_texts(taken bytea[], fields integer[]) RETURNS bytea[] LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(array_agg(DISTINCT t.content) FILTER (WHERE octet_length(t.content) > 0), '{}')
    FROM unnest(taken) AS v (value), LATERAL wire_fields(v.value) AS s, LATERAL wire_fields(s.content) AS t
   WHERE s.field IN (4, 5) AND t.content IS NOT NULL AND (wire_one(v.value, 2)).number = ANY (fields)
$$;

-- ---- what was refused, and tells of it ----
-- The records that a refused group and a verdict are about: of edits and guards, and of what is in conflict or wrong.
CREATE FUNCTION refused_records(group_bytes bytea, verdict bytea) RETURNS SETOF uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE w.field WHEN 8 THEN wire_id(w.content, 3) ELSE wire_id(w.content, 1) END FROM wire_fields(group_bytes) AS w WHERE w.field IN (7, 8)
  UNION ALL
  SELECT CASE w.field WHEN 6 THEN wire_id(w.content, 1) WHEN 7 THEN wire_id(w.content, 3) ELSE wire_id(w.content, 2) END
    FROM wire_fields(verdict) AS w WHERE w.field IN (6, 7, 8)
$$;

-- A verdict names a person: as the author of what it is in conflict with, or in words that are the whole of an argument.
CREATE FUNCTION verdict_names(verdict bytea, who uuid, names bytea[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM wire_fields(verdict) AS w
                  WHERE CASE w.field WHEN 8 THEN wire_id(w.content, 7) = who OR (wire_one(w.content, 12)).content = ANY (names)
                                     WHEN 7 THEN EXISTS (SELECT FROM wire_fields(w.content) AS a WHERE a.field = 7 AND (wire_one(a.content, 3)).content = ANY (names))
                                     ELSE false END)
$$;

-- It tells of a person whose names and addresses were these: a longer one wherever it stands, though an argument has only its beginning
-- (119 bytes, whole characters); a shorter one, which may be part of any word, only where a name is said.
CREATE FUNCTION tells_of(group_bytes bytea, verdict bytea, who uuid, names bytea[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT EXISTS (SELECT FROM unnest(names) AS n (name) WHERE octet_length(n.name) > 2
                    AND (position(n.name IN coalesce(group_bytes, '')) > 0 OR position(substring(n.name FROM 1 FOR 116) IN verdict) > 0))
      OR ((position(uuid_send(who) IN verdict) > 0 OR EXISTS (SELECT FROM unnest(names) AS n (name) WHERE position(n.name IN verdict) > 0))
          AND verdict_names(verdict, who, names))
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
CREATE FUNCTION erase(space uuid, made bigint, who uuid, before bytea, after bytea) RETURNS void LANGUAGE plpgsql
SET enable_hashjoin = on AS $$ -- the connections that commit have it off, and thousands of records are joined with thousands of changes
DECLARE
  sections smallint[];
  about uuid[];
  latest bigint[];
  owners uuid[];
  taken bytea[];
  names bytea[] := '{}';
  organisation boolean := (SELECT kind = 1 FROM space_head WHERE space_id = space);
  n bigint;
  gone bigint;
  of_account record;
BEGIN
  IF made = 0 THEN -- erased before: an account that was opened meanwhile goes too, and the certificate says so
    of_account := erase_account(who);
    UPDATE erasure SET refused = refused + of_account.refused, logins = logins + of_account.logins,
                       had_account = had_account OR of_account.had_account, own = own + of_account.own
     WHERE space_id = space AND person = who AND revision = (SELECT max(revision) FROM erasure WHERE space_id = space AND person = who);
    RETURN;
  END IF;
  SELECT array_agg(l.section), array_agg(c.record_id), array_agg(c.previous) INTO sections, about, latest
    FROM log AS l, LATERAL log_changes(l.body) AS c WHERE l.space_id = space AND l.revision = made;
  SELECT array_agg(t.record_id), array_agg(t.value) INTO owners, taken FROM log_erase(space, about, latest, organisation) AS t;
  INSERT INTO erasure (space_id, revision, section, person, author, at, chain_before, chain_after, records, changes)
  SELECT space, made, l.section, who, wire_id(l.body, 3), l.at, substring(before FROM l.section * 32 + 1 FOR 32),
         substring(after FROM l.section * 32 + 1 FOR 32), (SELECT count(*) FROM unnest(sections) AS s (section) WHERE s.section = l.section),
         (SELECT count(*) FROM unnest(sections, about) AS s (section, id) JOIN unnest(owners) AS o (id) USING (id) WHERE s.section = l.section)
    FROM log AS l WHERE l.space_id = space AND l.revision = made;
  UPDATE space_head SET erasures = erasures + 1 WHERE space_id = space;
  DELETE FROM past_state WHERE space_id = space;
  IF organisation THEN names := private_texts(taken, ARRAY[1, 2]); END IF; -- name and e-mail: they stand in others' verdicts too
  DELETE FROM refusal AS r
   WHERE (r.space_id = space AND EXISTS (SELECT FROM refused_records(r.group_bytes, r.verdict) AS i (id) JOIN unnest(about) AS e (id) USING (id)))
      OR (organisation AND tells_of(r.group_bytes, r.verdict, who, names));
  GET DIAGNOSTICS n = ROW_COUNT;
  DELETE FROM sent_again AS r
   WHERE (r.space_id = space AND EXISTS (SELECT FROM refused_records(NULL, r.verdict) AS i (id) JOIN unnest(about) AS e (id) USING (id)))
      OR (organisation AND tells_of(NULL, r.verdict, who, names));
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
