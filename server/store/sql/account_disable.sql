-- Disables an account and ends its logins; no row when there is none.
-- $1 login text; gives login
WITH ended AS (DELETE FROM session WHERE login = $1::text)
UPDATE account SET disabled_at = coalesce(disabled_at, now())
 WHERE login = $1::text
RETURNING login
