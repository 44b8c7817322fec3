-- Puts the same password's hash of today's parameters in the place of the one that was checked. No row when it has another password by now.
-- $1 login text, $2 password_hash text, $3 password_hash text that was checked; gives login
UPDATE account SET password_hash = $2::text
 WHERE login = $1::text AND password_hash = $3::text
RETURNING login
