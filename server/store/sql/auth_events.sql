-- Whose account or logins changed since, and in which spaces rights did, in order; every row says how many changes there were. At least one row.
-- $1 epoch bigint; gives epoch (of the change, NULL: none since), login, now, space_id (NULL: an account's), acl_epoch (of it since),
-- generation of the tables
SELECT e.epoch, e.login, c.epoch AS now, e.space_id, e.acl_epoch, c.generation
  FROM auth_change c LEFT JOIN auth_event e ON e.epoch > $1::bigint
 ORDER BY e.epoch
 LIMIT 1000
