-- Enables an account again; no row when there is none.
-- $1 login text; gives login
UPDATE account SET disabled_at = NULL, erase_announced_at = NULL
 WHERE login = $1::text
RETURNING login
