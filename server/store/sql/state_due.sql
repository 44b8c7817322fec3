-- The space whose log is longest behind its last stored state, counted in steps: at least so many revisions, and an eighth of its
-- records, so that states never take much more room than the log that they stand for. $1 revisions of a step,
-- $2 a space to leave out
SELECT h.space_id, s.revision + greatest($1::bigint, s.records / 8)
FROM space_head AS h, LATERAL (
  SELECT coalesce(max(p.revision), 0) AS revision, coalesce((array_agg(p.records))[1], 0) AS records
  FROM (SELECT revision, records FROM past_state WHERE space_id = h.space_id ORDER BY revision DESC LIMIT 1) AS p) AS s
WHERE h.space_id <> $2::uuid AND h.revision >= s.revision + greatest($1::bigint, s.records / 8)
ORDER BY h.revision - s.revision DESC LIMIT 1
