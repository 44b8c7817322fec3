-- compatible: the same answers.
-- log_previous without its loops: a third of the time, and the history of a record asks it for each of its changes. What it cannot read (a
-- revision above 2^35, another order of fields) is "not found", as before: whoever asks reads the row whole and asks on from there.
CREATE OR REPLACE FUNCTION log_previous(body bytea, record uuid) RETURNS bigint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  place integer := position('\x1210'::bytea || uuid_send(record) IN body); -- field 2, 16 bytes; from 1, 0 when it is nowhere
  p bytea;
  at integer;
BEGIN
  IF place = 0 THEN RETURN 0; END IF;
  p := substring(body FROM place + 18 FOR 16) || '\x00000000000000000000000000000000'::bytea; -- behind the id; never read beyond its end
  -- verb, number, previous_revision: varints in this order, any of them may be missing
  at := CASE WHEN get_byte(p, 0) = 24 THEN 2 ELSE 0 END;
  IF get_byte(p, at) = 32 THEN
    at := at + CASE WHEN get_byte(p, at + 1) < 128 THEN 2 WHEN get_byte(p, at + 2) < 128 THEN 3 WHEN get_byte(p, at + 3) < 128 THEN 4
                    WHEN get_byte(p, at + 4) < 128 THEN 5 ELSE 6 END;
  END IF;
  IF get_byte(p, at) <> 40 THEN RETURN 0; END IF;
  RETURN CASE WHEN get_byte(p, at + 1) < 128 THEN get_byte(p, at + 1)
              WHEN get_byte(p, at + 2) < 128 THEN get_byte(p, at + 1) - 128 + (get_byte(p, at + 2) << 7)
              WHEN get_byte(p, at + 3) < 128 THEN get_byte(p, at + 1) - 128 + (get_byte(p, at + 2) - 128 << 7) + (get_byte(p, at + 3) << 14)
              WHEN get_byte(p, at + 4) < 128 THEN get_byte(p, at + 1) - 128 + (get_byte(p, at + 2) - 128 << 7) + (get_byte(p, at + 3) - 128 << 14)
                                                 + (get_byte(p, at + 4) << 21)
              WHEN get_byte(p, at + 5) < 128 THEN get_byte(p, at + 1) - 128 + (get_byte(p, at + 2) - 128 << 7) + (get_byte(p, at + 3) - 128 << 14)
                                                 + (get_byte(p, at + 4) - 128 << 21) + (get_byte(p, at + 5)::bigint << 28)
              ELSE 0 END;
END $$;
