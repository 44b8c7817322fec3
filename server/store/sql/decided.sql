-- What an account's group got in whichever lane, as far as verdicts are kept whole. A packed verdict has the group's id near its beginning.
-- $1 space, $2 account, $3 group, $4 group as bytes; gives verdict
SELECT verdict FROM sent_again WHERE space_id = $1::uuid AND account = $2::uuid AND group_id = $3::uuid
UNION ALL
SELECT r.verdict FROM refusal r JOIN lane l ON l.space_id = r.space_id AND l.replica = r.replica
 WHERE r.space_id = $1::uuid AND l.account = $2::uuid AND r.at > now() - interval '90 days'
   AND position($4::bytea IN substring(r.verdict FROM 1 FOR 64)) > 0
LIMIT 1
