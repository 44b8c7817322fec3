-- Every space that has a head, a row of the log or a certificate of an erasure; kind NULL: it has no head.
WITH RECURSIVE logged (space_id) AS (
  (SELECT space_id FROM log ORDER BY space_id LIMIT 1)
  UNION ALL
  SELECT (SELECT l.space_id FROM log AS l WHERE l.space_id > g.space_id ORDER BY l.space_id LIMIT 1) FROM logged AS g
   WHERE g.space_id IS NOT NULL)
SELECT s.space_id, h.kind, h.epoch, h.revision, h.section_revisions, h.section_chains
  FROM (SELECT space_id FROM space_head UNION SELECT space_id FROM logged WHERE space_id IS NOT NULL UNION SELECT space_id FROM erasure) AS s
  LEFT JOIN space_head AS h USING (space_id) ORDER BY h.kind NULLS LAST, s.space_id
