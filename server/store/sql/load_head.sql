-- $1 space
SELECT kind, epoch, revision, acl_epoch, time_us, section_revisions, section_chains, horizon, commit_number, lanes_revision, rights_epoch
FROM space_head WHERE space_id = $1::uuid
