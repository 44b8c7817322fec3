-- Somebody's teams have changed, or somebody has left, and with it the rights in plans: heads are locked in id order, as everywhere; the
-- organisation's is locked already, so no plan is made meanwhile (commit_create). Who has left is not logged in any more. Last of all the
-- changes are told: that list is locked by whoever writes to it. $1 the organisation
WITH locked AS (SELECT space_id FROM space_head WHERE kind = 2 OR space_id = $1::uuid ORDER BY space_id FOR UPDATE),
moved AS (
  UPDATE space_head AS h SET acl_epoch = h.acl_epoch + 1, rights_epoch = o.acl_epoch + 1
  FROM locked, space_head AS o
  WHERE h.space_id = locked.space_id AND o.space_id = $1::uuid
  RETURNING h.space_id, h.acl_epoch),
ended AS (
  DELETE FROM session USING account, person
   WHERE (SELECT count(*) FROM moved) > 0 AND session.login = account.login AND account.person = person.id
     AND person.space_id = $1::uuid AND person.inactive AND person.deleted_revision IS NULL
  RETURNING 1)
SELECT rights_changed($1::uuid, acl_epoch) FROM moved WHERE space_id = $1::uuid AND (SELECT count(*) FROM ended) >= 0
