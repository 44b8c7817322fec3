-- One that is there already was decided by another node: the key raises.
-- $1 spaces, $2 accounts, $3 groups, $4 verdicts, $5 times
INSERT INTO sent_again (space_id, account, group_id, verdict, at)
SELECT e.space_id, e.account, e.group_id, e.verdict, e.at
FROM (
    SELECT unnest($1::uuid[]) AS space_id, unnest($2::uuid[]) AS account, unnest($3::uuid[]) AS group_id,
           unnest($4::bytea[]) AS verdict, unnest($5::timestamptz[]) AS at) AS e
