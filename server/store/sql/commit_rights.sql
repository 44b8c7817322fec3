-- Grants of a space have changed. $1 space
UPDATE space_head SET acl_epoch = acl_epoch + 1 WHERE space_id = $1::uuid
