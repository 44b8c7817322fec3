-- compatible: an older server asks otherwise.
-- The revision that touched a record before the one that this row of the log is of: field 5 of its RecordChange (proto/wire.proto), read
-- without the rest. It spares a question for each revision of a record's history; whoever asks checks what comes by reading it whole, so
-- that the same bytes at another place of a row do no harm. 0: not found.
CREATE FUNCTION log_previous(body bytea, record uuid) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  place integer := position('\x1210'::bytea || uuid_send(record) IN body); -- field 2, 16 bytes; from 1, 0 when it is nowhere
  piece bytea;
  at integer := 0;
  tag integer;
  byte integer;
  shift integer;
  number bigint;
BEGIN
  IF place = 0 THEN RETURN 0; END IF;
  piece := substring(body FROM place + 18 FOR 32); -- behind the id
  WHILE at < octet_length(piece) LOOP
    tag := get_byte(piece, at);
    IF tag NOT IN (24, 32, 40) THEN RETURN 0; END IF; -- verb, number, previous_revision: varints in this order
    at := at + 1;
    shift := 0;
    number := 0;
    LOOP
      IF at >= octet_length(piece) OR shift > 56 THEN RETURN 0; END IF;
      byte := get_byte(piece, at);
      at := at + 1;
      number := number | ((byte & 127)::bigint << shift);
      shift := shift + 7;
      EXIT WHEN byte < 128;
    END LOOP;
    IF tag = 40 THEN RETURN number; END IF;
  END LOOP;
  RETURN 0;
END $$;
