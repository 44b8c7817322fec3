-- Groups that were applied since lanes were last complete, as the log has them: a row for each section that they touched. $1 space
SELECT replica, seq, group_id, revision, outcome FROM log
WHERE space_id = $1::uuid AND revision > (SELECT lanes_revision FROM space_head WHERE space_id = $1::uuid) AND group_id IS NOT NULL
ORDER BY revision, section
