-- Raises (22012) when a lane is not there or stands further than we do: another node decided for it.
-- $1 spaces, $2 replicas, $3 accounts, $4 seqs, $5 verdicts
WITH w AS (
  UPDATE lane AS l SET account = e.account, seq = e.seq, verdicts = e.verdicts
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[]) AS e(space_id, replica, account, seq, verdicts)
  WHERE l.space_id = e.space_id AND l.replica = e.replica AND l.seq <= e.seq
  RETURNING 1)
SELECT 1 / (count(*) = cardinality($1::uuid[]))::integer FROM w
