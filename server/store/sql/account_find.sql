-- The account of a login name.
-- $1 login text; gives login, person, password_hash, administrator, disabled
SELECT login, person, password_hash, administrator, disabled_at IS NOT NULL AS disabled
  FROM account
 WHERE login = $1::text
