-- As log_range, of the groups of imports of a name. $1 space, $2 from, $3 to, $4 most rows, $5 bytes, $6 name, $7 bits of the sections
-- whose rows are looked at
SELECT revision, section, body, private_values, looked, outcome FROM (
  SELECT l.*, count(*) OVER () AS looked,
         sum(l.size) OVER (ORDER BY l.revision) - sum(l.size) OVER (PARTITION BY l.revision) AS before
  FROM (SELECT l.revision, l.section, l.body, l.private_values, l.outcome,
               octet_length(l.body) + coalesce(octet_length(l.private_values), 0) AS size
        FROM log AS l WHERE l.space_id = $1::uuid AND l.import_name = $6::text AND l.revision >= $2::bigint AND l.revision <= $3::bigint
          AND ($7::bigint >> l.section) & 1 = 1
        ORDER BY l.revision, l.section LIMIT $4::bigint) AS l) AS r
WHERE before < $5::bigint ORDER BY revision, section
