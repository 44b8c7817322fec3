-- $1 spaces, $2 replicas, $3 accounts, $4 seqs, $5 verdicts
INSERT INTO lane (space_id, replica, account, seq, verdicts)
SELECT e.space_id, e.replica, e.account, e.seq, e.verdicts
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::uuid[]) AS replica, unnest($3::uuid[]) AS account,
           unnest($4::bigint[]) AS seq, unnest($5::bytea[]) AS verdicts) AS e
