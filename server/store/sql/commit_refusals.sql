-- A refusal that is there already was decided by another node: the key raises.
-- $1 spaces, $2 replicas, $3 seqs, $4 groups, $5 verdicts, $6 times
INSERT INTO refusal (space_id, replica, seq, group_bytes, verdict, at)
SELECT e.space_id, e.replica, e.seq, e.group_bytes, e.verdict, e.at
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::uuid[]) AS replica, unnest($3::bigint[]) AS seq,
           unnest($4::bytea[]) AS group_bytes, unnest($5::bytea[]) AS verdict, unnest($6::timestamptz[]) AS at) AS e
