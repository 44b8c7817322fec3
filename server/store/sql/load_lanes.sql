-- Of the groups since space_head.lanes_revision that were applied load_decided.sql tells. $1 space
SELECT replica, account, seq, verdicts FROM lane WHERE space_id = $1::uuid
