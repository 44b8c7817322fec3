-- $1 space
SELECT replica, account, seq, verdicts FROM lane WHERE space_id = $1::uuid
