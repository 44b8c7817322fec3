-- The heads' fence says that nobody else decided meanwhile. Raises (22012) when a lane is not there, or would go back, all the same.
-- $1 spaces, $2 replicas, $3 accounts, $4 seqs, $5 verdicts, $6 how many
WITH w AS (
  UPDATE lane AS l SET account = e.account, seq = e.seq, verdicts = e.verdicts
  FROM (
      SELECT unnest($1::uuid[]) AS space_id, unnest($2::uuid[]) AS replica, unnest($3::uuid[]) AS account,
             unnest($4::bigint[]) AS seq, unnest($5::bytea[]) AS verdicts) AS e
  WHERE l.space_id = e.space_id AND l.replica = e.replica AND l.seq <= e.seq
  RETURNING 1)
SELECT 1 / (count(*) = $6::bigint)::integer FROM w
