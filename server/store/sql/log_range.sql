-- Whole revisions in order for as long as those before them hold fewer bytes than asked for; and how many rows were looked
-- at, which is $4 when there may be more. $1 space, $2 from, $3 to, $4 most rows, $5 bytes
SELECT revision, section, body, private_values, looked, outcome, link FROM (
  SELECT l.*, count(*) OVER () AS looked,
         sum(l.size) OVER (ORDER BY l.revision) - sum(l.size) OVER (PARTITION BY l.revision) AS before
  FROM (SELECT revision, section, body, private_values, outcome, link, octet_length(body) + coalesce(octet_length(private_values), 0) AS size
        FROM log WHERE space_id = $1::uuid AND revision >= $2::bigint AND revision <= $3::bigint
        ORDER BY revision, section LIMIT $4::bigint) AS l) AS r
WHERE before < $5::bigint ORDER BY revision, section
