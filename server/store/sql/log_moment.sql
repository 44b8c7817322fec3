-- The last revision before an instant, or a revision itself; its display time, that of the first one, the newest revision, what kind
-- of space it is, and how often something was erased from it. Display times never fall, so the log is halved until one row is left. $1 space, $2 revision; 0: by time, $3 instant
WITH RECURSIVE head AS (SELECT revision, kind, epoch, erasures FROM space_head WHERE space_id = $1::uuid),
half (low, high) AS (
  SELECT least($2::bigint, revision), CASE WHEN $2::bigint > 0 THEN least($2::bigint, revision) ELSE revision END FROM head
  UNION ALL
  SELECT CASE WHEN l.at < $3::timestamptz THEN m.middle ELSE h.low END, CASE WHEN l.at < $3::timestamptz THEN h.high ELSE m.middle - 1 END
    FROM half AS h, LATERAL (SELECT (h.low + h.high + 1) / 2 AS middle) AS m,
         LATERAL (SELECT at FROM log WHERE space_id = $1::uuid AND revision = m.middle LIMIT 1) AS l
   WHERE h.low < h.high),
found AS (SELECT low AS revision FROM half WHERE low = high)
SELECT found.revision, (SELECT at FROM log WHERE space_id = $1::uuid AND log.revision = found.revision LIMIT 1),
       (SELECT at FROM log WHERE space_id = $1::uuid AND log.revision = 1 LIMIT 1), head.revision, head.kind, head.epoch, head.erasures
FROM found, head
