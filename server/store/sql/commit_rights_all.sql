-- Somebody's teams have changed, and with them the rights in plans: locked in id order, as everywhere. $1 the organisation
WITH locked AS (SELECT space_id FROM space_head WHERE kind = 2 OR space_id = $1::uuid ORDER BY space_id FOR UPDATE)
UPDATE space_head AS h SET acl_epoch = h.acl_epoch + 1 FROM locked WHERE h.space_id = locked.space_id
