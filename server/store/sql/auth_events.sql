-- Whose account or logins changed since, in order; every row says how many changes there were. At least one row.
-- $1 epoch bigint; gives epoch (of the change, NULL: none since), login, now
SELECT e.epoch, e.login, c.epoch AS now
  FROM auth_change c LEFT JOIN auth_event e ON e.epoch > $1::bigint
 ORDER BY e.epoch
 LIMIT 1000
