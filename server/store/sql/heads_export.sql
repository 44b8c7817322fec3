-- Where each space stands that was changed since; people's own spaces are nobody's evidence. $1 microseconds
SELECT h.space_id, h.epoch, h.revision, array_to_string(h.section_revisions, ','), h.section_chains, coalesce(p.name, '')
FROM space_head AS h LEFT JOIN plan AS p ON p.space_id = h.space_id AND p.id = h.space_id
WHERE h.kind IN (1, 2, 3) AND h.revision > 0 AND h.time_us > $1::bigint ORDER BY h.kind, h.space_id
