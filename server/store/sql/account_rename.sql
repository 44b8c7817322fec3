-- Gives an account another login; no row when there is none, or the other one is taken.
-- $1 login text, $2 new login text; gives login
UPDATE account SET login = $2::text, named_at = now()
 WHERE login = $1::text AND NOT EXISTS (SELECT FROM account WHERE login = $2::text)
RETURNING login
