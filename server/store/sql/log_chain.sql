-- The rows of the revisions that touched a record, from change to change before it. Where log_previous finds none the chain ends here, and
-- is asked for again from there. $1 space, $2 revision, $3 record, $4 down to (not including), $5 most revisions
WITH RECURSIVE chain (revision, n) AS (
  SELECT $2::bigint, 1::bigint
  UNION ALL
  SELECT p.revision, c.n + 1
    FROM chain AS c, LATERAL (SELECT max(log_previous(l.body, $3::uuid)) AS revision FROM log AS l
                               WHERE l.space_id = $1::uuid AND l.revision = c.revision) AS p
   WHERE p.revision > $4::bigint AND p.revision < c.revision AND c.n < $5::bigint)
SELECT l.revision, l.section, l.body, l.private_values
FROM chain AS c JOIN log AS l ON l.space_id = $1::uuid AND l.revision = c.revision ORDER BY l.revision DESC, l.section
