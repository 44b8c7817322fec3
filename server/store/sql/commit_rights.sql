-- Grants of a space have changed: every server looks at it. Its head is locked already. $1 space
WITH moved AS (UPDATE space_head SET acl_epoch = acl_epoch + 1 WHERE space_id = $1::uuid RETURNING space_id, acl_epoch)
SELECT rights_changed(space_id, acl_epoch) FROM moved
