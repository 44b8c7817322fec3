-- $1 spaces, $2 replicas, $3 accounts, $4 seqs, $5 verdicts
INSERT INTO lane (space_id, replica, account, seq, verdicts)
SELECT e.space_id, e.replica, e.account, e.seq, e.verdicts
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::bigint[], $5::bytea[]) AS e(space_id, replica, account, seq, verdicts)
