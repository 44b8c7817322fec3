-- A refusal that is there already was decided by another node: the key raises.
-- $1 spaces, $2 replicas, $3 seqs, $4 groups, $5 verdicts, $6 times
INSERT INTO refusal (space_id, replica, seq, group_id, verdict, at)
SELECT e.space_id, e.replica, e.seq, e.group_id, e.verdict, e.at
FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::bytea[], $5::bytea[], $6::timestamptz[])
  AS e(space_id, replica, seq, group_id, verdict, at)
