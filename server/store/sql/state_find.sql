-- The newest stored state of a space that is not after a revision, part by part. $1 space, $2 revision
SELECT s.revision, s.records, s.section_revisions, s.section_chains, p.part, p.records
FROM (SELECT * FROM past_state WHERE space_id = $1::uuid AND revision <= $2::bigint ORDER BY revision DESC LIMIT 1) AS s
JOIN past_state_part AS p ON p.space_id = $1::uuid AND p.revision = s.revision ORDER BY p.part
