-- Of which revisions a space has stored states. $1 space
SELECT revision FROM past_state WHERE space_id = $1::uuid ORDER BY revision
