-- Moves a space's horizon behind the revisions that are too old, or that are more bytes than asked for counted from the newest
-- one back. It never goes back. $1 space, $2 bytes, $3 days; gives the horizon
WITH old AS (SELECT horizon FROM space_head WHERE space_id = $1::uuid),
tail AS (
  SELECT revision, at, sum(octet_length(body) + coalesce(octet_length(private_values), 0)) OVER (ORDER BY revision DESC, section DESC) AS bytes
    FROM log, old WHERE space_id = $1::uuid AND revision > old.horizon),
wanted AS (
  SELECT coalesce(max(revision), 0) AS horizon FROM tail WHERE bytes > $2::bigint OR at < now() - make_interval(days => $3::integer)),
moved AS (
  UPDATE space_head AS h SET horizon = wanted.horizon FROM wanted
   WHERE h.space_id = $1::uuid AND h.horizon < wanted.horizon RETURNING h.horizon)
SELECT horizon FROM moved UNION ALL SELECT horizon FROM old WHERE NOT EXISTS (SELECT FROM moved)
