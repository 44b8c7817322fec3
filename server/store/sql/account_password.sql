-- Sets a password and ends the account's logins but one; no row when there is none.
-- $1 login text, $2 password_hash text, $3 token_hash bytea of the login that stays, may be NULL; gives login
WITH ended AS (DELETE FROM session WHERE login = $1::text AND token_hash IS DISTINCT FROM $3::bytea)
UPDATE account SET password_hash = $2::text
 WHERE login = $1::text
RETURNING login
