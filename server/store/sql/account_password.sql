-- Sets a password and ends the account's logins but one; a token for scripts survives its owner's change of password, not an
-- administrator's. With $4 it must be changed at the next login. No row when there is none, or its passwords are a directory's.
-- $1 login text, $2 password_hash text, $3 token_hash bytea of the login that stays, may be NULL, $4 seconds that it is good for, or NULL; gives login
WITH ended AS (DELETE FROM session WHERE login = $1::text AND token_hash IS DISTINCT FROM $3::bytea AND ($3::bytea IS NULL OR token_name IS NULL))
UPDATE account SET password_hash = $2::text, one_time_until = now() + make_interval(secs => $4::bigint)
 WHERE login = $1::text AND provider = 'local'
RETURNING login
