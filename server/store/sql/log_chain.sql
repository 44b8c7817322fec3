-- The rows of the revisions that touched a record, from change to change before it; each is read once, and sent as it is found: the recursion
-- goes down from revision to revision. Where log_previous finds none the chain ends here, and is asked for again from there. $1 space, $2 revision, $3 record, $4 down to (not including), $5 most revisions
WITH RECURSIVE chain AS ( -- place: of a row within its revision; the first one goes on
  SELECT l.revision, l.section, l.body, l.private_values, max(log_previous(l.body, $3::uuid)) OVER () AS previous, row_number() OVER () AS place, 1::bigint AS n
    FROM log AS l WHERE l.space_id = $1::uuid AND l.revision = $2::bigint
  UNION ALL
  SELECT r.*, c.n + 1
    FROM chain AS c,
         LATERAL (SELECT l.revision, l.section, l.body, l.private_values, max(log_previous(l.body, $3::uuid)) OVER (), row_number() OVER ()
                    FROM log AS l WHERE l.space_id = $1::uuid AND l.revision = c.previous) AS r
   WHERE c.place = 1 AND c.previous > $4::bigint AND c.previous < c.revision AND c.n < $5::bigint)
SELECT revision, section, body, private_values FROM chain
