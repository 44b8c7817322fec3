-- Where spaces stand. $1 spaces
SELECT space_id, epoch, revision, commit_number, acl_epoch FROM space_head WHERE space_id = ANY ($1::uuid[])
