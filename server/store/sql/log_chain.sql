-- The rows of the revisions that touched a record, from change to change before it; each is read once, and sent as it is found: the recursion
-- goes down from revision to revision. What a change tells of the one before it is read here as log_previous does, without its calls, which took
-- half of the time: behind the record's id (place) verb, number and previous_revision, varints in this order of which any may be missing (p, at).
-- It is only good at guessing; where it finds none the chain ends, and is asked for again from there. Of a revision in several sections a row that
-- misleads costs no more than the limit. $1 space, $2 revision, $3 record, $4 down to (not including), $5 most revisions
WITH RECURSIVE chain AS (
  SELECT $2::bigint + 1 AS revision, NULL::smallint AS section, NULL::bytea AS body, NULL::bytea AS private_values, $2::bigint AS previous, 0::bigint AS n
  UNION ALL
  SELECT l.revision, l.section, l.body, l.private_values,
         CASE WHEN a.place = 0 OR get_byte(a.p, b.at) <> 40 THEN 0
              WHEN get_byte(a.p, b.at + 1) < 128 THEN get_byte(a.p, b.at + 1)
              WHEN get_byte(a.p, b.at + 2) < 128 THEN get_byte(a.p, b.at + 1) - 128 + (get_byte(a.p, b.at + 2) << 7)
              WHEN get_byte(a.p, b.at + 3) < 128 THEN get_byte(a.p, b.at + 1) - 128 + (get_byte(a.p, b.at + 2) - 128 << 7) + (get_byte(a.p, b.at + 3) << 14)
              WHEN get_byte(a.p, b.at + 4) < 128 THEN get_byte(a.p, b.at + 1) - 128 + (get_byte(a.p, b.at + 2) - 128 << 7)
                                                    + (get_byte(a.p, b.at + 3) - 128 << 14) + (get_byte(a.p, b.at + 4) << 21)
              WHEN get_byte(a.p, b.at + 5) < 128 THEN get_byte(a.p, b.at + 1) - 128 + (get_byte(a.p, b.at + 2) - 128 << 7)
                                                    + (get_byte(a.p, b.at + 3) - 128 << 14) + (get_byte(a.p, b.at + 4) - 128 << 21)
                                                    + (get_byte(a.p, b.at + 5)::bigint << 28)
              ELSE 0 END,
         c.n + 1
    FROM chain AS c, log AS l,
         LATERAL (SELECT k.place, substring(l.body FROM k.place + 18 FOR 16) || '\x00000000000000000000000000000000'::bytea AS p
                    FROM (SELECT position((SELECT '\x1210'::bytea || uuid_send($3::uuid)) IN l.body) AS place OFFSET 0) AS k OFFSET 0) AS a,
         LATERAL (SELECT v.at + CASE WHEN get_byte(a.p, v.at) <> 32 THEN 0 WHEN get_byte(a.p, v.at + 1) < 128 THEN 2 WHEN get_byte(a.p, v.at + 2) < 128 THEN 3
                                     WHEN get_byte(a.p, v.at + 3) < 128 THEN 4 WHEN get_byte(a.p, v.at + 4) < 128 THEN 5 ELSE 6 END AS at
                    FROM (SELECT CASE WHEN get_byte(a.p, 0) = 24 THEN 2 ELSE 0 END AS at OFFSET 0) AS v OFFSET 0) AS b
   WHERE l.space_id = $1::uuid AND l.revision = c.previous AND c.previous > $4::bigint AND c.previous < c.revision AND c.n < $5::bigint)
SELECT revision, section, body, private_values FROM chain WHERE n > 0 LIMIT 2 * $5::bigint
